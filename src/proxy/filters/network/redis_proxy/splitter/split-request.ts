import type { Clock } from '../../../../clock.ts';
import type { FormatContext } from '../../../../format/context.ts';
import type { Handle } from '../pool/redis-client.ts';
import type { Transaction } from '../pool/transaction.ts';
import { error, type RespValue } from '../resp/value.ts';
import type { Router, Target } from '../router.ts';
import type { CommandStats } from '../stats.ts';

/** The filter, as the splitter sees it. */
export interface SplitCallbacks {
  readonly transaction: Transaction;
  readonly formatContext: FormatContext;
  onResponse(value: RespValue): void;
}

/** What all requests of a filter share. */
export interface SplitContext {
  readonly router: Router;
  readonly clock: Clock;
  /** Latencies are µs, not ms. */
  readonly micros: boolean;
}

export const noUpstreamHost = 'no upstream host';
export const upstreamFailure = 'upstream failure';
export const upstreamProtocolError = 'upstream protocol error';

/** One command of a client on its way to one host or several. */
export class SplitRequest {
  /** The command and its arguments. */
  readonly words: string[];
  readonly callbacks: SplitCallbacks;
  readonly #context: SplitContext;
  readonly #stats: CommandStats;
  readonly #start: number;

  constructor(words: string[], callbacks: SplitCallbacks, context: SplitContext, stats: CommandStats) {
    this.words = words;
    this.callbacks = callbacks;
    this.#context = context;
    this.#stats = stats;
    this.#start = context.clock.now();
  }

  get command(): string {
    return this.words[0]!;
  }

  /** Where the key goes by its prefix, for that command. */
  route(key: string, command = this.command): Target | undefined {
    return this.#context.router.find(key, command, this.callbacks.formatContext);
  }

  /** Where the word of that index goes as key, which the route may change. */
  routeWord(index: number, command = this.command): Target | undefined {
    const target = this.route(this.words[index]!, command);
    if (target !== undefined) this.words[index] = target.key;
    return target;
  }

  /** Refused before anything was sent. */
  refuse(text: string): void {
    this.#stats.error.inc();
    this.callbacks.onResponse(error(text));
  }

  refuseArguments(): void {
    this.refuse(`wrong number of arguments for '${this.command}' command`);
  }

  /** All answers are there; this is what they come to. */
  finish(success: boolean, value: RespValue): void {
    (success ? this.#stats.success : this.#stats.error).inc();
    const took = this.#context.clock.now() - this.#start;
    this.#stats.latency.record(this.#context.micros ? took * 1000 : took);
    this.callbacks.onResponse(value);
  }
}

/** Starts a request; undefined: it was answered already. */
export type Handler = (request: SplitRequest) => Handle | undefined;
