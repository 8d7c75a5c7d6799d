import type { Timer } from '../../clock.ts';
import type { DnsResolver, Resolution, ResolvedAddress } from '../dns/resolver.ts';
import { addressText, Endpoint } from '../host/endpoint.ts';
import { type ConfiguredEndpoint, configuredEndpoints } from './assignment.ts';
import type { Discovery, DiscoveryContext, DiscoveryKind } from './discovery.ts';
import { RefreshSchedule } from './refresh.ts';

/** STRICT_DNS: every address of every name is a host; names are asked for again and again. */
export const strictDns: DiscoveryKind = {
  type: 'STRICT_DNS',
  create: (context) => new DnsDiscovery(context, false),
};

/**
 * LOGICAL_DNS: the first address of one name is the only host. When that address changes Envoy 1.40 replaces the
 * host, as in STRICT_DNS; an answer without addresses counts as a failure and changes nothing.
 */
export const logicalDns: DiscoveryKind = {
  type: 'LOGICAL_DNS',
  refuse: (config) =>
    configuredEndpoints(config).length === 1 && config.load_assignment?.endpoints?.length === 1
      ? undefined
      : 'LOGICAL_DNS clusters must have a single locality_lb_endpoint and a single lb_endpoint',
  create: (context) => new DnsDiscovery(context, true),
};

class DnsDiscovery implements Discovery {
  readonly #context: DiscoveryContext;
  readonly #targets: ResolveTarget[];

  constructor(context: DiscoveryContext, logical: boolean) {
    this.#context = context;
    const resolver = context.resolver();
    this.#targets = configuredEndpoints(context.config).map(
      (endpoint) => new ResolveTarget(endpoint, resolver, context, logical, () => this.#onChange()),
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
  readonly #logical: boolean;
  readonly #onChange: () => void;
  readonly #refresh: RefreshSchedule;
  #cancel: (() => void) | undefined;
  #timer: Timer | undefined;

  constructor(
    endpoint: ConfiguredEndpoint,
    resolver: DnsResolver,
    context: DiscoveryContext,
    logical: boolean,
    onChange: () => void,
  ) {
    this.#endpoint = endpoint;
    this.#resolver = resolver;
    this.#context = context;
    this.#logical = logical;
    this.#onChange = onChange;
    this.#refresh = new RefreshSchedule(context.config, context.random);
  }

  resolve(): void {
    const { stats, config, clock } = this.#context;
    stats.count('update_attempt').inc();
    const family = config.dns_lookup_family ?? 'AUTO';
    this.#cancel = this.#resolver.resolve(this.#endpoint.address.address, family, (resolution) => {
      this.#cancel = undefined;
      const addresses = this.#accept(resolution);
      let delay: number;
      if (addresses === undefined) {
        stats.count('update_failure').inc();
        delay = this.#refresh.afterFailure();
      } else {
        stats.count('update_success').inc();
        this.#adopt(addresses);
        delay = this.#refresh.afterSuccess(addresses);
      }
      this.#context.onReady();
      this.#timer = clock.setTimeout(() => this.resolve(), delay);
    });
  }

  [Symbol.dispose](): void {
    this.#cancel?.();
    this.#timer?.cancel();
  }

  /** The addresses to use; undefined: the answer is a failure. */
  #accept(resolution: Resolution): readonly ResolvedAddress[] | undefined {
    if (resolution.status === 'failure') return undefined;
    const { addresses } = resolution;
    if (!this.#logical) return addresses;
    return addresses.length === 0 ? undefined : addresses.slice(0, 1);
  }

  /** Known addresses keep their host, and with it their connections and numbers. */
  #adopt(addresses: readonly ResolvedAddress[]): void {
    const { stats } = this.#context;
    // Envoy sets this gauge here only: not for STATIC, not for LOGICAL_DNS.
    if (!this.#logical) {
      stats.level('max_host_weight').set(addresses.length === 0 ? 1 : this.#endpoint.weight);
    }
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
