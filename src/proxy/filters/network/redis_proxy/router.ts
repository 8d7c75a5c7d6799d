import type { envoy } from '../../../../bootstrap/api.generated.ts';
import { LabError } from '../../../../error.ts';
import type { FormatContext } from '../../../format/context.ts';
import type { FormatEnvironment } from '../../../format/environment.ts';
import { lowerAscii } from '../../../http/ascii.ts';
import { writeCommands } from './commands.ts';
import { compileKeyFormat, type KeyFormat } from './key-format.ts';
import type { RedisPool } from './pool/redis-pool.ts';

type Message = envoy.extensions.filters.network.redis_proxy.v3.RedisProxy.PrefixRoutes;
type RouteMessage = envoy.extensions.filters.network.redis_proxy.v3.RedisProxy.PrefixRoutes.Route;

/** Where keys of a prefix go. */
class Route {
  readonly #prefixLength: number;
  readonly #format: KeyFormat | undefined;
  readonly #pool: RedisPool;
  readonly #readPool: RedisPool | undefined;

  constructor(message: RouteMessage, poolOf: (cluster: string) => RedisPool, environment: FormatEnvironment) {
    this.#prefixLength = message.remove_prefix ? Buffer.byteLength(message.prefix ?? '') : 0;
    this.#format = message.key_formatter ? compileKeyFormat(message.key_formatter, environment) : undefined;
    this.#pool = poolOf(message.cluster);
    this.#readPool = message.read_command_policy && poolOf(message.read_command_policy.cluster);
  }

  /** The key as the upstream gets it. */
  rewrite(key: string, context: FormatContext): string {
    const rest = key.slice(this.#prefixLength);
    return this.#format?.(rest, context) || rest;
  }

  /** `command` in lower case. */
  pool(command: string): RedisPool {
    return this.#readPool !== undefined && !writeCommands.has(command) ? this.#readPool : this.#pool;
  }
}

/** Where a command goes, with the key its host is chosen by. */
export interface Target {
  readonly key: string;
  readonly pool: RedisPool;
}

/** The routes by prefix, the longest first; then the one for all. */
export class Router {
  readonly #caseInsensitive: boolean;
  readonly #routes = new Map<string, Route>();
  /** Lengths of prefixes, longest first. */
  readonly #lengths: readonly number[];
  readonly #catchAll: Route | undefined;

  /** @throws LabError in Envoy's words for what it refuses */
  constructor(message: Message, poolOf: (cluster: string) => RedisPool, environment: FormatEnvironment) {
    const routes = message.routes ?? [];
    if (routes.length === 0 && message.catch_all_route === undefined) {
      throw new LabError('invalid', 'cannot configure a redis-proxy without any upstream');
    }
    this.#caseInsensitive = message.case_insensitive ?? false;
    for (const route of routes) {
      const prefix = this.#fold(Buffer.from(route.prefix ?? '').toString('latin1'));
      if (this.#routes.has(prefix)) {
        throw new LabError('invalid', `prefix \`${route.prefix ?? ''}\` already exists.`);
      }
      this.#routes.set(prefix, new Route(route, poolOf, environment));
    }
    const lengths = new Set([...this.#routes.keys()].map((prefix) => prefix.length));
    this.#lengths = [...lengths].sort((a, b) => b - a);
    this.#catchAll = message.catch_all_route && new Route(message.catch_all_route, poolOf, environment);
  }

  /** Undefined: no route takes the key. `command`: its name as it was sent. */
  find(key: string, command: string, context: FormatContext): Target | undefined {
    const route = this.#match(key);
    return route && { key: route.rewrite(key, context), pool: route.pool(lowerAscii(command)) };
  }

  #match(key: string): Route | undefined {
    if (this.#lengths.length === 0) return this.#catchAll;
    const folded = this.#fold(key);
    for (const length of this.#lengths) {
      if (length > folded.length) continue;
      const route = this.#routes.get(folded.slice(0, length));
      if (route !== undefined) return route;
    }
    return this.#catchAll;
  }

  #fold(text: string): string {
    return this.#caseInsensitive ? lowerAscii(text) : text;
  }
}
