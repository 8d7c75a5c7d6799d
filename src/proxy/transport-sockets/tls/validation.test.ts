import assert from 'node:assert/strict';
import { it } from 'node:test';
import { mintAuthority, mintCertificate } from '../../../cert/mint.ts';
import { LabError } from '../../../error.ts';
import { pathProblem, serverUsage } from './certificate-path.ts';
import { dnsNameMatches } from './dns-name.ts';
import { readHashes, readSpkis } from './pinned-certificate.ts';
import { compileSanMatchers } from './san-matcher.ts';
import { SessionCache } from './session-cache.ts';
import { handshakeFailureText, isTlsError } from './tls-error.ts';
import { CertificateValidator } from './validation.ts';
import { Certificate } from './x509/certificate.ts';

const now = new Date('2026-01-01T00:00:00Z');
const authority = mintAuthority('Lab CA', now);
const other = mintAuthority('Other CA', now);
const certificate = ({ cert }: { cert: string }) => Certificate.readAll(cert)[0]!;
const leaf = (names: string[], days = 30) => certificate(mintCertificate({ names, days }, authority, now));
const rules = {
  roots: [certificate(authority)],
  usage: serverUsage,
  allowExpired: false,
  now: now.getTime(),
};
const reader = { readFile: () => Buffer.from('x'), variables: {} };
const validator = (config: object) => new CertificateValidator(config, 'server', reader, () => 0);

it('finds nothing wrong with a leaf below a trusted authority', () => {
  assert.equal(pathProblem(leaf(['a.example']), rules), undefined);
});

it('says which certificate of a chain is wrong, and why', () => {
  const roots = [certificate(other)];
  assert.deepEqual(pathProblem(leaf(['a.example']), { ...rules, roots }), {
    text: 'unable to get local issuer certificate',
    depth: 0,
  });
  assert.deepEqual(pathProblem(certificate(authority), { ...rules, roots }), {
    text: 'self signed certificate',
    depth: 0,
  });
  const late = { ...rules, now: now.getTime() + 40 * 86_400_000 };
  assert.deepEqual(pathProblem(leaf(['a.example']), late), { text: 'certificate has expired', depth: 0 });
  assert.equal(pathProblem(leaf(['a.example']), { ...late, allowExpired: true }), undefined);
  const early = { ...rules, now: now.getTime() - 40 * 86_400_000 };
  assert.match(pathProblem(leaf(['a.example']), early)!.text, /not yet valid/);
});

it('does not trust a leaf as an authority', () => {
  const signer = mintCertificate({ names: ['Lab CA'], days: 30 }, authority, now);
  const below = certificate(mintCertificate({ names: ['a.example'], days: 30 }, signer, now));
  const problem = pathProblem(below, { ...rules, roots: [certificate(signer)] });
  assert.deepEqual(problem, { text: 'unable to get local issuer certificate', depth: 0 });
});

it('lets a wildcard stand for one label', () => {
  assert.ok(dnsNameMatches('A.example.com', '*.example.com'));
  assert.ok(dnsNameMatches('web1.example.com', 'web*.example.com'));
  assert.ok(!dnsNameMatches('a.b.example.com', '*.example.com'));
  assert.ok(!dnsNameMatches('example.com', '*.example.com'));
  assert.ok(!dnsNameMatches('xn--a.example.com', 'xn--*.example.com'));
  assert.ok(!dnsNameMatches('a.example.com', '*.*.com'));
  assert.ok(!dnsNameMatches('example', '*'));
});

it('matches names by type, and the deprecated matchers by any', () => {
  const [typed] = compileSanMatchers({
    match_typed_subject_alt_names: [{ san_type: 'OTHER_NAME', oid: '1.2.3', matcher: { exact: 'x' } }],
  });
  assert.ok(typed!({ type: 'OTHER_NAME', oid: '1.2.3', value: 'x' }));
  assert.ok(!typed!({ type: 'OTHER_NAME', oid: '1.2.4', value: 'x' }));
  const any = compileSanMatchers({ match_subject_alt_names: [{ prefix: 'a' }] });
  assert.ok(any.some((matches) => matches({ type: 'EMAIL', value: 'a@b' })));
  assert.throws(
    () =>
      compileSanMatchers({
        match_typed_subject_alt_names: [{ san_type: 'OTHER_NAME', matcher: { exact: 'x' } }],
      }),
    LabError,
  );
});

it('refuses what would verify nothing', () => {
  const bad = [
    { allow_expired_certificate: true },
    { match_typed_subject_alt_names: [{ san_type: 'DNS', matcher: { exact: 'a' } }] },
    { trusted_ca: { inline_string: 'nothing' } },
    { verify_certificate_hash: ['zz'] },
    { verify_certificate_spki: ['zz'] },
  ];
  for (const config of bad) assert.throws(() => validator(config), LabError);
  assert.equal(validator({}).verifies, false);
  assert.equal(validator({ trusted_ca: { inline_string: authority.cert } }).verifies, true);
});

it('reads hashes with colons and without', () => {
  const bytes = Array<string>(32).fill('AB');
  assert.deepEqual(readHashes([bytes.join(':'), bytes.join('')]), Array(2).fill('ab'.repeat(32)));
  assert.equal(readSpkis([Buffer.alloc(32).toString('base64')]).length, 1);
});

it('says of a handshake that fails what BoringSSL says', () => {
  const error = (code: string, errno?: number) => Object.assign(new Error(code), { code, errno });
  const text = (code: string, received = 100) => handshakeFailureText(error(code), 'client', received);
  assert.equal(
    text('ERR_SSL_WRONG_VERSION_NUMBER'),
    'TLS_error:|268435703:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER:TLS_error_end',
  );
  assert.match(text('ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 7), /HANDSHAKE_FAILURE_ON_CLIENT_HELLO/);
  assert.doesNotMatch(text('ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE'), /ON_CLIENT_HELLO/);
  assert.match(text('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'), /\|268436572:.*TLSV1_ALERT_CERTIFICATE/);
  assert.equal(text('ECONNRESET'), '');
  assert.match(handshakeFailureText(error('ECONNRESET', -104), 'client', 0), /Connection reset by peer/);
  assert.equal(isTlsError(undefined), false);
});

it('gives sessions of TLS 1.3 away once, others again, and keeps no more than it may', () => {
  const cache = new SessionCache(2);
  const facts = { peer: undefined, group: undefined };
  const put = (name: string, once: boolean, serverName = '') =>
    cache.put({ session: Buffer.from(name), serverName, facts }, once);
  const take = (serverName = '') => String(cache.take(serverName)?.session);
  for (const name of ['a', 'b', 'c']) put(name, true);
  assert.deepEqual([take(), take(), take()], ['c', 'b', 'undefined']);
  put('again', false);
  assert.deepEqual([take(), take()], ['again', 'again']);
  put('other', true, 'other.example');
  assert.deepEqual([take('other.example'), take('other.example'), take()], ['other', 'undefined', 'again']);
  const none = new SessionCache(0);
  none.put({ session: Buffer.from('a'), serverName: '', facts }, false);
  assert.equal(none.take(''), undefined);
});
