import type { Timer } from '../../clock.ts';
import type { DnsResolver, ResolvedAddress } from '../dns/resolver.ts';
import { addressText, Endpoint } from '../host/endpoint.ts';
import { type ConfiguredEndpoint, configuredEndpoints } from './assignment.ts';
import type { Discovery, DiscoveryContext, DiscoveryKind } from './discovery.ts';
import { RefreshSchedule } from './refresh.ts';

/** STRICT_DNS: every address of every name is a host; names are asked for again and again. */
export const strictDns: DiscoveryKind = {
  type: 'STRICT_DNS',
  create: (context) => new StrictDns(context),
};

class StrictDns implements Discovery {
  readonly #context: DiscoveryContext;
  readonly #targets: ResolveTarget[];

  constructor(context: DiscoveryContext) {
    this.#context = context;
    const resolver = context.resolver();
    this.#targets = configuredEndpoints(context.config).map(
      (endpoint) => new ResolveTarget(endpoint, resolver, context, () => this.#onChange()),
    );
  }

  start(): void {
    for (const target of this.#targets) target.resolve();
    if (this.#targets.length === 0) this.#context.onReady();
  }

  [Symbol.dispose](): void {
    for (const target of this.#targets) target[Symbol.dispose]();
  }

  #onChange(): void {
    this.#context.onHosts(this.#targets.flatMap(({ hosts }) => hosts));
  }
}

/** One configured name and the hosts it stands for at the moment. */
class ResolveTarget implements Disposable {
  hosts: Endpoint[] = [];
  readonly #endpoint: ConfiguredEndpoint;
  readonly #resolver: DnsResolver;
  readonly #context: DiscoveryContext;
  readonly #onChange: () => void;
  readonly #refresh: RefreshSchedule;
  #cancel: (() => void) | undefined;
  #timer: Timer | undefined;

  constructor(
    endpoint: ConfiguredEndpoint,
    resolver: DnsResolver,
    context: DiscoveryContext,
    onChange: () => void,
  ) {
    this.#endpoint = endpoint;
    this.#resolver = resolver;
    this.#context = context;
    this.#onChange = onChange;
    this.#refresh = new RefreshSchedule(context.config, context.random);
  }

  resolve(): void {
    const { stats, config, clock } = this.#context;
    stats.count('update_attempt').inc();
    const family = config.dns_lookup_family ?? 'AUTO';
    this.#cancel = this.#resolver.resolve(this.#endpoint.address.address, family, (resolution) => {
      let delay: number;
      if (resolution.status === 'success') {
        stats.count('update_success').inc();
        this.#adopt(resolution.addresses);
        const ttls = resolution.addresses.map(({ ttl }) => ttl);
        delay = this.#refresh.afterSuccess(ttls.length === 0 ? undefined : Math.min(...ttls));
      } else {
        stats.count('update_failure').inc();
        delay = this.#refresh.afterFailure();
      }
      this.#context.onReady();
      this.#timer = clock.setTimeout(() => this.resolve(), delay);
    });
  }

  [Symbol.dispose](): void {
    this.#cancel?.();
    this.#timer?.cancel();
  }

  /** Known addresses keep their host, and with it their connections and numbers. */
  #adopt(addresses: readonly ResolvedAddress[]): void {
    const { stats } = this.#context;
    const known = new Map(this.hosts.map((host) => [addressText(host.address), host]));
    const next = new Map<string, Endpoint>();
    for (const { address } of addresses) {
      const host = { address, port: this.#endpoint.address.port };
      const text = addressText(host);
      if (next.has(text)) continue;
      stats.count('default.total_match_count').inc();
      next.set(text, known.get(text) ?? this.#newHost(host));
    }
    const same = next.size === known.size && [...next.keys()].every((text) => known.has(text));
    if (same) {
      stats.count('update_no_rebuild').inc();
      return;
    }
    this.hosts = [...next.values()];
    this.#onChange();
  }

  #newHost(address: { address: string; port: number }): Endpoint {
    const hostname = this.#endpoint.hostname || this.#endpoint.address.address;
    return new Endpoint(address, { ...this.#endpoint, hostname });
  }
}
