import type { TLSSocket } from 'node:tls';
import type { envoy } from '../../../bootstrap/api.generated.ts';
import { LabError } from '../../../error.ts';
import { type DataSourceReader, readDataSource } from '../../data-source.ts';
import type { CertificateDetails } from '../transport-socket.ts';
import { clientUsage, pathProblem, serverUsage } from './certificate-path.ts';
import { dnsNameMatches } from './dns-name.ts';
import { readHashes, readSpkis } from './pinned-certificate.ts';
import { compileSanMatchers, type SanMatch } from './san-matcher.ts';
import type { SslStats } from './stats.ts';
import { Certificate } from './x509/certificate.ts';

type ValidationContext = envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;

/** What Node and OpenSSL call a certificate whose only fault is its time. */
const timeFaults = ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'];

/** OpenSSL's names for what a path is checked for elsewhere, in BoringSSL's words. */
const faultTexts: Readonly<Record<string, string>> = {
  CERT_REVOKED: 'certificate revoked',
  UNABLE_TO_GET_CRL: 'unable to get certificate CRL',
  CRL_HAS_EXPIRED: 'CRL has expired',
  CRL_NOT_YET_VALID: 'CRL is not yet valid',
  CERT_SIGNATURE_FAILURE: 'certificate signature failure',
};

/** Names of which a certificate must have one, if there are any. */
export interface AskedNames {
  /** Asked for in the place of those of the config. */
  readonly hosts?: readonly string[];
  /** Asked for besides them. */
  readonly subjectAltNames?: readonly string[];
}

/** What became of a peer's certificate. */
export interface Verdict {
  /** Why the connection must end: the end of Envoy's `verify cert failed: …`. Undefined: it goes on. */
  readonly failure: string | undefined;
  /** It was verified, and not only accepted. */
  readonly validated: boolean;
}

/** How the certificates of peers are verified: a CertificateValidationContext (source/common/tls/cert_validator). */
export class CertificateValidator {
  /** Something is verified, so that a peer is asked for its certificate. */
  readonly verifies: boolean;
  /** PEM of the authorities; empty: the chain is not verified. */
  readonly authorities: Buffer | undefined;
  readonly crl: Buffer | undefined;
  /** More than the chain is looked at: which certificate it is. */
  readonly checksIdentity: boolean;
  /** The first of the authorities, for `/certs`. */
  readonly details: CertificateDetails | undefined;
  readonly #roots: readonly Certificate[];
  readonly #names: readonly SanMatch[];
  readonly #hashes: readonly string[];
  readonly #spkis: readonly string[];
  readonly #allowExpired: boolean;
  readonly #acceptUntrusted: boolean;
  readonly #usage: string;
  readonly #now: () => number;

  /**
   * `peer`: what the other side is. `now`: ms since the epoch.
   *
   * @throws LabError in Envoy's words for what it refuses
   */
  constructor(
    config: ValidationContext | undefined,
    peer: 'server' | 'client',
    reader: DataSourceReader,
    now: () => number,
  ) {
    const { trusted_ca: source, crl } = config ?? {};
    const path = source?.filename ?? '<inline>';
    const bytes = source && readDataSource(source, reader);
    this.authorities = bytes?.length ? bytes : undefined;
    this.#roots = this.authorities === undefined ? [] : readAuthorities(this.authorities, path);
    this.details = this.authorities && {
      chain: this.authorities.toString('latin1'),
      path,
      expires: this.#roots[0]!.validTo,
    };
    this.crl = crl && readDataSource(crl, reader);
    this.#names = compileSanMatchers(config);
    this.#hashes = readHashes(config?.verify_certificate_hash ?? []);
    this.#spkis = readSpkis(config?.verify_certificate_spki ?? []);
    this.#allowExpired = config?.allow_expired_certificate ?? false;
    this.#acceptUntrusted = config?.trust_chain_verification === 'ACCEPT_UNTRUSTED';
    this.#usage = peer === 'server' ? serverUsage : clientUsage;
    this.#now = now;
    this.checksIdentity = this.#names.length + this.#hashes.length + this.#spkis.length > 0;
    this.verifies = this.authorities !== undefined || this.checksIdentity;
    if (this.authorities !== undefined) return;
    if (this.#names.length > 0) {
      throw new LabError(
        'invalid',
        'SAN-based verification of peer certificates without trusted CA is insecure and not allowed',
      );
    }
    if (this.#allowExpired) {
      throw new LabError('invalid', 'Certificate validity period is always ignored without trusted CA');
    }
  }

  /** Nobody said how, and that this is no matter neither: names that are asked for all the same are never found. */
  get findsNoNames(): boolean {
    return !this.verifies && !this.#acceptUntrusted;
  }

  /** Judges the peer of a handshake that is over. */
  verify(
    socket: TLSSocket,
    peer: Certificate,
    { hosts = [], subjectAltNames = [] }: AskedNames,
    stats: SslStats,
  ): Verdict {
    const failure = this.#chainFailure(socket, peer);
    if (failure !== undefined) {
      stats.failVerifyError.inc();
      if (!this.#acceptUntrusted) return { failure, validated: false };
    }
    if (subjectAltNames.length > 0 && !hasOneOf(peer, subjectAltNames)) {
      stats.failVerifySan.inc();
      if (!this.#acceptUntrusted) {
        const failure = `verify SAN list, expected SANs: [${subjectAltNames.join(', ')}], certificate SANs: [${namesText(peer)}]`;
        return { failure, validated: false };
      }
    }
    const named =
      this.#names.length === 0 && hosts.length === 0
        ? undefined
        : peer.names.some((name) =>
            hosts.length > 0
              ? name.type === 'DNS' && hosts.some((host) => dnsNameMatches(host, name.value))
              : this.#names.some((matches) => matches(name)),
          );
    if (named === false) {
      stats.failVerifySan.inc();
      if (!this.#acceptUntrusted) {
        return { failure: `SAN matcher, certificate SANs are [${namesText(peer)}]`, validated: false };
      }
    }
    const pinned = this.#isPinned(peer);
    if (pinned === false) {
      stats.failVerifyHash.inc();
      if (!this.#acceptUntrusted) return { failure: 'cert hash and spki', validated: false };
    }
    const trusted = failure === undefined && this.authorities !== undefined;
    const failed = failure !== undefined || named === false || pinned === false;
    return { failure: undefined, validated: !failed && (trusted || pinned === true) };
  }

  /** Whose signature is on a certificate, of those it came with and those that are trusted. */
  issuerOf(peer: Certificate): Certificate | undefined {
    return [...peer.chain.slice(1), ...this.#roots].find(({ x509 }) => peer.x509.checkIssued(x509));
  }

  #isPinned(peer: Certificate): boolean | undefined {
    if (this.#hashes.length === 0 && this.#spkis.length === 0) return undefined;
    return this.#hashes.includes(peer.sha256) || this.#spkis.includes(peer.spkiHash.toString('base64'));
  }

  #chainFailure(socket: TLSSocket, peer: Certificate): string | undefined {
    if (this.authorities === undefined) return undefined;
    const fault = verifyError(socket);
    if (fault === undefined) return undefined;
    const problem = pathProblem(peer, {
      roots: this.#roots,
      usage: this.#usage,
      allowExpired: this.#allowExpired,
      now: this.#now(),
    });
    if (problem === undefined && this.#allowExpired && timeFaults.includes(fault)) return undefined;
    const { text, depth } = problem ?? { text: faultTexts[fault] ?? fault, depth: 0 };
    return `X509_verify_cert: certificate verification error at depth ${depth}: ${text}`;
  }
}

function namesText(peer: Certificate): string {
  return peer.names.map(({ value }) => value).join(', ');
}

/** Whether the certificate has one of the names, of whatever type. */
function hasOneOf(peer: Certificate, wanted: readonly string[]): boolean {
  return peer.names.some(({ type, value }) =>
    wanted.some((name) => (type === 'DNS' ? dnsNameMatches(name, value) : name === value)),
  );
}

/** OpenSSL's name for what is wrong with the peer's chain. */
function verifyError(socket: TLSSocket): string | undefined {
  // What TLSSocket itself asks of its handle; `authorizationError` is set only where Node verifies.
  const { _handle: handle } = socket as TLSSocket & {
    _handle?: { verifyError(): (Error & { code?: string }) | null };
  };
  if (handle === undefined) return 'closed';
  const error = handle.verifyError();
  return error === null ? undefined : (error.code ?? error.message);
}

function readAuthorities(pem: Buffer, path: string): Certificate[] {
  const failed = (cause?: unknown) =>
    new LabError('invalid', `Failed to load trusted CA certificates from ${path}`, {
      cause,
      hint: 'it must hold certificates in PEM',
    });
  let all: Certificate[];
  try {
    all = Certificate.readAll(pem.toString('latin1'));
  } catch (cause) {
    throw failed(cause);
  }
  if (all.length === 0) throw failed();
  return all;
}
