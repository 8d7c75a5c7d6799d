import type { Case, Exchange } from '../case.ts';
import {
  authority,
  belowIntermediate,
  client,
  expiredServer,
  intermediate,
  nameless,
  otherAuthority,
  rsaEncipherer,
  rsaSigner,
  selfSigned,
  server,
} from '../identities.ts';
import { hashOf, type Identity } from '../mint.ts';
import { certificateOf } from './tls-upstreams.ts';

/** A filter chain's TLS. */
export const serverTls = (common: Record<string, unknown>, context: Record<string, unknown> = {}) => ({
  transport_socket: {
    name: 'envoy.transport_sockets.tls',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
      common_tls_context: { tls_certificates: [certificateOf(server)], ...common },
      ...context,
    },
  },
});

const trust = (identity: Identity) => ({ trusted_ca: { inline_string: identity.cert } });
const get = (fields = '') => `GET / HTTP/1.1\r\nhost: lab.example\r\n${fields}\r\n`;
const claims = 'x-forwarded-client-cert: By=http://claimed;Hash=00\r\n';
const log = {
  names:
    '%DOWNSTREAM_PEER_DNS_SAN% %DOWNSTREAM_PEER_URI_SAN% %DOWNSTREAM_PEER_IP_SAN% %DOWNSTREAM_PEER_EMAIL_SAN%',
  subject: '%DOWNSTREAM_PEER_SUBJECT% %DOWNSTREAM_PEER_ISSUER%',
  hashes: '%DOWNSTREAM_PEER_FINGERPRINT_256% %DOWNSTREAM_PEER_FINGERPRINT_1% %DOWNSTREAM_PEER_SERIAL%',
  chain:
    '%DOWNSTREAM_PEER_CHAIN_FINGERPRINTS_256% %DOWNSTREAM_PEER_CHAIN_FINGERPRINTS_1% %DOWNSTREAM_PEER_CHAIN_SERIALS%',
  issuer: '%DOWNSTREAM_PEER_ISSUER_FINGERPRINT_256% %DOWNSTREAM_PEER_ISSUER_SERIAL%',
  dates: '%DOWNSTREAM_PEER_CERT_V_START% %DOWNSTREAM_PEER_CERT_V_END(%Y-%m-%d)%',
  pem: '%DOWNSTREAM_PEER_CERT%',
  own: '%DOWNSTREAM_LOCAL_SUBJECT% %DOWNSTREAM_LOCAL_DNS_SAN% %DOWNSTREAM_LOCAL_URI_SAN% %DOWNSTREAM_LOCAL_IP_SAN% %DOWNSTREAM_LOCAL_EMAIL_SAN%',
  tls: '%DOWNSTREAM_TLS_VERSION% %DOWNSTREAM_TLS_CIPHER%',
  failure: '%DOWNSTREAM_TRANSPORT_FAILURE_REASON%',
};
// A server is not told by OpenSSL which curve it was.
const stats = /^listener\.127\.0\.0\.1_\d+\.(ssl\.(?!curves|certificate\.unnamed_ca_cert\.)|server_ssl)/;

function test(
  name: string,
  validation: Record<string, unknown> | undefined,
  exchanges: readonly Exchange[],
  more: { readonly hcm?: Record<string, unknown>; readonly context?: Record<string, unknown> } = {},
): Case {
  const common = validation === undefined ? {} : { validation_context: validation };
  return {
    name: `client-certificates/${name}`,
    config: { log, filterChain: serverTls(common, more.context), ...(more.hcm && { hcm: more.hcm }) },
    exchanges,
    logLines: exchanges.filter(({ tls }) => !tls?.rejected).length,
    stats,
  };
}

const as = (identity: Identity | undefined, more: Exchange['tls'] = {}, fields = ''): Exchange => ({
  send: get(fields),
  tls: { ...(identity && { identity }), ...more },
});
const rejected = (identity: Identity | undefined, more: Exchange['tls'] = {}) =>
  as(identity, { rejected: true, ...more });
const details = { subject: true, cert: true, chain: true, dns: true, uri: true };
const forward = (mode: string, set?: Record<string, unknown>) => ({
  hcm: {
    forward_client_cert_details: mode,
    ...(set && { set_current_client_cert_details: set }),
  },
});
const required = { context: { require_client_certificate: true } };

/** Which clients are let in, and what upstreams and logs learn of their certificates. */
export const clientCertificates: readonly Case[] = [
  test('shown', trust(authority), [as(client)]),
  test('shown-over-tls-1.2', trust(authority), [as(client, { maxVersion: 'TLSv1.2' })]),
  test('optional', trust(authority), [as(undefined)]),
  test('not-asked-for', undefined, [as(client)]),
  test('required-but-nothing-to-verify', undefined, [as(undefined)], required),
  test('required', trust(authority), [as(client)], required),
  test('required-and-missing', trust(authority), [rejected(undefined)], required),
  test(
    'required-and-missing-over-tls-1.2',
    trust(authority),
    [rejected(undefined, { maxVersion: 'TLSv1.2' })],
    required,
  ),
  test('untrusted', trust(otherAuthority), [rejected(client)]),
  test('untrusted-over-tls-1.2', trust(otherAuthority), [rejected(client, { maxVersion: 'TLSv1.2' })]),
  test('untrusted-is-accepted', { ...trust(otherAuthority), trust_chain_verification: 'ACCEPT_UNTRUSTED' }, [
    as(client),
  ]),
  test('self-signed', trust(authority), [rejected(selfSigned)]),
  test('expired', trust(authority), [rejected(expiredServer)]),
  test('expired-is-accepted', { ...trust(authority), allow_expired_certificate: true }, [as(expiredServer)]),
  test('with-intermediate', trust(authority), [as(belowIntermediate, { chain: [intermediate] })]),
  test('without-intermediate', trust(authority), [rejected(belowIntermediate)]),
  test(
    'name-met',
    {
      ...trust(authority),
      match_typed_subject_alt_names: [{ san_type: 'URI', matcher: { suffix: '/other' } }],
    },
    [as(client)],
  ),
  test(
    'name-not-met',
    {
      ...trust(authority),
      match_typed_subject_alt_names: [{ san_type: 'URI', matcher: { exact: 'spiffe://lab/x' } }],
    },
    [rejected(client), rejected(undefined)],
  ),
  test('key-usage', trust(authority), [as(rsaSigner)]),
  test('key-usage-wrong', trust(authority), [rejected(rsaEncipherer)]),
  test('key-usage-wrong-over-tls-1.2', trust(authority), [
    rejected(rsaEncipherer, { maxVersion: 'TLSv1.2' }),
  ]),
  test('key-usage-wrong-and-untrusted', trust(otherAuthority), [rejected(rsaEncipherer)]),
  test('hash', { verify_certificate_hash: [hashOf(client)] }, [as(client), rejected(nameless)]),
  test('resumed', trust(authority), [
    as(client, { maxVersion: 'TLSv1.2' }),
    as(client, { maxVersion: 'TLSv1.2', resume: true }),
  ]),
  test('forward-none', trust(authority), [as(client, {}, claims)], forward('SANITIZE', details)),
  test(
    'forward-only',
    trust(authority),
    [as(client, {}, claims), as(undefined, {}, claims)],
    forward('FORWARD_ONLY'),
  ),
  test('forward-always', undefined, [as(undefined, {}, claims)], forward('ALWAYS_FORWARD_ONLY', details)),
  test(
    'forward-append',
    trust(authority),
    [as(client, {}, claims), as(client), as(undefined, {}, claims)],
    forward('APPEND_FORWARD', { subject: true, uri: true }),
  ),
  test('forward-set', trust(authority), [as(client, {}, claims)], forward('SANITIZE_SET', details)),
  test('forward-set-hash-only', trust(authority), [as(client)], forward('SANITIZE_SET')),
  test(
    'forward-set-chain',
    trust(authority),
    [as(belowIntermediate, { chain: [intermediate] })],
    forward('SANITIZE_SET', { chain: true }),
  ),
  test('forward-set-no-names', trust(authority), [as(nameless)], forward('SANITIZE_SET', details)),
  test(
    'forward-set-untrusted',
    { ...trust(otherAuthority), trust_chain_verification: 'ACCEPT_UNTRUSTED' },
    [as(client)],
    forward('SANITIZE_SET', { dns: true }),
  ),
  {
    ...test('refused-by-alert', trust(authority), [as(selfSigned)]),
    exchanges: [{ ...as(selfSigned), responses: 0, untilClosed: true }],
    logLines: 0,
    knownDifference:
      'Node cannot send the TLS alert that says why a certificate is refused: the connection is closed without',
  },
];
