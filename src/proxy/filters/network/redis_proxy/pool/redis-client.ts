import type { Clock, Timer } from '../../../../clock.ts';
import type { Cluster, Host } from '../../../../cluster/cluster.ts';
import type { UpstreamSocket, UpstreamSocketCallbacks } from '../../../../cluster/pool/upstream-socket.ts';
import { Fifo } from '../fifo.ts';
import { RespDecoder } from '../resp/decoder.ts';
import { encodeCommand, maxText } from '../resp/encode.ts';
import { RespError } from '../resp/resp-error.ts';
import { isError, type RespValue } from '../resp/value.ts';
import type { PoolStats, UpstreamCommandStats } from './pool-stats.ts';
import type { PoolSettings } from './settings.ts';

/** Whose request it was; one of the three is called, once, unless it is cancelled. */
export interface ClientCallbacks {
  onResponse(value: RespValue): void;
  onFailure(): void;
  /** MOVED or (`ask`) ASK, to `address`. */
  onRedirection(value: RespValue, address: string, ask: boolean): void;
}

/** A request that is under way. */
export interface Handle {
  /** Its answer is of no interest any more. */
  cancel(): void;
}

class PendingRequest implements Handle {
  readonly callbacks: ClientCallbacks;
  readonly start: number;
  readonly command: UpstreamCommandStats | undefined;
  cancelled = false;

  constructor(callbacks: ClientCallbacks, start: number, command: UpstreamCommandStats | undefined) {
    this.callbacks = callbacks;
    this.start = start;
    this.command = command;
  }

  cancel(): void {
    this.cancelled = true;
  }
}

export interface ClientContext {
  readonly clock: Clock;
  readonly settings: PoolSettings;
  readonly stats: PoolStats;
  /** AUTH and its words, sent first; none: not sent. */
  readonly auth: readonly string[];
}

/** Answers nobody waits for. */
export const nobody: ClientCallbacks = {
  onResponse: () => {},
  onFailure: () => {},
  onRedirection: () => {},
};

/**
 * One connection to a Redis server: requests are sent as they come, answers are theirs in turn. It ends when no answer
 * comes within `op_timeout`, and then all that wait fail.
 */
export class RedisClient implements UpstreamSocketCallbacks {
  readonly #cluster: Cluster;
  readonly #host: Host;
  readonly #context: ClientContext;
  /** Redirections are for whoever leads the transaction. */
  readonly #transaction: boolean;
  readonly #onClosed: () => void;
  readonly #socket: UpstreamSocket;
  readonly #decoder = new RespDecoder((value) => this.#onValue(value));
  readonly #pending = new Fifo<PendingRequest>();
  /** Encoded and not written yet. */
  #buffer = '';
  /** What is before it, of a connection that is not there yet. */
  readonly #waiting: Buffer[] = [];
  #flushTimer: Timer | undefined;
  #flushing = false;
  /** ms of the clock when the oldest answer is due. */
  #due = 0;
  #opTimer: Timer | undefined;
  #leaving = false;

  constructor(
    cluster: Cluster,
    host: Host,
    context: ClientContext,
    transaction: boolean,
    onClosed: () => void,
  ) {
    this.#cluster = cluster;
    this.#host = host;
    this.#context = context;
    this.#transaction = transaction;
    this.#onClosed = onClosed;
    this.#socket = cluster.openSocket(host, this, () => this.active);
    if (context.auth.length > 0) this.makeRequest(context.auth, nobody);
  }

  /** Requests wait for answers. */
  get active(): boolean {
    return this.#pending.length > 0;
  }

  makeRequest(words: readonly string[], callbacks: ClientCallbacks): Handle {
    const { settings, stats, clock } = this.#context;
    const command = settings.commandStats ? stats.command(words[0]!) : undefined;
    command?.total.inc();
    const request = new PendingRequest(callbacks, clock.now(), command);
    this.#pending.push(request);
    this.#count(1);
    const text = encodeCommand(words);
    if (this.#buffer.length + text.length > maxText) this.#makeRoom();
    const waited = this.#buffer.length > 0;
    this.#buffer += text;
    if (this.#buffer.length >= settings.bufferSize) this.#flushSoon();
    else if (!waited) {
      this.#flushTimer = clock.setTimeout(() => this.#flush(), settings.flushTimeout);
    }
    if (this.#socket.state === 'connected' && this.#pending.length === 1) this.#boost();
    return request;
  }

  close(): void {
    this.#close('local');
  }

  /** Ends once all that is under way is answered. */
  closeWhenIdle(): void {
    this.#leaving = true;
  }

  // From the socket.

  onConnected(): void {
    this.#boost();
    this.#flush();
  }

  onData(data: Buffer): void {
    try {
      this.#decoder.decode(data);
    } catch (error) {
      if (!(error instanceof RespError)) throw error;
      this.#cluster.stats.counter('upstream_cx_protocol_error').inc();
      this.#host.stats.rqError.inc();
      this.#close('local');
    }
  }

  onEnd(): void {
    this.#close('remote');
  }

  onBroken(): void {
    this.#close('remote');
  }

  onConnectFailure(): void {
    this.#ended();
  }

  onMaxDuration(): void {}
  onAboveWriteBufferHighWatermark(): void {}
  onBelowWriteBufferLowWatermark(): void {}

  #onValue(value: RespValue): void {
    if (this.#socket.state === 'closed') return;
    const request = this.#pending.shift();
    // An answer to nothing.
    if (request === undefined) return;
    const { settings, stats } = this.#context;
    this.#count(-1);
    const { command, cancelled } = request;
    if (command !== undefined) {
      (cancelled || isError(value) ? command.failure : command.success).inc();
      command.latency.record(stats.since(request.start));
    }
    stats.rqTime.record(stats.since(request.start));
    if (this.active) this.#boost();
    if (cancelled) this.#cluster.stats.counter('upstream_rq_cancelled').inc();
    else if (settings.redirection && !this.#transaction && value.type === 'error')
      this.#onError(request, value, value.text);
    else request.callbacks.onResponse(value);
    if (this.#leaving && !this.active) this.#close('local');
  }

  #onError({ callbacks }: PendingRequest, value: RespValue, text: string): void {
    const [kind, , address, ...more] = text.split(' ').filter((word) => word !== '');
    if (address !== undefined && more.length === 0 && (kind === 'MOVED' || kind === 'ASK')) {
      callbacks.onRedirection(value, address, kind === 'ASK');
    } else if (kind === 'CLUSTERDOWN') callbacks.onFailure();
    else callbacks.onResponse(value);
  }

  /** Once for all requests of this turn. */
  #flushSoon(): void {
    if (this.#flushing || this.#socket.state !== 'connected') return;
    this.#flushing = true;
    queueMicrotask(() => {
      this.#flushing = false;
      this.#flush();
    });
  }

  #makeRoom(): void {
    this.#flush();
    if (this.#buffer === '') return;
    this.#waiting.push(Buffer.from(this.#buffer, 'latin1'));
    this.#buffer = '';
  }

  #flush(): void {
    this.#flushTimer?.cancel();
    const text = this.#buffer;
    if (text === '' || this.#socket.state !== 'connected') return;
    this.#buffer = '';
    for (const data of this.#waiting.splice(0)) this.#socket.write(data);
    this.#socket.write(Buffer.from(text, 'latin1'));
  }

  #boost(): void {
    const { clock, settings } = this.#context;
    this.#due = clock.now() + settings.opTimeout;
    this.#opTimer ??= clock.setTimeout(() => this.#onOpTimer(), settings.opTimeout);
  }

  #onOpTimer(): void {
    this.#opTimer = undefined;
    if (!this.active) return;
    const { clock } = this.#context;
    const left = this.#due - clock.now();
    if (left > 0) {
      this.#opTimer = clock.setTimeout(() => this.#onOpTimer(), left);
      return;
    }
    this.#cluster.stats.counter('upstream_rq_timeout').inc();
    this.#host.stats.rqTimeout.inc();
    this.#close('local');
  }

  #close(event: 'local' | 'remote'): void {
    if (this.#socket.state === 'closed') return;
    this.#socket.close(event, this.active);
    this.#ended();
  }

  #ended(): void {
    this.#opTimer?.cancel();
    this.#flushTimer?.cancel();
    const pending = this.#pending.takeAll();
    this.#onClosed();
    for (const { callbacks, cancelled } of pending) {
      this.#count(-1);
      if (cancelled) this.#cluster.stats.counter('upstream_rq_cancelled').inc();
      else callbacks.onFailure();
    }
  }

  #count(change: 1 | -1): void {
    const { stats } = this.#cluster;
    if (change === 1) {
      stats.counter('upstream_rq_total').inc();
      this.#host.stats.rqTotal.inc();
    }
    stats.gauge('upstream_rq_active').add(change);
    this.#host.stats.rqActive.add(change);
  }
}
