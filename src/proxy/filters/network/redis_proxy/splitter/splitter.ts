import { lowerAscii } from '../../../../http/ascii.ts';
import {
  anyHostCommands,
  clusterCommands,
  evalCommands,
  lonelyCommands,
  objectCommands,
  simpleCommands,
  sumCommands,
  transactionCommands,
} from '../commands.ts';
import type { Handle } from '../pool/redis-client.ts';
import { error, type RespValue } from '../resp/value.ts';
import type { SplitterStats } from '../stats.ts';
import { answerHello } from './hello.ts';
import { type LocalCallbacks, localCommands } from './local.ts';
import { mget, mset, sum } from './multi-key.ts';
import { anyHost, everyHost, infoShard, scan } from './shards.ts';
import { single } from './single.ts';
import { type Handler, type SplitCallbacks, type SplitContext, SplitRequest } from './split-request.ts';
import { transactional } from './transaction.ts';

/** Which commands are sent how. */
const handlers: readonly { readonly names: Iterable<string>; readonly handler: Handler }[] = [
  { names: simpleCommands, handler: single(1) },
  { names: evalCommands, handler: single(3) },
  { names: objectCommands, handler: single(2) },
  { names: sumCommands, handler: sum },
  { names: ['mget'], handler: mget },
  { names: ['mset'], handler: mset },
  { names: ['scan'], handler: scan },
  { names: ['info.shard'], handler: infoShard },
  { names: anyHostCommands, handler: anyHost },
  { names: clusterCommands, handler: everyHost },
  { names: transactionCommands, handler: transactional },
];

/** Takes commands apart, one filter's. */
export class Splitter {
  readonly #context: SplitContext;
  readonly #stats: SplitterStats;
  readonly #handlers = new Map<string, Handler>();

  constructor(context: SplitContext, stats: SplitterStats, customCommands: readonly string[]) {
    this.#context = context;
    this.#stats = stats;
    for (const name of customCommands) this.#handlers.set(name, single(1));
    for (const { names, handler } of handlers) for (const name of names) this.#handlers.set(name, handler);
  }

  /** Undefined: it was answered already. */
  makeRequest(value: RespValue, callbacks: SplitCallbacks & LocalCallbacks): Handle | undefined {
    const words = wordsOf(value);
    if (words === undefined) return this.#refuse(callbacks);
    const name = lowerAscii(words[0]!);
    if (name === 'hello') return this.#hello(words, callbacks);
    const local = localCommands.get(name);
    const handler = this.#handlers.get(name);
    if (handler === undefined && local === undefined) {
      this.#stats.unsupportedCommand.inc();
      const first = words[1] ?? '';
      callbacks.onResponse(error(`ERR unknown command '${words[0]}', with args beginning with: ${first}`));
      return undefined;
    }
    if (local?.beforeAuthentication && local.run(words, callbacks)) return undefined;
    if (local?.beforeAuthentication) return this.#refuse(callbacks);
    if (!callbacks.allowed) {
      callbacks.onResponse(error('NOAUTH Authentication required.'));
      return undefined;
    }
    if (local !== undefined) return local.run(words, callbacks) ? undefined : this.#refuse(callbacks);
    if (name === 'scan' && words.length < 2) {
      callbacks.onResponse(error(`ERR wrong number of arguments for '${words[0]}' command`));
      return undefined;
    }
    if (words.length < 2 && !lonelyCommands.has(name)) return this.#refuse(callbacks);
    return this.#start(name, words, callbacks);
  }

  #start(name: string, words: string[], callbacks: SplitCallbacks): Handle | undefined {
    const counted = callbacks.transaction.active ? 'multi' : name;
    const stats = this.#stats.commands.get(counted)!;
    stats.total.inc();
    const request = new SplitRequest(words, callbacks, this.#context, stats);
    return this.#handlers.get(counted)!(request);
  }

  #hello(words: readonly string[], callbacks: LocalCallbacks): undefined {
    const stats = this.#stats.commands.get('hello')!;
    stats.total.inc();
    const { value, outcome } = answerHello(words, callbacks);
    if (outcome !== undefined) stats[outcome].inc();
    callbacks.onResponse(value);
  }

  #refuse(callbacks: SplitCallbacks): undefined {
    this.#stats.invalidRequest.inc();
    callbacks.onResponse(error('invalid request'));
  }
}

/** Of an array of bulk strings, not empty. */
function wordsOf(value: RespValue): string[] | undefined {
  if (value.type !== 'array' || value.items.length === 0) return undefined;
  const words: string[] = [];
  for (const item of value.items) {
    if (item.type !== 'bulk') return undefined;
    words.push(item.text);
  }
  return words;
}
