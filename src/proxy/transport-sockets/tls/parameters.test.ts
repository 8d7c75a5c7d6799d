import assert from 'node:assert/strict';
import { it } from 'node:test';
import { unimplemented } from './boringssl-names.ts';
import { secureParameters } from './parameters.ts';

it('takes both of the names that BoringSSL has for a cipher, alone, in one string and in groups', () => {
  const cipher_suites = [
    '[ECDHE-RSA-AES128-GCM-SHA256|ECDHE-RSA-CHACHA20-POLY1305]',
    'TLS_RSA_WITH_AES_128_CBC_SHA:AES256-SHA',
  ];
  const { ciphers } = secureParameters({ cipher_suites });
  assert.match(ciphers!, /:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-CHACHA20-POLY1305:AES128-SHA:AES256-SHA$/);
});

it('takes all names of one curve and of one signature', () => {
  const { ecdhCurve, sigalgs } = secureParameters({
    ecdh_curves: ['prime256v1', 'X25519'],
    signature_algorithms: ['PSS+SHA256', 'ecdsa_sha1'],
  });
  assert.deepEqual([ecdhCurve, sigalgs], ['P-256:X25519', 'rsa_pss_rsae_sha256:ECDSA+SHA1']);
});

it('means the defaults where a list holds nothing', () => {
  const empty = { cipher_suites: [''], ecdh_curves: [''], signature_algorithms: [''] };
  assert.deepEqual(secureParameters(empty), secureParameters());
});

const refused = (names: string) => `. The following ciphers were rejected when tried individually: ${names}`;
for (const [parameters, message] of [
  [
    { cipher_suites: ['NOPE', 'AES128-SHA', 'NO'] },
    `Failed to initialize cipher suites NOPE:AES128-SHA:NO${refused('NOPE, NO')}`,
  ],
  [{ cipher_suites: ['[AES128-SHA'] }, `Failed to initialize cipher suites [AES128-SHA${refused('')}`],
  [
    { cipher_suites: ['TLS_AES_128_GCM_SHA256'] },
    `Failed to initialize cipher suites TLS_AES_128_GCM_SHA256${refused('TLS_AES_128_GCM_SHA256')}`,
  ],
  [{ cipher_suites: ['ALL', '!aNULL'] }, `Failed to initialize cipher suites ALL:!aNULL${refused('aNULL')}`],
  [
    { cipher_suites: ['-ALL', 'AES128-SHA'] },
    'tls_params.cipher_suites: -ALL is not implemented by the ts data plane',
  ],
  [{ ecdh_curves: ['P-256', 'NOPE'] }, 'Failed to initialize ECDH curves P-256:NOPE'],
  [{ ecdh_curves: ['P-256', 'prime256v1'] }, 'Failed to initialize ECDH curves P-256:prime256v1'],
  [{ ecdh_curves: ['P-224'] }, 'Failed to initialize ECDH curves P-224'],
  [{ signature_algorithms: ['nope'] }, 'Failed to initialize TLS signature algorithms nope'],
  [
    { cipher_suites: ['DES-CBC3-SHA'] },
    'tls_params.cipher_suites: DES-CBC3-SHA is not implemented by the ts data plane',
  ],
] as const) {
  it(`says ${message}`, () => {
    assert.throws(() => secureParameters(parameters as never), { name: 'LabError', message });
  });
}

it('says what to do about names that only Envoy knows', () => {
  assert.throws(() => unimplemented('ecdh_curves', 'MLKEM1024'), {
    message: 'tls_params.ecdh_curves: MLKEM1024 is not implemented by the ts data plane',
    hint: 'use --engine envoy',
  });
});
