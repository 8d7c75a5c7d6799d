import type { Case } from '../case.ts';
import { certificate, privateKey } from '../certificate.ts';
import { accessLog } from '../config.ts';

const get = 'GET / HTTP/1.1\r\nhost: lab.example\r\n\r\n';
/** Bytes that come to a port with TLS, and are no handshake. */
function withoutTls(name: string, send: string, knownDifference?: string): Case {
  return {
    name: `tls/${name}`,
    config: { filterChain: downstreamTls() },
    exchanges: [{ send, untilClosed: true, responses: 0 }],
    logLines: 0,
    stats: /ssl\.(connection_error|handshake)$/,
    ...(knownDifference !== undefined && { knownDifference }),
  };
}

/** A filter chain's TLS with the suite's certificate. */
export const downstreamTls = (common: Record<string, unknown> = {}) => ({
  transport_socket: {
    name: 'envoy.transport_sockets.tls',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
      common_tls_context: {
        tls_certificates: [
          { certificate_chain: { inline_string: certificate }, private_key: { inline_string: privateKey } },
        ],
        ...common,
      },
    },
  },
});
const log = { tls: '%DOWNSTREAM_TLS_VERSION% %REQUESTED_SERVER_NAME%', scheme: '%REQ(:SCHEME)%' };

/** A handshake that may take so long. */
const within = (timeout: string) => ({
  filterChain: { ...downstreamTls(), transport_socket_connect_timeout: timeout },
});
const timed =
  /^listener\.127.*(transport_socket_connect_timeout|downstream_cx_(destroy|active|total)|ssl\.(connection_error|handshake))$/;
/** The filter of a listener that only passes bytes on, and what it says of how a connection ended. */
const tcpFilter = {
  name: 'tcp',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy',
    stat_prefix: 'tcp',
    cluster: 'up',
    access_log: [
      accessLog('<log>', {
        closed: '%DOWNSTREAM_LOCAL_CLOSE_REASON% %DOWNSTREAM_DETECTED_CLOSE_TYPE%',
        details: '%CONNECTION_TERMINATION_DETAILS%',
        failure: '%DOWNSTREAM_TRANSPORT_FAILURE_REASON%',
        flags: '%RESPONSE_FLAGS%',
      }),
    ],
  },
};

/** Downstream TLS: what reaches the upstream, what the log and the stats say. */
export const tls: readonly Case[] = [
  ...['', '\x16\x03\x01\0\x05'].flatMap((begun): Case[] => [
    {
      name: `tls/handshake-${begun === '' ? 'not-begun' : 'not-finished'}-in-time`,
      config: within('0.2s'),
      exchanges: [{ send: begun, responses: 0, untilClosed: true }],
      stats: timed,
      logLines: 0,
    },
    {
      name: `tls/handshake-${begun === '' ? 'not-begun' : 'not-finished'}-in-time-before-tcp-proxy`,
      config: { ...within('0.2s'), networkFilters: [tcpFilter] },
      exchanges: [{ tcp: [...(begun === '' ? [] : [begun]), { afterEnd: true }] }],
      stats: timed,
    },
  ]),
  {
    name: 'tls/handshake-in-time-and-long-after',
    config: within('0.3s'),
    exchanges: [{ send: [{ afterMs: 500 }, get], tls: {} }],
    stats: timed,
  },
  {
    name: 'tls/no-time-for-plain-text',
    config: { filterChain: { transport_socket_connect_timeout: '0.2s' } },
    exchanges: [{ send: [{ afterMs: 400 }, get] }],
    stats: timed,
  },
  {
    name: 'tls/get',
    config: { filterChain: downstreamTls(), log },
    exchanges: [{ send: get, tls: { servername: 'lab.example' } }],
    stats:
      /^listener\.127\.0\.0\.1_\d+\.ssl\.(handshake|connection_error|no_certificate)$|downstream_cx_ssl_total/,
  },
  {
    name: 'tls/without-sni',
    config: { filterChain: downstreamTls(), log },
    exchanges: [{ send: get, tls: {} }],
  },
  {
    name: 'tls/alpn',
    config: { filterChain: downstreamTls({ alpn_protocols: ['http/1.1'] }), log },
    exchanges: [{ send: get, tls: { alpn: ['h2', 'http/1.1'] } }],
  },
  {
    name: 'tls/at-most-1.2',
    config: { filterChain: downstreamTls({ tls_params: { tls_maximum_protocol_version: 'TLSv1_2' } }), log },
    exchanges: [{ send: get, tls: {} }],
  },
  {
    name: 'tls/plain-text-to-a-tls-port',
    config: { filterChain: downstreamTls() },
    exchanges: [{ send: get, untilClosed: true, responses: 0 }],
    logLines: 0,
    stats: /ssl\.(connection_error|handshake)$/,
  },
  ...[
    withoutTls('bytes-that-are-no-tls', '\x00\x00\x00\x08\x04\xd2\x16\x2f'),
    withoutTls('words-that-are-no-tls', 'EHLO lab.example\r\n'),
    withoutTls('http-2-without-tls', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    withoutTls('delete-without-tls', 'DELETE / HTTP/1.1\r\nhost: a\r\n\r\n'),
    withoutTls('connect-without-tls', 'CONNECT a:1 HTTP/1.1\r\nhost: a\r\n\r\n'),
    withoutTls('data-before-a-handshake', '\x17\x03\x01\x00\x02ab'),
    withoutTls(
      'alert-before-a-handshake',
      '\x15\x03\x01\x00\x02\x02\x28',
      'OpenSSL answers an alert that comes before a handshake with one of its own',
    ),
    withoutTls(
      'handshake-that-is-none',
      '\x16\x03\x01\x00\x04\x01\x00\x00\x00',
      'OpenSSL sends the same alert with the version of the record that it can have at most, BoringSSL with that of TLS 1.0',
    ),
  ],
  {
    name: 'tls/forwarded-proto',
    config: { hcm: { use_remote_address: true }, filterChain: downstreamTls() },
    exchanges: [{ send: get, tls: {} }],
  },
  {
    name: 'tls/keep-alive',
    config: { filterChain: downstreamTls() },
    exchanges: [{ send: [get, { afterResponses: 1 }, get], responses: 2, tls: {} }],
    logLines: 2,
  },
  {
    name: 'tls/require-tls-is-met',
    config: { filterChain: downstreamTls(), virtualHost: { require_tls: 'ALL' } },
    exchanges: [{ send: get, tls: {} }],
  },
  {
    name: 'tls/no-key-is-refused',
    refused: true,
    config: {
      filterChain: {
        transport_socket: {
          name: 'envoy.transport_sockets.tls',
          typed_config: {
            '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
            common_tls_context: { tls_certificates: [{ certificate_chain: { inline_string: certificate } }] },
          },
        },
      },
    },
    exchanges: [],
  },
];
