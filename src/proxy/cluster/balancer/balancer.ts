import type { Endpoint } from '../host/endpoint.ts';
import { LeastRequest } from './least-request.ts';
import { RandomChoice } from './random-choice.ts';
import { RoundRobin } from './round-robin.ts';

/** Chooses among the hosts of one set; `update` comes first and whenever the set changes. */
export interface Balancer {
  update(hosts: readonly Endpoint[]): void;
  /** Null: there are none. */
  choose(): Endpoint | null;
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
}

export interface BalancerKind {
  /** `lb_policy`. */
  readonly name: string;
  create(options: BalancerOptions): Balancer;
}

/** The load balancers, as `lb_policy` names them. */
export const balancers = [
  { name: 'ROUND_ROBIN', create: (options) => new RoundRobin(options.random) },
  { name: 'LEAST_REQUEST', create: (options) => new LeastRequest(options) },
  { name: 'RANDOM', create: (options) => new RandomChoice(options.random) },
] as const satisfies readonly BalancerKind[];
