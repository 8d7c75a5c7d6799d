import type { Counter, Scope } from '../../stats/stats.ts';

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

/** `listener.<address>.ssl.…` (https://www.envoyproxy.io/docs/envoy/latest/configuration/listeners/stats#tls-statistics). */
export class SslStats {
  readonly handshake: Counter;
  readonly connectionError: Counter;
  readonly noCertificate: Counter;
  readonly sessionReused: Counter;
  readonly #scope: Scope;

  constructor(scope: Scope) {
    for (const name of counters) scope.counter(name);
    this.#scope = scope;
    this.handshake = scope.counter('handshake');
    this.connectionError = scope.counter('connection_error');
    this.noCertificate = scope.counter('no_certificate');
    this.sessionReused = scope.counter('session_reused');
  }

  /** One more connection with this version, cipher or curve. */
  used(kind: 'versions' | 'ciphers' | 'curves', name: string): void {
    this.#scope.counter(`${kind}.${name}`).inc();
  }
}
