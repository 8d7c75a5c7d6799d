import type { SecureContextOptions, SecureVersion } from 'node:tls';
import type { envoy } from '../../../bootstrap/api.generated.ts';
import { cipherSuites, ecdhCurves, signatureAlgorithms, unimplemented } from './boringssl-names.ts';
import { loadTls } from './node-tls.ts';

type Parameters = envoy.extensions.transport_sockets.tls.v3.TlsParameters;

/** Envoy's own defaults. */
const defaultCiphers = [
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
];
/**
 * TLS 1.3 suites cannot be configured in Envoy. As a server it takes the client's first of AES; OpenSSL asks for one order of
 * ours in all versions, and this is the one that OpenSSL's own clients (curl, node) have.
 */
const serverTls13Ciphers = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_AES_128_GCM_SHA256',
  'TLS_CHACHA20_POLY1305_SHA256',
];
/** What BoringSSL offers where the processor has AES. */
const clientTls13Ciphers = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
];
const defaultCurves = ['X25519', 'P-256'];
/** What BoringSSL verifies, the best first; the same that a client of ours offers. */
const clientSignatures = [
  'ecdsa_secp256r1_sha256',
  'rsa_pss_rsae_sha256',
  'rsa_pkcs1_sha256',
  'ecdsa_secp384r1_sha384',
  'rsa_pss_rsae_sha384',
  'rsa_pkcs1_sha384',
  'rsa_pss_rsae_sha512',
  'rsa_pkcs1_sha512',
];

const versions: Readonly<Record<string, SecureVersion>> = {
  TLSv1_0: 'TLSv1',
  TLSv1_1: 'TLSv1.1',
  TLSv1_2: 'TLSv1.2',
  TLSv1_3: 'TLSv1.3',
};

/**
 * What a `tls_params` means, with Envoy's defaults: towards upstreams it speaks TLS 1.2 unless told otherwise.
 *
 * @throws LabError in Envoy's words for names that BoringSSL has not, and for what the OpenSSL of this Node has not
 */
export function secureParameters(
  parameters: Parameters = {},
  side: 'server' | 'client' = 'server',
): SecureContextOptions {
  const suites = parameters.cipher_suites?.join(':');
  const curves = parameters.ecdh_curves?.join(':');
  const signatures = parameters.signature_algorithms?.join(':');
  const ciphers = suites ? here('cipher_suites', 'ciphers', cipherSuites(suites)) : defaultCiphers;
  const minVersion = versions[parameters.tls_minimum_protocol_version ?? ''] ?? 'TLSv1.2';
  const maxVersion =
    versions[parameters.tls_maximum_protocol_version ?? ''] ?? (side === 'server' ? 'TLSv1.3' : 'TLSv1.2');
  const options: SecureContextOptions = {
    minVersion,
    maxVersion,
    ciphers: [...(side === 'server' ? serverTls13Ciphers : clientTls13Ciphers), ...ciphers].join(':'),
    honorCipherOrder: side === 'server',
    ecdhCurve: (curves ? here('ecdh_curves', 'ecdhCurve', ecdhCurves(curves)) : defaultCurves).join(':'),
  };
  if (signatures) {
    options.sigalgs = here('signature_algorithms', 'sigalgs', signatureAlgorithms(signatures)).join(':');
  } else if (side === 'client') options.sigalgs = clientSignatures.join(':');
  return options;
}

/** `names`, when OpenSSL knows each: of ciphers it would leave out in silence those it does not know. */
function here(field: string, option: 'ciphers' | 'ecdhCurve' | 'sigalgs', names: string[]): string[] {
  for (const name of names) {
    try {
      loadTls().createSecureContext({ [option]: name, ca: [] });
    } catch {
      unimplemented(field, name);
    }
  }
  return names;
}
