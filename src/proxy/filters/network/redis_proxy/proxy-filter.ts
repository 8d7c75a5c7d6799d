import type { FormatContext } from '../../../format/context.ts';
import type { Connection } from '../../../listener/connection.ts';
import type { DrainDecision } from '../../../server/drain-manager.ts';
import type { NetworkFilter } from '../network-filter.ts';
import type { Authentication } from './authentication.ts';
import { Fifo } from './fifo.ts';
import type { Handle } from './pool/redis-client.ts';
import { Transaction } from './pool/transaction.ts';
import { RespDecoder } from './resp/decoder.ts';
import { encode, maxText } from './resp/encode.ts';
import { RespError } from './resp/resp-error.ts';
import { error, type RespValue, simple } from './resp/value.ts';
import type { LocalCallbacks } from './splitter/local.ts';
import type { SplitCallbacks } from './splitter/split-request.ts';
import type { Splitter } from './splitter/splitter.ts';
import type { ProxyStats } from './stats.ts';

/** What the connections of one filter share. */
export interface FilterContext {
  readonly splitter: Splitter;
  readonly authentication: Authentication;
  readonly stats: ProxyStats;
  readonly drain: DrainDecision;
  readonly wallNow: () => number;
  readonly formatContextOf: (connection: Connection) => FormatContext;
}

/** A command whose turn to be answered has not come, or whose answer is not there. */
class PendingRequest implements SplitCallbacks, LocalCallbacks {
  readonly #filter: ProxyFilter;
  handle: Handle | undefined;
  answer: RespValue | undefined;

  constructor(filter: ProxyFilter) {
    this.#filter = filter;
  }

  get transaction(): Transaction {
    return this.#filter.transaction;
  }

  get formatContext(): FormatContext {
    return this.#filter.formatContext;
  }

  get allowed(): boolean {
    return this.#filter.allowed;
  }

  get wallNow(): () => number {
    return this.#filter.context.wallNow;
  }

  authenticate(password: string, username?: string): RespValue {
    const answer = this.#filter.context.authentication.answer(password, username);
    if (this.#filter.context.authentication.required) this.#filter.allowed = answer.type !== 'error';
    return answer;
  }

  quit(): void {
    this.#filter.quitting = true;
    this.onResponse(simple('OK'));
  }

  onResponse(value: RespValue): void {
    this.answer = value;
    this.handle = undefined;
    this.#filter.onAnswer();
  }
}

/** envoy.filters.network.redis_proxy on one connection: answers go out in the order of their commands. */
export class ProxyFilter implements NetworkFilter {
  readonly context: FilterContext;
  readonly transaction = new Transaction(() => this.#giveUp());
  allowed: boolean;
  quitting = false;
  readonly #connection: Connection;
  readonly #decoder = new RespDecoder((value) => this.#onCommand(value));
  readonly #pending = new Fifo<PendingRequest>();
  #output = '';
  #flushing = false;
  #formatContext: FormatContext | undefined;

  constructor(connection: Connection, context: FilterContext) {
    this.#connection = connection;
    this.context = context;
    this.allowed = !context.authentication.required;
    const { stats } = context;
    stats.downstream_cx_total.inc();
    stats.downstream_cx_active.inc();
    connection.setStats({
      rxBytes: stats.downstream_cx_rx_bytes_total,
      txBytes: stats.downstream_cx_tx_bytes_total,
      rxBuffered: stats.downstream_cx_rx_bytes_buffered,
      txBuffered: stats.downstream_cx_tx_bytes_buffered,
    });
  }

  get formatContext(): FormatContext {
    this.#formatContext ??= this.context.formatContextOf(this.#connection);
    return this.#formatContext;
  }

  onData(data: Buffer): void {
    try {
      this.#decoder.decode(data);
      // Nobody is told any more that it is closed: commands that came behind the one that closed it.
      if (!this.#connection.open) this.#giveUp();
    } catch (cause) {
      if (!(cause instanceof RespError)) throw cause;
      this.context.stats.downstream_cx_protocol_error.inc();
      // Envoy hands this, and what waits to be sent, to the kernel as it closes, and does not count it.
      const text = this.#output + encode(error('downstream protocol error'));
      this.#output = '';
      if (this.#connection.open) this.#connection.socket.write(text, 'latin1');
      this.#close('redis_protocol_error');
    }
  }

  onConnectionClosed(): void {
    this.#giveUp();
    this.context.stats.downstream_cx_active.dec();
  }

  onAboveWriteBufferHighWatermark(): void {}
  onBelowWriteBufferLowWatermark(): void {}

  drain(): void {
    if (this.#pending.length === 0) this.#close('drained');
    else this.quitting = true;
  }

  /** An answer has come: those whose turn it is go out. */
  onAnswer(): void {
    const pending = this.#pending;
    let done = 0;
    for (let answer = pending.first?.answer; answer !== undefined; answer = pending.first?.answer) {
      pending.shift();
      done++;
      const text = encode(answer);
      if (this.#output.length + text.length > maxText) this.#flush();
      this.#output += text;
    }
    if (done > 0) {
      this.context.stats.downstream_rq_active.sub(done);
      this.#flushSoon();
    }
    if (pending.length > 0) return;
    if (this.quitting) {
      this.#close('quit');
    } else if (this.context.drain.drainClose()) {
      this.context.stats.downstream_cx_drain_close.inc();
      this.#close('drained');
    }
    if (this.transaction.shouldClose) this.transaction.close();
  }

  #onCommand(value: RespValue): void {
    const { stats, splitter } = this.context;
    const request = new PendingRequest(this);
    this.#pending.push(request);
    stats.downstream_rq_total.inc();
    stats.downstream_rq_active.inc();
    const handle = splitter.makeRequest(value, request);
    if (request.answer === undefined) request.handle = handle;
  }

  /** Nobody waits for what is under way any more. */
  #giveUp(): void {
    const pending = this.#pending.takeAll();
    this.context.stats.downstream_rq_active.sub(pending.length);
    for (const { handle } of pending) handle?.cancel();
    this.transaction.close();
  }

  /** Once for all answers of this turn. */
  #flushSoon(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    queueMicrotask(() => {
      this.#flushing = false;
      this.#flush();
    });
  }

  #flush(): void {
    const text = this.#output;
    if (text === '') return;
    this.#output = '';
    this.#connection.write(text);
  }

  #close(reason: string): void {
    this.#flush();
    this.#connection.close('flush', reason);
  }
}
