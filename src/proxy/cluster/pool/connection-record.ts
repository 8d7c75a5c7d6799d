import type { Clock } from '../../clock.ts';
import type { Endpoint } from '../host/endpoint.ts';
import type { PoolContext } from './pool-context.ts';

/** Whose doing the end of a connection was. */
export type CloseEvent = 'local' | 'remote';

/** What is counted of one connection, in its cluster and its host. */
export class ConnectionRecord {
  readonly #host: Endpoint;
  readonly #context: PoolContext;
  readonly #clock: Clock;
  readonly #start: number;
  bytesReceived = 0;
  bytesSent = 0;
  #requests = 0;
  #written = 0;
  #lastRead = 0;

  constructor(host: Endpoint, context: PoolContext) {
    this.#host = host;
    this.#context = context;
    this.#clock = context.clock;
    this.#start = this.#clock.now();
    const { stats } = context;
    stats.count('upstream_cx_total').inc();
    stats.level('upstream_cx_active').inc();
    host.stats.cxTotal.inc();
    host.stats.cxActive.inc();
    context.circuitBreakers.connections.inc();
  }

  onConnected(): void {
    this.#context.stats.samples('upstream_cx_connect_ms').record(this.#clock.now() - this.#start);
  }

  onRequest(): void {
    this.#requests++;
  }

  onRead(bytes: number): void {
    this.bytesReceived += bytes;
    this.#context.stats.rxBytes.add(bytes);
    // Envoy's gauge shows what the last read of each connection brought, though it was used up at once.
    if (bytes !== this.#lastRead) this.#setLastRead(bytes);
  }

  onWrite(bytes: number): void {
    this.bytesSent += bytes;
    this.#context.stats.txBytes.add(bytes);
  }

  /** Bytes that wait for the socket. */
  setBuffered(bytes: number): void {
    if (bytes !== this.#written) this.#context.stats.txBuffered.add(bytes - this.#written);
    this.#written = bytes;
  }

  /** `connected`: it ever was. `active`: a stream was on it. */
  onClosed(event: CloseEvent, connected: boolean, active: boolean): void {
    const { stats, circuitBreakers } = this.#context;
    this.setBuffered(0);
    this.#setLastRead(0);
    stats.count('upstream_cx_destroy').inc();
    stats.count(`upstream_cx_destroy_${event}`).inc();
    if (active) {
      stats.count('upstream_cx_destroy_with_active_rq').inc();
      stats.count(`upstream_cx_destroy_${event}_with_active_rq`).inc();
    }
    stats.samples('upstream_cx_length_ms').record(this.#clock.now() - this.#start);
    if (connected) {
      stats.samples('upstream_rq_per_cx').record(this.#requests);
    } else {
      stats.count('upstream_cx_connect_fail').inc();
      this.#host.stats.cxConnectFail.inc();
    }
    stats.level('upstream_cx_active').dec();
    this.#host.stats.cxActive.dec();
    circuitBreakers.connections.dec();
  }

  #setLastRead(bytes: number): void {
    this.#context.stats.rxBuffered.add(bytes - this.#lastRead);
    this.#lastRead = bytes;
  }
}
