import { LabError } from '../../../error.ts';

/**
 * `verify_certificate_hash`: SHA-256 of certificates in hexadecimal, with colons between the bytes or without.
 *
 * @throws LabError in Envoy's words
 */
export function readHashes(configured: readonly string[]): string[] {
  return configured.map((text) => {
    const hash = text.replace(/^(?:[0-9a-f]{2}:){31}[0-9a-f]{2}$/i, (colons) => colons.replaceAll(':', ''));
    if (/^[0-9a-f]{64}$/i.test(hash)) return hash.toLowerCase();
    throw new LabError('invalid', `Invalid hex-encoded SHA-256 ${text}`);
  });
}

/**
 * `verify_certificate_spki`: SHA-256 of public keys in base64.
 *
 * @throws LabError in Envoy's words
 */
export function readSpkis(configured: readonly string[]): string[] {
  return configured.map((text) => {
    const bytes = Buffer.from(text, 'base64');
    if (bytes.length === 32 && bytes.toString('base64') === text) return text;
    throw new LabError('invalid', `Invalid base64-encoded SHA-256 ${text}`);
  });
}
