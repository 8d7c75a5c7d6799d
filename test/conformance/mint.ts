import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  X509Certificate,
} from 'node:crypto';
import { isIPv4 } from 'node:net';
import * as der from '../../src/cert/der.ts';
import { privateKey as rsaKey } from './certificate.ts';

/** A certificate, its key, and what signs those below it. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
  readonly subject: Buffer;
}

export interface IdentityRequest {
  /** Attribute types by OID and their values, in order; a common name when it is a text. */
  readonly subject: string | readonly (readonly [oid: string, value: string])[];
  /** `DNS:a.example`, `URI:…`, `IP:…`, `email:…`. */
  readonly names?: readonly string[];
  /** Of extendedKeyUsage. */
  readonly usages?: readonly ('server' | 'client')[];
  /** Of keyUsage. */
  readonly keyUsages?: readonly (keyof typeof keyUsageBits)[];
  /** Whose signature it has; its own when absent. */
  readonly by?: Identity;
  readonly authority?: boolean;
  /** From and to, days from now. */
  readonly days?: readonly [number, number];
  /** With the suite's RSA key instead of a new one on P-256. */
  readonly rsa?: boolean;
}

const dayMs = 86_400_000;
const ecdsa = der.sequence(der.oid('1.2.840.10045.4.3.2'));
const rsa = der.sequence(der.oid('1.2.840.113549.1.1.11'), der.tagged(0x05));
const usageOids = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' };
const keyUsageBits = { digitalSignature: 0x80, keyEncipherment: 0x20 };
let serial = 0;

/** A certificate as a test wants it, sound or not (X.509 v3, RFC 5280). */
export function mint(request: IdentityRequest): Identity {
  const key = request.rsa
    ? createPrivateKey(rsaKey)
    : generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const parts =
    typeof request.subject === 'string' ? [['2.5.4.3', request.subject] as const] : request.subject;
  const subject = der.sequence(
    ...parts.map(([oid, value]) => der.set(der.sequence(der.oid(oid), der.utf8(value)))),
  );
  const signer = request.by === undefined ? key : createPrivateKey(request.by.key);
  const algorithm = signer.asymmetricKeyType === 'rsa' ? rsa : ecdsa;
  const [from, to] = request.days ?? [-1, 3650];
  const midnight = Math.floor(Date.now() / dayMs) * dayMs;
  serial++;
  const content = der.sequence(
    der.context(0, der.integer(Uint8Array.of(2))),
    der.integer(Uint8Array.of(0x40, serial >> 8, serial & 0xff)),
    algorithm,
    request.by?.subject ?? subject,
    der.sequence(der.time(new Date(midnight + from * dayMs)), der.time(new Date(midnight + to * dayMs))),
    subject,
    spki(key),
    der.context(3, der.sequence(...extensions(request))),
  );
  const cert = der.pem(
    'CERTIFICATE',
    der.sequence(content, algorithm, der.bits(sign('sha256', content, signer))),
  );
  return { cert, key: key.export({ type: 'pkcs8', format: 'pem' }).toString(), subject };
}

/** SHA-256 of a certificate in hexadecimal. */
export function hashOf({ cert }: Identity): string {
  return new X509Certificate(cert).fingerprint256.replaceAll(':', '').toLowerCase();
}

function spki(key: KeyObject): Buffer {
  return createPublicKey(key).export({ type: 'spki', format: 'der' });
}

function extensions({ names = [], usages, keyUsages, authority }: IdentityRequest): Buffer[] {
  const list = [extension('2.5.29.19', authority ? der.sequence(der.boolean(true)) : der.sequence())];
  if (names.length > 0) list.push(extension('2.5.29.17', der.sequence(...names.map(generalName))));
  if (keyUsages) {
    const bits = keyUsages.reduce((all, usage) => all | keyUsageBits[usage], 0);
    list.push(extension('2.5.29.15', der.bits(Uint8Array.of(bits))));
  }
  if (usages) {
    list.push(extension('2.5.29.37', der.sequence(...usages.map((usage) => der.oid(usageOids[usage])))));
  }
  return list;
}

function extension(id: string, value: Buffer): Buffer {
  return der.sequence(der.oid(id), der.octets(value));
}

function generalName(name: string): Buffer {
  const value = name.slice(name.indexOf(':') + 1);
  if (name.startsWith('email:')) return der.tagged(0x81, Buffer.from(value));
  if (name.startsWith('URI:')) return der.tagged(0x86, Buffer.from(value));
  if (name.startsWith('DNS:')) return der.tagged(0x82, Buffer.from(value));
  if (isIPv4(value)) return der.tagged(0x87, Uint8Array.from(value.split('.').map(Number)));
  // Of IPv6 only loopback is wanted.
  return der.tagged(0x87, Uint8Array.from([...Array<number>(15).fill(0), 1]));
}
