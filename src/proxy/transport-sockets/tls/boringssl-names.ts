import { LabError } from '../../../error.ts';

/** Ciphers of TLS up to 1.2 that BoringSSL knows, by its name for them and RFC 5246's; those of 1.3 cannot be configured. */
const cipherNames: Readonly<Record<string, string>> = {
  'AES128-SHA': 'TLS_RSA_WITH_AES_128_CBC_SHA',
  'AES256-SHA': 'TLS_RSA_WITH_AES_256_CBC_SHA',
  'AES128-GCM-SHA256': 'TLS_RSA_WITH_AES_128_GCM_SHA256',
  'AES256-GCM-SHA384': 'TLS_RSA_WITH_AES_256_GCM_SHA384',
  'DES-CBC3-SHA': 'TLS_RSA_WITH_3DES_EDE_CBC_SHA',
  'PSK-AES128-CBC-SHA': 'TLS_PSK_WITH_AES_128_CBC_SHA',
  'PSK-AES256-CBC-SHA': 'TLS_PSK_WITH_AES_256_CBC_SHA',
  'ECDHE-PSK-AES128-CBC-SHA': 'TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA',
  'ECDHE-PSK-AES256-CBC-SHA': 'TLS_ECDHE_PSK_WITH_AES_256_CBC_SHA',
  'ECDHE-PSK-CHACHA20-POLY1305': 'TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-SHA': 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA',
  'ECDHE-ECDSA-AES256-SHA': 'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA',
  'ECDHE-ECDSA-AES128-SHA256': 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256': 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384': 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305': 'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
  'ECDHE-RSA-AES128-SHA': 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA',
  'ECDHE-RSA-AES256-SHA': 'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA',
  'ECDHE-RSA-AES128-SHA256': 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256': 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'ECDHE-RSA-AES256-GCM-SHA384': 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  'ECDHE-RSA-CHACHA20-POLY1305': 'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
};
/** OpenSSL's name by each of BoringSSL's two. */
const ciphers = new Map(
  Object.entries(cipherNames).flatMap(([name, standard]) => [
    [name, name],
    [standard, name],
  ]),
);
/** Names of BoringSSL for many ciphers at once: another list than OpenSSL's. */
const aliases = new Set(
  'ALL HIGH DEFAULT FIPS ECDHE EECDH kECDHE kEECDH kRSA kPSK aRSA aECDSA ECDSA aPSK RSA PSK AES AES128 AES256 AESGCM CHACHA20 3DES SHA SHA1 SSLv3 TLSv1 TLSv1.2'.split(
    ' ',
  ),
);
const curves = new Map([
  ['P-256', 'P-256'],
  ['prime256v1', 'P-256'],
  ['P-384', 'P-384'],
  ['secp384r1', 'P-384'],
  ['P-521', 'P-521'],
  ['secp521r1', 'P-521'],
  ['X25519', 'X25519'],
  ['x25519', 'X25519'],
  ['X25519MLKEM768', 'X25519MLKEM768'],
  ['MLKEM1024', 'MLKEM1024'],
]);
const signatures = new Map([
  ...['256', '384', '512'].flatMap((bits): [string, string][] => [
    [`rsa_pkcs1_sha${bits}`, `RSA+SHA${bits}`],
    [`RSA+SHA${bits}`, `RSA+SHA${bits}`],
    [`rsa_pss_rsae_sha${bits}`, `rsa_pss_rsae_sha${bits}`],
    [`RSA-PSS+SHA${bits}`, `rsa_pss_rsae_sha${bits}`],
    [`PSS+SHA${bits}`, `rsa_pss_rsae_sha${bits}`],
    [`ECDSA+SHA${bits}`, `ECDSA+SHA${bits}`],
  ]),
  ['ecdsa_secp256r1_sha256', 'ECDSA+SHA256'],
  ['ecdsa_secp384r1_sha384', 'ECDSA+SHA384'],
  ['ecdsa_secp521r1_sha512', 'ECDSA+SHA512'],
  ['rsa_pkcs1_sha1', 'RSA+SHA1'],
  ['RSA+SHA1', 'RSA+SHA1'],
  ['ecdsa_sha1', 'ECDSA+SHA1'],
  ['ECDSA+SHA1', 'ECDSA+SHA1'],
  ['ed25519', 'ed25519'],
] as [string, string][]);

/**
 * OpenSSL's names of `cipher_suites`, joined by colons as Envoy joins them. `[A|B]` gives two ciphers one rank.
 *
 * @throws LabError in Envoy's words for names nobody has, and for rules (`ALL`, `-ALL`, `!SHA`), which are not implemented
 */
export function cipherSuites(list: string): string[] {
  const tokens = list.split(/[:+![|\]]/).filter((token) => token !== '');
  const named = tokens.map((token) => token.replace(/^-/, ''));
  const rejected = named.filter((name) => !ciphers.has(name) && !aliases.has(name));
  const rules = list.split(':').flatMap((rule) => /^\[([^[\]]+)\]$/.exec(rule)?.[1]?.split('|') ?? [rule]);
  if (rejected.length > 0 || rules.some((rule) => /[[\]|]/.test(rule))) {
    throw new LabError(
      'invalid',
      `Failed to initialize cipher suites ${list}. The following ciphers were rejected when tried individually: ${rejected.join(', ')}`,
    );
  }
  return rules.map((rule) => ciphers.get(rule) ?? unimplemented('cipher_suites', rule));
}

/** OpenSSL's names of `ecdh_curves`. @throws LabError in Envoy's words for an unknown curve, and for one that is there twice */
export function ecdhCurves(list: string): string[] {
  return each(list, curves, 'ECDH curves');
}

/** The same of `signature_algorithms`. */
export function signatureAlgorithms(list: string): string[] {
  return each(list, signatures, 'TLS signature algorithms');
}

/** @throws LabError for what BoringSSL has and the OpenSSL of this Node, or what we make of it, has not */
export function unimplemented(field: string, name: string): never {
  throw new LabError('invalid', `tls_params.${field}: ${name} is not implemented by the ts data plane`, {
    hint: 'use --engine envoy',
  });
}

function each(list: string, known: ReadonlyMap<string, string>, what: string): string[] {
  const names = list.split(':').map((name) => known.get(name));
  if (names.includes(undefined) || new Set(names).size < names.length) {
    throw new LabError('invalid', `Failed to initialize ${what} ${list}`);
  }
  return names as string[];
}
