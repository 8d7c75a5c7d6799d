import type { Clock, Timer } from '../../clock.ts';
import type { KeepaliveOptions } from './options.ts';

/** What a keepalive needs of the data plane. */
export interface KeepaliveContext {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
}

interface KeepaliveCallbacks {
  /** Sends a PING frame of these 8 bytes. */
  ping(payload: Buffer): void;
  onTimeout(): void;
}

/**
 * Pings a peer and ends the connection when no answer comes (`connection_keepalive`): Envoy's sendKeepalive and its kin
 * (source/common/http/http2/codec_impl.cc).
 */
export class Keepalive {
  readonly #options: KeepaliveOptions;
  readonly #context: KeepaliveContext;
  readonly #callbacks: KeepaliveCallbacks;
  #interval: Timer | undefined;
  #timeout: Timer | undefined;
  #lastReceived: number;

  constructor(options: KeepaliveOptions, context: KeepaliveContext, callbacks: KeepaliveCallbacks) {
    this.#options = options;
    this.#context = context;
    this.#callbacks = callbacks;
    this.#lastReceived = context.clock.now();
    this.onAnswer();
  }

  /** Bytes came. */
  onData(): void {
    this.#lastReceived = this.#context.clock.now();
  }

  /** A frame came, the answer perhaps behind it: the peer gets the whole timeout once more. */
  onFrame(): void {
    if (this.#timeout === undefined) return;
    this.#timeout.cancel();
    this.#awaitAnswer();
  }

  onAnswer(): void {
    this.#timeout?.cancel();
    this.#timeout = undefined;
    const { interval, jitterPercent } = this.#options;
    if (interval === 0) return;
    this.#interval?.cancel();
    const most = Math.floor((jitterPercent * interval) / 100);
    const jitter = Math.floor(this.#context.random() * most);
    this.#interval = this.#context.clock.setTimeout(() => this.#send(), interval + jitter);
  }

  /** A request is about to go out. */
  beforeRequest(): void {
    const { idleInterval } = this.#options;
    if (idleInterval === 0) return;
    if (this.#context.clock.now() - this.#lastReceived > idleInterval) this.#send();
  }

  stop(): void {
    this.#interval?.cancel();
    this.#timeout?.cancel();
  }

  #send(): void {
    if (this.#timeout !== undefined) return;
    const payload = Buffer.alloc(8);
    payload.writeBigUInt64BE(BigInt(Math.floor(this.#context.clock.wallNow())));
    this.#callbacks.ping(payload);
    this.#awaitAnswer();
  }

  #awaitAnswer(): void {
    this.#timeout = this.#context.clock.setTimeout(() => this.#callbacks.onTimeout(), this.#options.timeout);
  }
}
