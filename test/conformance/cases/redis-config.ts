import type { ConfigParts } from '../case.ts';

/** A config whose one filter is a redis_proxy with these fields and settings, and fields of the cluster `up`. */
export function redisProxy({
  filter,
  settings,
  cluster,
  parts,
}: {
  readonly filter?: Record<string, unknown>;
  readonly settings?: Record<string, unknown>;
  readonly cluster?: Record<string, unknown>;
  readonly parts?: ConfigParts;
}): ConfigParts {
  return {
    ...(cluster && { clusters: { up: cluster } }),
    ...parts,
    networkFilters: [
      {
        name: 'envoy.filters.network.redis_proxy',
        typed_config: {
          '@type': 'type.googleapis.com/envoy.extensions.filters.network.redis_proxy.v3.RedisProxy',
          stat_prefix: 'r',
          settings: { op_timeout: '2s', ...settings },
          prefix_routes: { catch_all_route: { cluster: 'up' } },
          ...filter,
        },
      },
    ],
  };
}
