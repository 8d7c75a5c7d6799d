import type { TlsInfo } from '../../http/stream-info.ts';
import type { Counter, Scope } from '../../stats/stats.ts';
import type { Certificate } from './x509/certificate.ts';

const counters = [
  'connection_error',
  'fail_verify_cert_hash',
  'fail_verify_error',
  'fail_verify_no_cert',
  'fail_verify_san',
  'handshake',
  'no_certificate',
  'ocsp_staple_failed',
  'ocsp_staple_omitted',
  'ocsp_staple_requests',
  'ocsp_staple_responses',
  'session_reused',
] as const;

/** Of secrets that come from elsewhere. */
const secretCounters = [
  'downstream_context_secrets_not_ready',
  'ssl_context_update_by_sds',
  'upstream_context_secrets_not_ready',
];

/** Envoy names a certificate that has no name by the SHA-256 of that: of nothing. */
const unnamed = 'e3b0c442';

/** `listener.<address>.ssl.…`, `cluster.<name>.ssl.…` (https://www.envoyproxy.io/docs/envoy/latest/configuration/listeners/stats#tls-statistics). */
export class SslStats {
  readonly handshake: Counter;
  readonly connectionError: Counter;
  readonly noCertificate: Counter;
  readonly sessionReused: Counter;
  readonly failVerifyError: Counter;
  readonly failVerifyHash: Counter;
  readonly failVerifyNoCert: Counter;
  readonly failVerifySan: Counter;
  readonly contextUpdate: Counter;
  readonly secretsNotReady: Counter;
  readonly #scope: Scope;
  readonly #side: 'server' | 'client';

  /**
   * `owner` is the listener's scope, or the cluster's; `side` which one we are; `control` the owner's scope among what is
   * counted once for all threads.
   */
  constructor(owner: Scope, side: 'server' | 'client' = 'server', control: Scope = owner) {
    const secrets = owner.scope(`${side}_ssl_socket_factory`);
    for (const name of secretCounters) secrets.counter(name);
    this.contextUpdate = control.scope(`${side}_ssl_socket_factory`).counter('ssl_context_update_by_sds');
    this.secretsNotReady = secrets.counter(
      `${side === 'server' ? 'downstream' : 'upstream'}_context_secrets_not_ready`,
    );
    const scope = owner.scope('ssl');
    for (const name of counters) scope.counter(name);
    this.#scope = scope;
    this.#side = side;
    this.handshake = scope.counter('handshake');
    this.connectionError = scope.counter('connection_error');
    this.noCertificate = scope.counter('no_certificate');
    this.sessionReused = scope.counter('session_reused');
    this.failVerifyError = scope.counter('fail_verify_error');
    this.failVerifyHash = scope.counter('fail_verify_cert_hash');
    this.failVerifyNoCert = scope.counter('fail_verify_no_cert');
    this.failVerifySan = scope.counter('fail_verify_san');
  }

  /** Says when a certificate of ours, or an authority's, ends: ms since the epoch. */
  setExpiration(of: 'cert' | 'ca_cert', ms: number): void {
    this.#scope.gauge(`certificate.unnamed_${of}_${unnamed}.expiration_unix_time_seconds`).set(ms / 1000);
  }

  /** A handshake is done. */
  onHandshake(tls: TlsInfo, reused: boolean, peer: Certificate | undefined): void {
    this.handshake.inc();
    if (reused) this.sessionReused.inc();
    if (peer === undefined) this.noCertificate.inc();
    this.#used('versions', tls.version);
    this.#used('ciphers', tls.cipher);
    if (tls.group !== undefined) this.#used('curves', tls.group);
    // A server that a secret was encrypted for has signed nothing.
    const signed = peer !== undefined && (this.#side === 'server' || /^(?:ECDHE-|TLS_)/.test(tls.cipher));
    const signature = signed ? signatureOf(peer) : undefined;
    if (signature !== undefined) this.#used('sigalgs', signature);
  }

  #used(kind: 'versions' | 'ciphers' | 'curves' | 'sigalgs', name: string): void {
    this.#scope.counter(`${kind}.${name}`).inc();
  }
}

/** What a peer signs with a key of this type, given the order in which we offer (OpenSSL does not tell). */
function signatureOf({ x509 }: Certificate): string | undefined {
  const { asymmetricKeyType, asymmetricKeyDetails } = x509.publicKey;
  if (asymmetricKeyType === 'rsa') return 'rsa_pss_rsae_sha256';
  if (asymmetricKeyType !== 'ec') return undefined;
  return asymmetricKeyDetails?.namedCurve === 'secp384r1'
    ? 'ecdsa_secp384r1_sha384'
    : 'ecdsa_secp256r1_sha256';
}
