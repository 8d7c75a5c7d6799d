import type { Scope } from '../../stats/stats.ts';
import type { LoadBalancerContext } from '../cluster.ts';
import type { Endpoint } from '../host/endpoint.ts';
import { HashedBalancer, type WeightedHost } from './hashed.ts';
import { LeastRequest } from './least-request.ts';
import { MaglevTable } from './maglev.ts';
import { RandomChoice } from './random-choice.ts';
import { HashRing, type RingSettings } from './ring-hash.ts';
import { RoundRobin } from './round-robin.ts';

/** Chooses among the hosts of one set; `update` comes first and whenever the set changes. */
export interface Balancer {
  update(hosts: readonly Endpoint[]): void;
  /** Null: there are none. */
  choose(context?: LoadBalancerContext): Endpoint | null;
}

/** A number in [0, 1). */
export type Random = () => number;

/** What a balancer may be told by config. */
export interface BalancerOptions {
  readonly random: Random;
  /** LEAST_REQUEST: how many hosts are drawn. */
  readonly choiceCount: number;
  /** LEAST_REQUEST with weights: the exponent of active requests. */
  readonly activeRequestBias: () => number;
  /** `cluster.<name>.` */
  readonly scope: Scope;
  /** MAGLEV and RING_HASH: a host is known by its name, not by its address. */
  readonly hashHostname: boolean;
  /** MAGLEV: a prime. */
  readonly tableSize: number;
  readonly ring: RingSettings;
}

export interface BalancerKind {
  /** `lb_policy`. */
  readonly name: string;
  /** It chooses by hash, among healthy hosts alone: Envoy's leave degraded ones out. */
  readonly hashed?: true;
  create(options: BalancerOptions): Balancer;
}

/** The load balancers, as `lb_policy` names them. */
export const balancers = [
  { name: 'ROUND_ROBIN', create: (options) => new RoundRobin(options.random) },
  { name: 'LEAST_REQUEST', create: (options) => new LeastRequest(options) },
  { name: 'RANDOM', create: (options) => new RandomChoice(options.random) },
  {
    name: 'RING_HASH',
    hashed: true,
    create: ({ random, hashHostname, ring, scope }) => {
      const stats = announce(
        scope.scope('ring_hash_lb'),
        'size',
        'min_hashes_per_host',
        'max_hashes_per_host',
      );
      const build = (hosts: readonly WeightedHost[]): HashRing => new HashRing(hosts, ring, stats);
      return new HashedBalancer(build, { random, useHostname: hashHostname });
    },
  },
  {
    name: 'MAGLEV',
    hashed: true,
    create: ({ random, hashHostname, tableSize, scope }) => {
      const stats = announce(scope.scope('maglev_lb'), 'min_entries_per_host', 'max_entries_per_host');
      const build = (hosts: readonly WeightedHost[]): MaglevTable => new MaglevTable(hosts, tableSize, stats);
      return new HashedBalancer(build, { random, useHostname: hashHostname });
    },
  },
] as const satisfies readonly BalancerKind[];

/** Makes gauges that are there from the start. */
function announce(scope: Scope, ...gauges: string[]): Scope {
  for (const name of gauges) scope.gauge(name);
  return scope;
}
