import type { Clock } from '../../../clock.ts';
import type { Counter, Gauge, Scope } from '../../../stats/stats.ts';

/** `sds.<name>.…` (docs: configuration/security/secret#statistics). */
export class SecretStats {
  readonly attempt: Counter;
  readonly failure: Counter;
  readonly rejected: Counter;
  readonly rotationFailed: Counter;
  readonly #success: Counter;
  readonly #time: Gauge;
  readonly #clock: Clock;

  /** `root`: of all stats. */
  constructor(root: Scope, name: string, clock: Clock) {
    const scope = root.scope(`sds.${name}`);
    this.#clock = clock;
    scope.counter('init_fetch_timeout');
    scope.gauge('version');
    scope.histogram('update_duration');
    this.attempt = scope.counter('update_attempt');
    this.failure = scope.counter('update_failure');
    this.rejected = scope.counter('update_rejected');
    this.rotationFailed = scope.counter('key_rotation_failed');
    this.#success = scope.counter('update_success');
    this.#time = scope.gauge('update_time');
  }

  onSuccess(): void {
    this.#success.inc();
    this.#time.set(this.#clock.wallNow());
  }
}
