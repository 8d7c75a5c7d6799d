import type { Counter, Scope } from '../../../stats/stats.ts';
import type { ProxyVersion } from './header.ts';

interface VersionStats {
  readonly found: Counter;
  readonly disallowed: Counter;
  readonly error: Counter;
}

/** `proxy_proto.[<stat_prefix>.]…` (docs: configuration/listeners/listener_filters/proxy_protocol). */
export class ProxyProtocolStats {
  /** Its name of old, without a prefix. */
  readonly #error: Counter;
  readonly #notFoundAllowed: Counter;
  readonly #notFoundDisallowed: Counter;
  readonly #versions: Readonly<Record<'v1' | 'v2', VersionStats>>;

  constructor(root: Scope, prefix: string) {
    this.#error = root.counter('downstream_cx_proxy_proto_error');
    const scope = root.scope(prefix === '' ? 'proxy_proto' : `proxy_proto.${prefix}`);
    this.#notFoundAllowed = scope.counter('not_found_allowed');
    this.#notFoundDisallowed = scope.counter('not_found_disallowed');
    const version = (name: string): VersionStats => ({
      found: scope.counter(`versions.${name}.found`),
      disallowed: scope.counter(`versions.${name}.disallowed`),
      error: scope.counter(`versions.${name}.error`),
    });
    this.#versions = { v1: version('v1'), v2: version('v2') };
  }

  onFound(version: ProxyVersion): void {
    if (version === 'none') this.#notFoundAllowed.inc();
    else this.#versions[version].found.inc();
  }

  onDisallowed(version: 'v1' | 'v2'): void {
    this.#versions[version].found.inc();
    this.#versions[version].disallowed.inc();
  }

  onError(version: ProxyVersion): void {
    this.#error.inc();
    if (version === 'none') this.#notFoundDisallowed.inc();
    else this.#versions[version].error.inc();
  }
}
