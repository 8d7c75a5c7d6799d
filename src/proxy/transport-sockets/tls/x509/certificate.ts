import type { X509Certificate } from 'node:crypto';
import type { CertificateFacts } from '../../../http/stream-info.ts';
import { type AlternativeName, alternativeNames } from './alternative-name.ts';
import { type DerValue, oidText, readDer, readDerList } from './der.ts';
import { nameText } from './name.ts';

const nothing = Buffer.alloc(0);
const subjectAltName = '2.5.29.17';
const keyUsage = '2.5.29.15';
const basicConstraints = '2.5.29.19';
const nameConstraints = '2.5.29.30';
const extendedKeyUsage = '2.5.29.37';
const keyUsageBits = { digitalSignature: 0x80, keyEncipherment: 0x20, keyCertSign: 0x04 };

/** What an X.509 certificate says of itself (RFC 5280), read when it is asked for. */
export class Certificate implements CertificateFacts {
  readonly x509: X509Certificate;
  /** Those the peer sent after it, in order. */
  readonly #rest: readonly Certificate[];
  #fields: readonly DerValue[] | undefined;
  #extensions: ReadonlyMap<string, Buffer> | undefined;
  #names: readonly AlternativeName[] | undefined;

  constructor(x509: X509Certificate, rest: readonly Certificate[] = []) {
    this.x509 = x509;
    this.#rest = rest;
  }

  /** Reads the certificates of a PEM text, each with those that follow it. */
  static readAll(pem: string): Certificate[] {
    const { X509Certificate: Parser } = process.getBuiltinModule('node:crypto');
    const texts = pem.match(/-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[^-]+-----END [^-]+-----/g) ?? [];
    const all: Certificate[] = [];
    for (const text of texts.reverse()) all.unshift(new Certificate(new Parser(text), [...all]));
    return all;
  }

  /** What a peer showed: its certificate, and behind it the others. */
  static ofPeer(leaf: X509Certificate | undefined): Certificate | undefined {
    if (leaf === undefined) return undefined;
    const shown: X509Certificate[] = [];
    for (let next: X509Certificate | undefined = leaf; next !== undefined; next = next.issuerCertificate) {
      if (shown.includes(next) || shown.length > 100) break;
      shown.push(next);
    }
    const rest: Certificate[] = [];
    for (const one of shown.slice(1).reverse()) rest.unshift(new Certificate(one, [...rest]));
    return new Certificate(leaf, rest);
  }

  get chain(): readonly Certificate[] {
    return [this, ...this.#rest];
  }

  get subject(): string {
    return nameText(this.#field(4).content);
  }

  get issuer(): string {
    return nameText(this.#field(2).content);
  }

  get serial(): string {
    return this.x509.serialNumber.toLowerCase();
  }

  get sha256(): string {
    return this.x509.fingerprint256.replaceAll(':', '').toLowerCase();
  }

  get sha1(): string {
    return this.x509.fingerprint.replaceAll(':', '').toLowerCase();
  }

  get pem(): string {
    return this.x509.toString();
  }

  get validFrom(): number {
    return Date.parse(this.x509.validFrom);
  }

  get validTo(): number {
    return Date.parse(this.x509.validTo);
  }

  get names(): readonly AlternativeName[] {
    this.#names ??= alternativeNames(this.#extension(subjectAltName) ?? nothing);
    return this.#names;
  }

  /** SHA-256 of the SubjectPublicKeyInfo. */
  get spkiHash(): Buffer {
    return process.getBuiltinModule('node:crypto').createHash('sha256').update(this.#field(5).whole).digest();
  }

  /** Its key may be used so: keyUsage says that, or nothing at all (RFC 5280 §4.2.1.3). */
  allows(use: keyof typeof keyUsageBits): boolean {
    const usage = readDer(this.#extension(keyUsage) ?? nothing)?.content;
    return usage === undefined || ((usage[1] ?? 0) & keyUsageBits[use]) !== 0;
  }

  /** May sign certificates: basicConstraints says so, and keyUsage nothing else. */
  get signsCertificates(): boolean {
    return this.x509.ca && this.allows('keyCertSign');
  }

  /** How many authorities may stand between it and a leaf; undefined: any number. */
  get pathLength(): number | undefined {
    const fields = readDerList(readDer(this.#extension(basicConstraints) ?? nothing)?.content ?? nothing);
    const length = fields.find(({ tag }) => tag === 0x02)?.content;
    return length?.readUIntBE(0, Math.min(length.length, 6));
  }

  /** OIDs of extendedKeyUsage; undefined: all uses. */
  get extendedUsages(): readonly string[] | undefined {
    const value = readDer(this.#extension(extendedKeyUsage) ?? nothing);
    return value && readDerList(value.content).map(({ content }) => oidText(content));
  }

  get constrainsNames(): boolean {
    return this.#extension(nameConstraints) !== undefined;
  }

  /** 0 to 5: serialNumber, signature, issuer, validity, subject, subjectPublicKeyInfo. */
  #field(at: number): DerValue {
    this.#fields ??= readDerList(readDer(readDer(this.x509.raw)?.content ?? nothing)?.content ?? nothing);
    const versioned = this.#fields[0]?.tag === 0xa0 ? 1 : 0;
    return this.#fields[at + versioned] ?? { tag: 0, content: nothing, whole: nothing };
  }

  #extension(id: string): Buffer | undefined {
    if (this.#extensions === undefined) {
      this.#field(0);
      const found = this.#fields!.find(({ tag }) => tag === 0xa3);
      const list = readDerList(readDer(found?.content ?? nothing)?.content ?? nothing);
      this.#extensions = new Map(
        list.map(({ content }) => {
          const parts = readDerList(content);
          return [oidText(parts[0]?.content ?? nothing), parts.at(-1)?.content ?? nothing];
        }),
      );
    }
    return this.#extensions.get(id);
  }
}
