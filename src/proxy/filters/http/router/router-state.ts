import type { envoy } from '../../../../bootstrap/api.generated.ts';
import type { Clock } from '../../../clock.ts';
import type { ClusterManager } from '../../../cluster/cluster.ts';
import { TimeoutList } from '../../../http/timeout-list.ts';
import type { FactoryContext } from '../../../server/context.ts';
import type { Counter, Scope } from '../../../stats/stats.ts';
import { ClusterStatsCache } from './code-stats.ts';

type RouterMessage = envoy.extensions.filters.http.router.v3.Router;

/** What a Router message says. */
export interface RouterConfig {
  readonly dynamicStats: boolean;
  readonly suppressEnvoyHeaders: boolean;
  readonly respectExpectedTimeout: boolean;
  readonly strictCheckHeaders: readonly string[];
}

const counters = [
  'no_cluster',
  'no_route',
  'passthrough_internal_redirect_bad_location',
  'passthrough_internal_redirect_no_route',
  'passthrough_internal_redirect_predicate',
  'passthrough_internal_redirect_too_many_redirects',
  'passthrough_internal_redirect_unsafe_scheme',
  'rq_direct_response',
  'rq_overload_local_reply',
  'rq_redirect',
  'rq_reset_after_downstream_response_started',
  'rq_total',
] as const;

/** `http.<stat_prefix>.…` of the router. */
export type RouterStats = Readonly<Record<(typeof counters)[number], Counter>>;

/** What the routers of one connection manager share. */
export class RouterState {
  readonly config: RouterConfig;
  readonly stats: RouterStats;
  readonly clusters: ClusterManager;
  readonly clock: Clock;
  readonly clusterStats = new ClusterStatsCache();
  readonly #timeouts = new Map<number, TimeoutList>();

  constructor(config: RouterMessage, { server, scope }: FactoryContext) {
    this.config = {
      dynamicStats: config.dynamic_stats ?? true,
      suppressEnvoyHeaders: config.suppress_envoy_headers ?? false,
      respectExpectedTimeout: config.respect_expected_rq_timeout ?? false,
      strictCheckHeaders: config.strict_check_headers ?? [],
    };
    this.stats = createRouterStats(scope);
    this.clusters = server.clusters;
    this.clock = server.clock;
  }

  /** The running timeouts of this length. */
  timeouts(ms: number): TimeoutList {
    let list = this.#timeouts.get(ms);
    if (list === undefined) {
      list = new TimeoutList(this.clock, ms);
      this.#timeouts.set(ms, list);
    }
    return list;
  }
}

/** Makes all of them, so that they show as 0 from the start. */
export function createRouterStats(scope: Scope): RouterStats {
  const entries = counters.map((name) => [name, scope.counter(name)] as const);
  return Object.fromEntries(entries) as RouterStats;
}
