import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import { isIP } from 'node:net';
import * as der from './der.ts';

/** What a certificate is for. */
export interface CertRequest {
  /** Subject alternative names, DNS names and IP addresses; the first is the common name. */
  readonly names: readonly string[];
  /** Days from `now` until it expires; 0 or less: it has expired. */
  readonly days: number;
}

/** A certificate and its key (ECDSA on P-256, PKCS #8), PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

const DAY = 86_400_000;
const AUTHORITY_DAYS = 3650;
const COMMON_NAME = '2.5.4.3';
const COMMON_NAME_MAX = 64;
const ECDSA_SHA256 = der.sequence(der.oid('1.2.840.10045.4.3.2'));
const SERVER_AND_CLIENT = der.sequence(der.oid('1.3.6.1.5.5.7.3.1'), der.oid('1.3.6.1.5.5.7.3.2'));

/** A new certificate authority, good for ten years. `now` is when it begins, less a day for clocks that differ. */
export function mintAuthority(name: string, now: Date): KeyPair {
  const { publicKey, privateKey } = newKey();
  const subject = commonName(name);
  const extensions = [
    extension('2.5.29.19', true, der.sequence(der.boolean(true))),
    // keyCertSign, cRLSign
    extension('2.5.29.15', true, der.bits(Uint8Array.of(0b0000_0110), 1)),
    extension('2.5.29.14', false, der.octets(keyId(publicKey))),
  ];
  const validity = { from: now.getTime() - DAY, to: now.getTime() + AUTHORITY_DAYS * DAY };
  const cert = issue({ subject, issuer: subject, publicKey, validity, extensions }, privateKey);
  return { cert, key: exportKey(privateKey) };
}

/**
 * A certificate good for servers and clients (X.509 v3, RFC 5280), signed by an authority that
 * {@link mintAuthority} made, or by itself.
 */
export function mintCertificate(request: CertRequest, ca: KeyPair | 'self', now: Date): KeyPair {
  const { publicKey, privateKey } = newKey();
  const subject = commonName(request.names[0]?.slice(0, COMMON_NAME_MAX) ?? '');
  const authority = ca === 'self' ? undefined : readAuthority(ca);
  const to = now.getTime() + request.days * DAY;
  const extensions = [
    extension('2.5.29.19', true, der.sequence()),
    // digitalSignature
    extension('2.5.29.15', true, der.bits(Uint8Array.of(0b1000_0000), 7)),
    extension('2.5.29.37', false, SERVER_AND_CLIENT),
    extension('2.5.29.17', false, der.sequence(...request.names.map(generalName))),
    extension('2.5.29.14', false, der.octets(keyId(publicKey))),
    extension('2.5.29.35', false, der.sequence(der.tagged(0x80, keyId(authority?.publicKey ?? publicKey)))),
  ];
  const validity = { from: Math.min(now.getTime(), to) - DAY, to };
  const issuer = authority?.subject ?? subject;
  const cert = issue(
    { subject, issuer, publicKey, validity, extensions },
    authority?.privateKey ?? privateKey,
  );
  return { cert, key: exportKey(privateKey) };
}

interface Content {
  readonly subject: Buffer;
  readonly issuer: Buffer;
  readonly publicKey: KeyObject;
  /** ms since the epoch. */
  readonly validity: { readonly from: number; readonly to: number };
  readonly extensions: readonly Buffer[];
}

function issue(content: Content, key: KeyObject): string {
  const serial = randomBytes(16);
  // Positive, and never with a leading zero byte.
  serial[0] = (serial[0]! & 0x7f) | 0x40;
  const toSign = der.sequence(
    der.context(0, der.integer(Uint8Array.of(2))),
    der.integer(serial),
    ECDSA_SHA256,
    content.issuer,
    der.sequence(der.time(new Date(content.validity.from)), der.time(new Date(content.validity.to))),
    content.subject,
    content.publicKey.export({ type: 'spki', format: 'der' }),
    der.context(3, der.sequence(...content.extensions)),
  );
  const signature = der.bits(sign('sha256', toSign, key));
  return der.pem('CERTIFICATE', der.sequence(toSign, ECDSA_SHA256, signature));
}

function newKey() {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function exportKey(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** Only a common name stands in an authority's subject, so its text is enough to write it again. */
function readAuthority({ cert, key }: KeyPair) {
  const certificate = new X509Certificate(cert);
  return {
    subject: commonName(certificate.subject.replace(/^CN=/, '')),
    publicKey: certificate.publicKey,
    privateKey: createPrivateKey(key),
  };
}

function commonName(name: string): Buffer {
  return der.sequence(der.set(der.sequence(der.oid(COMMON_NAME), der.utf8(name))));
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return der.sequence(der.oid(id), ...(critical ? [der.boolean(true)] : []), der.octets(value));
}

/** RFC 5280, 4.2.1.2, method 1: SHA-1 of the key's bits, an identifier and no protection. */
function keyId(key: KeyObject): Buffer {
  const spki = key.export({ type: 'spki', format: 'der' });
  // An uncompressed P-256 point is the last 65 bytes.
  return createHash('sha1').update(spki.subarray(-65)).digest();
}

function generalName(name: string): Buffer {
  if (isIP(name) === 4) return der.tagged(0x87, Uint8Array.from(name.split('.').map(Number)));
  if (isIP(name) === 6) return der.tagged(0x87, ipv6Bytes(name));
  return der.tagged(0x82, Buffer.from(name.toLowerCase(), 'latin1'));
}

function ipv6Bytes(address: string): Uint8Array {
  // A URL writes the address in its canonical form, without dotted IPv4 at the end.
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const groups = (part: string | undefined): string[] => (part ? part.split(':') : []);
  const zeros = tail === undefined ? 0 : 8 - groups(head).length - groups(tail).length;
  const all = [...groups(head), ...Array<string>(zeros).fill('0'), ...groups(tail)];
  return Uint8Array.from(all.flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 0xff]));
}
