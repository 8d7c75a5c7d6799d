import type { Clock } from '../../../../clock.ts';
import { lowerAscii } from '../../../../http/ascii.ts';
import type { Counter, Histogram, Scope } from '../../../../stats/stats.ts';
import { countedCommands } from '../commands.ts';

/** Stats of one upstream command. */
export interface UpstreamCommandStats {
  readonly total: Counter;
  readonly success: Counter;
  readonly failure: Counter;
  /** µs */
  readonly latency: Histogram;
}

/** `cluster.<name>.redis_cluster.…`, of the requests that one filter sends. */
export class PoolStats {
  readonly drained: Counter;
  readonly unknownHostsReached: Counter;
  readonly rateLimited: Counter;
  readonly #clock: Clock;
  readonly #scope: Scope;
  readonly #commands = new Map<string, UpstreamCommandStats>();
  #rqTime: Histogram | undefined;

  constructor(scope: Scope, clock: Clock) {
    this.#clock = clock;
    this.#scope = scope.scope('upstream_commands');
    this.drained = scope.counter('upstream_cx_drained');
    this.unknownHostsReached = scope.counter('max_upstream_unknown_connections_reached');
    this.rateLimited = scope.counter('connection_rate_limited');
    // Only where RESP3 is spoken could it fail.
    scope.counter('upstream_resp3_hello_failure');
  }

  /** µs; made with the first request, as in Envoy. */
  get rqTime(): Histogram {
    this.#rqTime ??= this.#scope.histogram('upstream_rq_time');
    return this.#rqTime;
  }

  command(name: string): UpstreamCommandStats {
    const known = this.#commands.get(name);
    if (known !== undefined) return known;
    const plain = lowerAscii(name);
    const scope = this.#scope.scope(countedCommands.has(plain) ? plain : 'unknown');
    const made: UpstreamCommandStats = {
      total: scope.counter('total'),
      // Envoy makes these two when they first count.
      get success() {
        return scope.counter('success');
      },
      get failure() {
        return scope.counter('failure');
      },
      latency: scope.histogram('latency'),
    };
    if (countedCommands.has(plain)) this.#commands.set(name, made);
    return made;
  }

  /** µs since `start`, which is ms of the clock. */
  since(start: number): number {
    return (this.#clock.now() - start) * 1000;
  }
}
