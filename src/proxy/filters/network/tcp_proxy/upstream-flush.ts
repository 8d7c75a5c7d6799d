import type { Clock } from '../../../clock.ts';
import type { UpstreamTcpCallbacks, UpstreamTcpConnection } from '../../../cluster/cluster.ts';
import { IdleTimer } from './idle-timer.ts';
import type { TcpProxyStats } from './stats.ts';

/**
 * Sends on what the client has left for the upstream and then closes, within the idle timeout (ms, 0: there is none) of each
 * step: Envoy's Drainer. What the upstream still says is for nobody.
 */
export class UpstreamFlush implements UpstreamTcpCallbacks {
  readonly #upstream: UpstreamTcpConnection;
  readonly #stats: TcpProxyStats;
  readonly #idle: IdleTimer | undefined;

  static start(
    upstream: UpstreamTcpConnection,
    stats: TcpProxyStats,
    clock: Clock,
    idleTimeout: number,
  ): void {
    let flush: UpstreamFlush | undefined;
    if (upstream.drain(() => flush!.#done())) return;
    flush = new UpstreamFlush(upstream, stats, clock, idleTimeout);
    upstream.setCallbacks(flush);
  }

  private constructor(
    upstream: UpstreamTcpConnection,
    stats: TcpProxyStats,
    clock: Clock,
    idleTimeout: number,
  ) {
    this.#upstream = upstream;
    this.#stats = stats;
    stats.upstream_flush_total.inc();
    stats.upstream_flush_active.inc();
    if (idleTimeout > 0) {
      this.#idle = new IdleTimer(
        clock,
        idleTimeout,
        () => upstream.unsentBytes,
        () => this.#onIdle(),
      );
    }
  }

  onBroken(): void {
    this.#done();
  }

  onData(): void {}
  onEnd(): void {}
  onMaxDuration(): void {}
  onAboveWriteBufferHighWatermark(): void {}
  onBelowWriteBufferLowWatermark(): void {}

  #onIdle(): void {
    this.#stats.idle_timeout.inc();
    this.#upstream.close();
    this.#done();
  }

  #done(): void {
    this.#idle?.stop();
    this.#stats.upstream_flush_active.dec();
  }
}
