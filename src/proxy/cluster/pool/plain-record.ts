import type { Endpoint } from '../host/endpoint.ts';
import { type CloseEvent, ConnectionRecord } from './connection-record.ts';
import type { PoolContext } from './pool-context.ts';

/**
 * What Envoy counts of connections that filters with pools of their own make: that they are made, fail and end; no bytes
 * and no times.
 */
export class PlainRecord extends ConnectionRecord {
  readonly #host: Endpoint;
  readonly #context: PoolContext;
  readonly #active: () => boolean;

  /** `active`: requests are under way on it. */
  constructor(host: Endpoint, context: PoolContext, active: () => boolean) {
    super(host, context);
    this.#host = host;
    this.#context = context;
    this.#active = active;
  }

  override onConnected(): void {}

  override onRead(bytes: number): void {
    this.bytesReceived += bytes;
  }

  override onWrite(bytes: number): void {
    this.bytesSent += bytes;
  }

  override setBuffered(): void {}

  override onClosed(event: CloseEvent, connected: boolean): void {
    const { stats, circuitBreakers } = this.#context;
    stats.count('upstream_cx_destroy').inc();
    stats.count(`upstream_cx_destroy_${event}`).inc();
    if (this.#active()) {
      stats.count('upstream_cx_destroy_with_active_rq').inc();
      stats.count(`upstream_cx_destroy_${event}_with_active_rq`).inc();
    }
    if (!connected) this.#host.stats.cxConnectFail.inc();
    if (!connected && event === 'remote') stats.count('upstream_cx_connect_fail').inc();
    stats.level('upstream_cx_active').dec();
    this.#host.stats.cxActive.dec();
    circuitBreakers.connections.dec();
  }
}
