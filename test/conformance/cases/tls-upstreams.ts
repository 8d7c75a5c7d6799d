import type { Case, UpstreamScript } from '../case.ts';
import {
  authority,
  belowIntermediate,
  client,
  deep,
  expiredServer,
  futureServer,
  intermediate,
  onlyClient,
  otherAuthority,
  rsaEncipherer,
  rsaServer,
  rsaSigner,
  second,
  selfSigned,
  server,
} from '../identities.ts';
import { hashOf, type Identity } from '../mint.ts';
import { chainOf, type UpstreamTls } from '../tls.ts';

const get = 'GET / HTTP/1.1\r\nhost: lab.example\r\n\r\n';
const trust = (identity: Identity) => ({ trusted_ca: { inline_string: identity.cert } });
export const certificateOf = (identity: Identity, chain: readonly Identity[] = []) => ({
  certificate_chain: { inline_string: chainOf(identity, chain) },
  private_key: { inline_string: identity.key },
});

/** A cluster's TLS. */
export const upstreamTls = (context: Record<string, unknown>, common: Record<string, unknown> = {}) => ({
  transport_socket: {
    name: 'envoy.transport_sockets.tls',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext',
      common_tls_context: common,
      ...context,
    },
  },
});

const log = {
  version: '%UPSTREAM_TLS_VERSION% %UPSTREAM_TLS_CIPHER% %UPSTREAM_TLS_GROUP%',
  subject: '%UPSTREAM_PEER_SUBJECT% %UPSTREAM_PEER_ISSUER%',
  names: '%UPSTREAM_PEER_DNS_SAN% %UPSTREAM_PEER_URI_SAN% %UPSTREAM_PEER_IP_SAN%',
  own: '%UPSTREAM_LOCAL_DNS_SAN% %UPSTREAM_LOCAL_URI_SAN% %UPSTREAM_LOCAL_IP_SAN%',
  dates: '%UPSTREAM_PEER_CERT_V_START% %UPSTREAM_PEER_CERT_V_END(%d.%m.%Y)%',
  server: '%UPSTREAM_SERVER_NAME%',
};
// Without an authority Envoy's gauge of when it ends is a number that no double can hold.
const stats =
  /^cluster\.up\.(ssl\.(?!certificate\.unnamed_ca_cert\.)|client_ssl|upstream_cx_(connect_fail|destroy|total|destroy_remote|destroy_local)$)/;

function test(
  name: string,
  tls: UpstreamTls,
  validation: Record<string, unknown> | undefined,
  more: {
    readonly context?: Record<string, unknown>;
    readonly common?: Record<string, unknown>;
    readonly cluster?: Record<string, unknown>;
    readonly requests?: number;
  } = {},
): Case {
  const up: UpstreamScript = {
    tls,
    answers: [{ raw: 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok' }],
  };
  const common = { ...(validation && { validation_context: validation }), ...more.common };
  return {
    name: `tls-upstreams/${name}`,
    upstreams: { up },
    config: { log, clusters: { up: { ...upstreamTls(more.context ?? {}, common), ...more.cluster } } },
    exchanges: Array.from({ length: more.requests ?? 1 }, () => ({ send: get })),
    stats,
  };
}

const names = (...matchers: readonly [type: string, matcher: Record<string, unknown>][]) => ({
  ...trust(authority),
  match_typed_subject_alt_names: matchers.map(([san_type, matcher]) => ({ san_type, matcher })),
});
const versions = (min: string, max: string) => ({
  tls_params: { tls_minimum_protocol_version: min, tls_maximum_protocol_version: max },
});

const rsaKeyExchange = { tls_params: { cipher_suites: ['AES128-SHA'] } };

function refused(name: string, common: Record<string, unknown>): Case {
  return {
    name: `tls-upstreams/${name}-is-refused`,
    refused: true,
    config: { clusters: { up: upstreamTls({}, common) } },
    exchanges: [],
  };
}

/** TLS towards upstreams: whom we trust, what we show, and what is said of a handshake that fails. */
export const tlsUpstreams: readonly Case[] = [
  test('trusted', { identity: server }, trust(authority), { context: { sni: 'server.example' } }),
  test('nothing-verified', { identity: selfSigned }, undefined),
  test('rsa', { identity: rsaServer }, trust(authority)),
  test('untrusted', { identity: server }, trust(otherAuthority)),
  test(
    'untrusted-is-accepted',
    { identity: server },
    {
      ...trust(otherAuthority),
      trust_chain_verification: 'ACCEPT_UNTRUSTED',
    },
  ),
  test('untrusted-root-sent', { identity: server, chain: [authority] }, trust(otherAuthority)),
  test('self-signed', { identity: selfSigned }, trust(authority)),
  test('self-signed-and-trusted', { identity: selfSigned }, trust(selfSigned)),
  test('leaf-trusted', { identity: server }, trust(server)),
  test('expired', { identity: expiredServer }, trust(authority)),
  test(
    'expired-is-accepted',
    { identity: expiredServer },
    {
      ...trust(authority),
      allow_expired_certificate: true,
    },
  ),
  test(
    'expired-and-untrusted',
    { identity: expiredServer },
    {
      ...trust(otherAuthority),
      allow_expired_certificate: true,
    },
  ),
  test('not-yet-valid', { identity: futureServer }, trust(authority)),
  test('wrong-purpose', { identity: onlyClient }, trust(authority)),
  test('intermediate', { identity: belowIntermediate, chain: [intermediate] }, trust(authority)),
  test('intermediate-missing', { identity: belowIntermediate }, trust(authority)),
  test('intermediate-trusted', { identity: belowIntermediate }, trust(intermediate)),
  test(
    'depth-exceeded',
    { identity: belowIntermediate, chain: [intermediate] },
    {
      ...trust(authority),
      max_verify_depth: 0,
    },
  ),
  test(
    'depth-exceeded-with-two',
    { identity: deep, chain: [second, intermediate] },
    { ...trust(authority), max_verify_depth: 1 },
  ),
  test(
    'depth-met',
    { identity: belowIntermediate, chain: [intermediate] },
    {
      ...trust(authority),
      max_verify_depth: 1,
    },
  ),
  test('name-exact', { identity: server }, names(['DNS', { exact: 'server.example' }])),
  test('name-wildcard', { identity: server }, names(['DNS', { exact: 'a.wild.example' }])),
  test('name-below-wildcard', { identity: server }, names(['DNS', { exact: 'a.b.wild.example' }])),
  test('name-prefix-of-uri', { identity: server }, names(['URI', { prefix: 'spiffe://lab/' }])),
  test(
    'name-regex',
    { identity: server },
    names(['EMAIL', { safe_regex: { regex: '[a-z]+@lab\\.example' } }]),
  ),
  test('name-of-address', { identity: server }, names(['IP_ADDRESS', { exact: '::1' }])),
  test('name-of-other-type', { identity: server }, names(['URI', { exact: 'server.example' }])),
  test(
    'name-one-of-two',
    { identity: server },
    names(['DNS', { suffix: '.nowhere' }], ['DNS', { contains: 'SERVER', ignore_case: true }]),
  ),
  test('names-none', { identity: selfSigned }, { ...names(['DNS', { exact: 'x' }]), ...trust(selfSigned) }),
  test('hash', { identity: server }, { verify_certificate_hash: ['00'.repeat(32), hashOf(server)] }),
  test(
    'hash-other',
    { identity: server },
    {
      ...trust(authority),
      verify_certificate_hash: [hashOf(client)],
    },
  ),
  test(
    'spki-other',
    { identity: server },
    {
      verify_certificate_spki: [Buffer.alloc(32, 7).toString('base64')],
    },
  ),
  test('host-as-server-name', { identity: server }, trust(authority), {
    context: { auto_host_sni: true, sni: 'fallback.example' },
  }),
  test('server-name-is-verified', { identity: server }, trust(authority), {
    context: { sni: 'x.wild.example', auto_sni_san_validation: true },
  }),
  test('server-name-is-another', { identity: server }, trust(authority), {
    context: { sni: 'other.example', auto_sni_san_validation: true },
  }),
  test(
    'server-name-is-verified-instead-of-names',
    { identity: server },
    {
      ...trust(authority),
      match_typed_subject_alt_names: [{ san_type: 'URI', matcher: { exact: 'spiffe://lab/server' } }],
    },
    { context: { sni: 'other.example', auto_sni_san_validation: true } },
  ),
  test('client-certificate', { identity: server, clientsBy: [authority] }, trust(authority), {
    common: { tls_certificates: [certificateOf(client)] },
  }),
  test(
    'client-certificate-missing',
    { identity: server, clientsBy: [authority], maxVersion: 'TLSv1.2' },
    trust(authority),
  ),
  test('tls-1.3', { identity: server }, trust(authority), { common: versions('TLSv1_2', 'TLSv1_3') }),
  test('tls-1.3-only-there', { identity: server, minVersion: 'TLSv1.3' }, trust(authority)),
  test('tls-1.3-only-here', { identity: server, maxVersion: 'TLSv1.2' }, trust(authority), {
    common: versions('TLSv1_3', 'TLSv1_3'),
  }),
  test('cipher', { identity: server }, trust(authority), {
    common: { tls_params: { cipher_suites: ['ECDHE-ECDSA-AES256-GCM-SHA384'] } },
  }),
  test(
    'no-shared-cipher',
    { identity: rsaServer, ciphers: 'AES128-SHA', maxVersion: 'TLSv1.2' },
    trust(authority),
  ),
  test('curve', { identity: server }, trust(authority), {
    common: { tls_params: { ecdh_curves: ['P-256'] } },
  }),
  test('key-usage', { identity: rsaSigner }, trust(authority)),
  test('key-usage-wrong', { identity: rsaEncipherer }, trust(authority)),
  test('key-usage-wrong-and-not-enforced', { identity: rsaEncipherer }, trust(authority), {
    context: { enforce_rsa_key_usage: false },
  }),
  test('key-usage-wrong-and-untrusted', { identity: rsaEncipherer }, trust(otherAuthority)),
  test('key-usage-wrong-tls-1.3', { identity: rsaEncipherer }, trust(otherAuthority), {
    common: versions('TLSv1_3', 'TLSv1_3'),
  }),
  test(
    'key-usage-of-rsa-key-exchange',
    { identity: rsaEncipherer, ciphers: 'AES128-SHA' },
    trust(authority),
    { common: rsaKeyExchange },
  ),
  test(
    'key-usage-wrong-for-rsa-key-exchange',
    { identity: rsaSigner, ciphers: 'AES128-SHA' },
    trust(authority),
    { common: rsaKeyExchange },
  ),
  test('alpn', { identity: server, alpn: ['foo', 'http/1.1'] }, trust(authority), {
    common: { alpn_protocols: ['http/1.1'] },
  }),
  test('resumed', { identity: server }, trust(authority), { requests: 3 }),
  test('resumed-tls-1.3', { identity: server }, trust(authority), {
    common: versions('TLSv1_3', 'TLSv1_3'),
    requests: 3,
  }),
  test('not-resumed', { identity: server }, trust(authority), {
    context: { max_session_keys: 0 },
    requests: 2,
  }),
  {
    ...test('time-without-authority', { identity: server }, { verify_certificate_hash: [hashOf(server)] }),
    stats: /^cluster\.up\.ssl\.certificate/,
    knownDifference:
      'Envoy has a gauge of the largest 64-bit number for an authority that is not there; numbers here have 53 bits',
  },
  refused('names-without-authority', {
    validation_context: { match_typed_subject_alt_names: [{ san_type: 'DNS', matcher: { exact: 'a' } }] },
  }),
  refused('expired-without-authority', { validation_context: { allow_expired_certificate: true } }),
  refused('hash-that-is-none', { validation_context: { verify_certificate_hash: ['12'] } }),
  refused('authority-that-is-none', { validation_context: { trusted_ca: { inline_string: 'nothing' } } }),
  refused('two-certificates', { tls_certificates: [certificateOf(client), certificateOf(server)] }),
];
