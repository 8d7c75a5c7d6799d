import type { envoy } from '../../bootstrap/api.generated.ts';
import type { RequestHeaders } from '../http/headers.ts';
import { portStart } from './authority.ts';
import { routeError } from './error.ts';

/** Virtual hosts of one wildcard kind whose fixed part has one length. */
interface Wildcards<T> {
  readonly length: number;
  readonly byPart: Map<string, T>;
}

/**
 * Finds the virtual host for a request's host: exact names first, then the longest `*.suffix`, then the longest
 * `prefix.*`, then `*`. Host names have no case.
 */
export class DomainIndex<T> {
  readonly #exact = new Map<string, T>();
  readonly #suffixes: Wildcards<T>[] = [];
  readonly #prefixes: Wildcards<T>[] = [];
  readonly #ignorePort: boolean;
  readonly #configName: string;
  #any: T | undefined;

  constructor(config: envoy.config.route.v3.RouteConfiguration) {
    this.#ignorePort = config.ignore_port_in_host_matching ?? false;
    this.#configName = config.name ?? '';
  }

  /** @throws LabError in Envoy's words when another virtual host has the domain */
  add(domain: string, virtualHost: T): void {
    const name = domain.toLowerCase();
    if (name === '*') {
      if (this.#any !== undefined)
        throw routeError(`Only a single wildcard domain is permitted in route ${this.#configName}`);
      this.#any = virtualHost;
      return;
    }
    const part = name.startsWith('*') ? name.slice(1) : name.endsWith('*') ? name.slice(0, -1) : name;
    const map = name.startsWith('*')
      ? wildcardsOf(this.#suffixes, part.length)
      : name.endsWith('*')
        ? wildcardsOf(this.#prefixes, part.length)
        : this.#exact;
    if (map.has(part))
      throw routeError(
        `Only unique values for domains are permitted. Duplicate entry of domain ${name} in route ${this.#configName}`,
      );
    map.set(part, virtualHost);
  }

  find(headers: RequestHeaders): T | undefined {
    if (this.#exact.size === 0 && this.#suffixes.length === 0 && this.#prefixes.length === 0)
      return this.#any;
    const { authority } = headers;
    if (authority === undefined) return undefined;
    let host = authority;
    if (this.#ignorePort) {
      const port = portStart(host);
      if (port >= 0) host = host.slice(0, port);
    }
    host = host.toLowerCase();
    const exact = this.#exact.get(host);
    if (exact !== undefined) return exact;
    for (const { length, byPart } of this.#suffixes) {
      if (length >= host.length) continue;
      const found = byPart.get(host.slice(host.length - length));
      if (found !== undefined) return found;
    }
    for (const { length, byPart } of this.#prefixes) {
      if (length >= host.length) continue;
      const found = byPart.get(host.slice(0, length));
      if (found !== undefined) return found;
    }
    return this.#any;
  }
}

/** The map for that length; the list stays ordered from long to short. */
function wildcardsOf<T>(list: Wildcards<T>[], length: number): Map<string, T> {
  const at = list.findIndex((wildcards) => wildcards.length <= length);
  const found = at < 0 ? undefined : list[at];
  if (found?.length === length) return found.byPart;
  const byPart = new Map<string, T>();
  list.splice(at < 0 ? list.length : at, 0, { length, byPart });
  return byPart;
}
