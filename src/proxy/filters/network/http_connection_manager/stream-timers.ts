import type { Clock, Timer } from '../../../clock.ts';
import type { HcmConfig } from './config.ts';
import type { ConnectionManagerStats } from './stats.ts';

/** A stream that may take too long. */
export interface TimedStream {
  /** Answer it; `details` are `%RESPONSE_CODE_DETAILS%`. */
  onTimedOut(body: string, details: string, grpcStatus?: number): void;
}

/** The timeouts of one stream that hold however much it moves; none of them is on by default. A route may limit a stream's duration too. */
export class StreamTimers {
  #headers: Timer | undefined;
  #request: Timer | undefined;
  #duration: Timer | undefined;
  readonly #stats: ConnectionManagerStats;
  readonly #clock: Clock;
  readonly #stream: TimedStream;

  /** Undefined when none is configured. */
  static start(
    config: HcmConfig,
    stats: ConnectionManagerStats,
    clock: Clock,
    stream: TimedStream,
  ): StreamTimers | undefined {
    const { requestTimeout, requestHeadersTimeout, maxStreamDuration } = config;
    if (requestTimeout === 0 && requestHeadersTimeout === 0 && maxStreamDuration === 0) return undefined;
    const timers = new StreamTimers(stats, clock, stream);
    if (requestTimeout > 0) {
      timers.#request = clock.setTimeout(() => {
        stats.downstream_rq_timeout.inc();
        stream.onTimedOut('request timeout', 'request_overall_timeout');
      }, requestTimeout);
    }
    if (requestHeadersTimeout > 0) {
      timers.#headers = clock.setTimeout(() => {
        stats.downstream_rq_header_timeout.inc();
        stream.onTimedOut('request header timeout', 'request_header_timeout');
      }, requestHeadersTimeout);
    }
    if (maxStreamDuration > 0) timers.limitDuration(maxStreamDuration);
    return timers;
  }

  constructor(stats: ConnectionManagerStats, clock: Clock, stream: TimedStream) {
    this.#stats = stats;
    this.#clock = clock;
    this.#stream = stream;
  }

  /** So many ms are left of the stream's duration; undefined: any number. */
  limitDuration(ms: number | undefined): void {
    this.#duration?.cancel();
    this.#duration =
      ms === undefined
        ? undefined
        : this.#clock.setTimeout(() => {
            this.#stats.downstream_rq_max_duration_reached.inc();
            this.#stream.onTimedOut('downstream duration timeout', 'max_duration_timeout', deadlineExceeded);
          }, ms);
  }

  /** The request's headers are complete. */
  onHeaders(): void {
    this.#headers?.cancel();
  }

  /** The request is complete, or its response has begun. */
  disarmRequest(): void {
    this.#request?.cancel();
  }

  cancel(): void {
    this.#headers?.cancel();
    this.#request?.cancel();
    this.#duration?.cancel();
  }
}

/** gRPC's DEADLINE_EXCEEDED. */
const deadlineExceeded = 4;
