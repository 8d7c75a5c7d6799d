import type { envoy } from '../../../../bootstrap/api.generated.ts';
import type { Cluster } from '../../../cluster/cluster.ts';
import { readDataSource } from '../../../data-source.ts';
import { StreamInfo } from '../../../http/stream-info.ts';
import type { FactoryContext } from '../../../server/context.ts';
import type { NetworkFilterExtension } from '../network-filter.ts';
import { Authentication } from './authentication.ts';
import { PoolStats } from './pool/pool-stats.ts';
import { RedisPool } from './pool/redis-pool.ts';
import { readPoolSettings } from './pool/settings.ts';
import { type FilterContext, ProxyFilter } from './proxy-filter.ts';
import { Router } from './router.ts';
import { Splitter } from './splitter/splitter.ts';
import { createProxyStats, createSplitterStats } from './stats.ts';
import { supported } from './supported.ts';

type RedisProxy = envoy.extensions.filters.network.redis_proxy.v3.RedisProxy;
type ProtocolOptions = envoy.extensions.filters.network.redis_proxy.v3.RedisProtocolOptions;

const name = 'envoy.filters.network.redis_proxy';

/** https://www.envoyproxy.io/docs/envoy/latest/configuration/listeners/network_filters/redis_proxy_filter */
export const redisProxyExtension: NetworkFilterExtension = {
  name,
  type: 'envoy.extensions.filters.network.redis_proxy.v3.RedisProxy',
  supported,
  configure(message, context) {
    const shared = configure(message as unknown as RedisProxy, context);
    return (connection) => new ProxyFilter(connection, shared);
  },
};

function configure(message: RedisProxy, { server, drain, whenGone }: FactoryContext): FilterContext {
  const { clock, clusters, environment } = server;
  const scope = server.stats.scope(`redis.${message.stat_prefix}`);
  const settings = readPoolSettings(message.settings);
  const authOf = (cluster: Cluster): readonly string[] => {
    const options = (cluster.protocolOptions(name) ?? {}) as ProtocolOptions;
    const read = (source: envoy.config.core.v3.DataSource | undefined): string =>
      source === undefined ? '' : readDataSource(source, server).toString('latin1');
    const username = read(options.auth_username);
    const password = read(options.auth_password);
    if (username !== '') return ['auth', username, password];
    return password === '' ? [] : ['auth', password];
  };
  const pools = new Map<string, RedisPool>();
  const poolOf = (cluster: string): RedisPool => {
    const known = pools.get(cluster);
    if (known !== undefined) return known;
    const stats = new PoolStats(server.stats.scope(`cluster.${cluster}.redis_cluster`), clock);
    const made = new RedisPool(cluster, { clusters, clock, settings, stats, authOf });
    pools.set(cluster, made);
    return made;
  };
  whenGone(() => {
    for (const pool of pools.values()) pool.close();
  });
  const router = new Router(message.prefix_routes ?? {}, poolOf, environment);
  // Envoy makes a pool for the catch-all route that is not there.
  if (message.prefix_routes?.catch_all_route === undefined) poolOf('');
  const custom = message.custom_commands ?? [];
  const splitContext = { router, clock, micros: message.latency_in_micros ?? false };
  return {
    splitter: new Splitter(splitContext, createSplitterStats(scope, custom), custom),
    authentication: new Authentication(message, server),
    stats: createProxyStats(scope),
    drain,
    wallNow: () => clock.wallNow(),
    formatContextOf: (connection) => ({
      info: new StreamInfo(connection, clock.wallNow(), connection.startedAt),
      request: undefined,
      response: undefined,
    }),
  };
}
