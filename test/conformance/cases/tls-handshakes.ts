import type { Case, Exchange } from '../case.ts';
import { certificate, privateKey } from '../certificate.ts';

const get = 'GET / HTTP/1.1\r\nhost: lab.example\r\n\r\n';
const inspector = {
  listener_filters: [
    {
      name: 'envoy.filters.listener.tls_inspector',
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector',
      },
    },
  ],
};
const tls = (common: Record<string, unknown> = {}) => ({
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
const log = { tls: '%DOWNSTREAM_TLS_VERSION% %DOWNSTREAM_TLS_CIPHER%' };
const handshake = (
  name: string,
  common: Record<string, unknown>,
  client: NonNullable<Exchange['tls']>,
  more: Partial<Case> = {},
): Case => ({
  name: `tls/${name}`,
  exchanges: [{ send: get, tls: client }],
  stats: /^listener\.127.*\.ssl\.(handshake|connection_error|session_reused|versions.*|ciphers.*)$/,
  ...more,
  config: { filterChain: tls(common), log, ...more.config },
});
const fails = { logLines: 0 };
const params = (tls_params: Record<string, unknown>) => ({ tls_params });

/** What client and listener agree on, and where they do not. */
export const tlsHandshakes: readonly Case[] = [
  handshake('default-versions-and-ciphers', {}, {}),
  handshake('client-of-1.2', {}, { maxVersion: 'TLSv1.2' }),
  handshake(
    'client-of-1.1',
    {},
    { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
    fails,
  ),
  handshake(
    'client-of-1.2-at-a-listener-of-1.3',
    params({ tls_minimum_protocol_version: 'TLSv1_3' }),
    { maxVersion: 'TLSv1.2' },
    fails,
  ),
  handshake(
    'client-of-1.3-at-a-listener-of-1.2',
    params({ tls_maximum_protocol_version: 'TLSv1_2' }),
    { minVersion: 'TLSv1.3' },
    fails,
  ),
  handshake(
    'ciphers-of-the-listener',
    params({ tls_maximum_protocol_version: 'TLSv1_2', cipher_suites: ['ECDHE-RSA-AES256-GCM-SHA384'] }),
    {},
  ),
  handshake(
    'ciphers-without-overlap',
    params({ tls_maximum_protocol_version: 'TLSv1_2', cipher_suites: ['ECDHE-RSA-AES256-GCM-SHA384'] }),
    { ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' },
    fails,
  ),
  handshake(
    'ciphers-by-their-other-names',
    params({
      tls_maximum_protocol_version: 'TLSv1_2',
      cipher_suites: ['TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384:[AES128-SHA|ECDHE-RSA-AES128-SHA256]'],
      ecdh_curves: ['prime256v1'],
      signature_algorithms: ['PSS+SHA256'],
    }),
    {},
  ),
  handshake(
    'ciphers-of-1.2-in-the-order-of-the-listener',
    params({ tls_maximum_protocol_version: 'TLSv1_2' }),
    { ciphers: 'ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256' },
  ),
  handshake(
    'ciphers-of-1.3-in-the-order-of-the-client',
    {},
    { minVersion: 'TLSv1.3', ciphers: 'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384' },
    {
      knownDifference:
        'OpenSSL takes the listener’s order for TLS 1.3 too, which node:tls cannot set apart from that of TLS 1.2; ours is that of OpenSSL’s clients',
    },
  ),
  handshake(
    'alpn-first-of-the-client',
    { alpn_protocols: ['http/1.1', 'http/1.0'] },
    { alpn: ['http/1.0', 'http/1.1'] },
  ),
  handshake('alpn-of-a-client-that-asks-for-none', { alpn_protocols: ['http/1.1'] }, {}),
  handshake('alpn-at-a-listener-that-has-none', {}, { alpn: ['http/1.1'] }),
  handshake('alpn-in-one-string', { alpn_protocols: ['http/1.1,http/1.0'] }, { alpn: ['http/1.0'] }),
  handshake(
    'alpn-without-overlap-with-inspector',
    { alpn_protocols: ['http/1.1'] },
    { alpn: ['foo'] },
    { config: { listener: inspector } },
  ),
  handshake(
    'alpn-without-overlap',
    { alpn_protocols: ['http/1.1'] },
    { alpn: ['foo'] },
    {
      logLines: 0,
      knownDifference:
        'node:tls refuses a client with whom it shares no protocol (RFC 7301 §3.2), Envoy goes on without; with a tls_inspector ours does too',
    },
  ),
  handshake(
    'curve-stats',
    {},
    {},
    { stats: /ssl\.curves/, knownDifference: 'node:tls does not tell a server which curve was taken' },
  ),
  handshake('expiry-stats', {}, {}, { stats: /expiration_unix_time|days_until_first_cert/ }),
  handshake(
    'empty-server-name-and-odd-ones',
    {},
    { servername: 'UPPER.example' },
    { config: { listener: inspector, log: { name: '%REQUESTED_SERVER_NAME%' } } },
  ),
  handshake(
    'request-in-pieces',
    {},
    {},
    { exchanges: [{ send: ['GET / HT', { afterResponses: 0 }, 'TP/1.1\r\nhost: a\r\n\r\n'], tls: {} }] },
  ),
  handshake('bad-request', {}, {}, { exchanges: [{ send: 'bad\r\n\r\n', tls: {}, untilClosed: true }] }),
  handshake(
    'connection-close',
    {},
    {},
    {
      exchanges: [
        { send: 'GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n', tls: {}, untilClosed: true },
      ],
    },
  ),
  handshake(
    'client-cert-header-over-tls',
    {},
    {},
    {
      exchanges: [{ send: 'GET / HTTP/1.1\r\nhost: a\r\nx-forwarded-client-cert: By=x\r\n\r\n', tls: {} }],
      config: {
        hcm: { forward_client_cert_details: 'SANITIZE_SET', set_current_client_cert_details: { uri: true } },
      },
    },
  ),
  handshake(
    'redirect-to-https-is-over',
    {},
    {},
    { config: { routes: [{ match: { prefix: '/' }, redirect: { https_redirect: true } }] } },
  ),
  {
    name: 'tls/key-of-another-certificate',
    refused: true,
    config: {
      filterChain: tls({
        tls_certificates: [
          { certificate_chain: { inline_string: certificate }, private_key: { inline_string: 'x' } },
        ],
      }),
    },
    exchanges: [],
  },
  {
    name: 'tls/no-certificate-at-all',
    refused: true,
    config: { filterChain: tls({ tls_certificates: [] }) },
    exchanges: [],
  },
  {
    name: 'tls/certificate-that-is-none',
    refused: true,
    config: {
      filterChain: tls({
        tls_certificates: [
          { certificate_chain: { inline_string: 'none' }, private_key: { inline_string: privateKey } },
        ],
      }),
    },
    exchanges: [],
  },
  {
    name: 'tls/unknown-cipher',
    refused: true,
    config: { filterChain: tls(params({ cipher_suites: ['NOSUCH'] })) },
    exchanges: [],
  },
  {
    name: 'tls/unknown-curve',
    refused: true,
    config: { filterChain: tls(params({ ecdh_curves: ['NOSUCH'] })) },
    exchanges: [],
  },
  ...(
    [
      ['unknown-cipher-among-others', { cipher_suites: ['NOSUCH', 'ECDHE-RSA-AES128-GCM-SHA256'] }],
      ['cipher-of-1.3', { cipher_suites: ['TLS_AES_128_GCM_SHA256'] }],
      ['cipher-of-openssl-alone', { cipher_suites: ['DHE-RSA-AES128-GCM-SHA256'] }],
      ['cipher-group-without-end', { cipher_suites: ['[AES128-SHA'] }],
      ['unknown-curve-among-others', { ecdh_curves: ['P-256', 'NOSUCH'] }],
      ['curve-of-openssl-alone', { ecdh_curves: ['P-224'] }],
      ['curve-by-two-names', { ecdh_curves: ['P-256', 'prime256v1'] }],
      ['unknown-signature', { signature_algorithms: ['NOSUCH'] }],
      ['signature-of-openssl-alone', { signature_algorithms: ['ed448'] }],
    ] as const
  ).map(([name, parameters]) => ({
    name: `tls/${name}`,
    refused: true,
    config: { filterChain: tls(params(parameters)) },
    exchanges: [],
  })),
  {
    name: 'tls/versions-the-wrong-way-round',
    refused: true,
    config: {
      filterChain: tls(
        params({ tls_minimum_protocol_version: 'TLSv1_3', tls_maximum_protocol_version: 'TLSv1_2' }),
      ),
    },
    exchanges: [],
  },
];
