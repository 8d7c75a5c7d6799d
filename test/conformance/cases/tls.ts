import type { Case } from '../case.ts';
import { certificate, privateKey } from '../certificate.ts';

const get = 'GET / HTTP/1.1\r\nhost: lab.example\r\n\r\n';
const downstreamTls = (common: Record<string, unknown> = {}) => ({
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

/** Downstream TLS: what reaches the upstream, what the log and the stats say. */
export const tls: readonly Case[] = [
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
