import type { envoy } from '../../../bootstrap/api.generated.ts';
import { fields, type SupportTable } from '../../../bootstrap/support.ts';
import { byteString } from '../../format/bytes.ts';
import type { RequestHeaders } from '../../http/headers.ts';
import type { RouteContext } from '../context.ts';
import { routeError } from '../error.ts';

const maxWeight = 2 ** 32 - 1;

/**
 * Compiles the draw of a WeightedCluster: the index of the cluster for a request's random number.
 *
 * Weights are read from the runtime under `<runtime_key_prefix>.<cluster>` when there is a prefix. A request whose
 * `header_name` field is a number brings its own draw.
 */
export function compileWeightedDraw(
  config: envoy.config.route.v3.WeightedCluster,
  routeName: string,
  { runtime }: RouteContext,
): (headers: RequestHeaders, random: number) => number {
  const weights = config.clusters.map((cluster) => {
    if (!cluster.name === !cluster.cluster_header)
      throw routeError(
        cluster.name
          ? 'Only one of name or cluster_header can be specified'
          : 'At least one of name or cluster_header need to be specified',
      );
    if (cluster.weight === undefined) throw routeError(`Field 'weight' is missing in: ${cluster.name}`);
    return cluster.weight;
  });
  const sum = (values: readonly number[]): number => values.reduce((total, weight) => total + weight, 0);
  const total = sum(weights);
  if (total > maxWeight)
    throw routeError(
      `The sum of weights of all weighted clusters of route ${routeName} exceeds ${maxWeight}`,
    );
  if (total === 0) throw routeError('Sum of weights in the weighted_cluster must be greater than 0.');

  const prefix = config.runtime_key_prefix ?? '';
  const keys =
    prefix === '' ? undefined : config.clusters.map((cluster) => `${prefix}.${cluster.name ?? ''}`);
  const header = config.header_name ? byteString(config.header_name).toLowerCase() : undefined;

  return (headers, random) => {
    const current = keys ? keys.map((key, i) => runtime.integer(key, weights[i]!)) : weights;
    const all = keys ? sum(current) : total;
    if (all === 0) return -1;
    let draw = random % all;
    if (header !== undefined) {
      const given = headers.getAll(header);
      if (given.length === 1 && /^\d+$/.test(given[0]!)) draw = Number(BigInt(given[0]!) % BigInt(all));
    }
    for (let i = 0; i < current.length; i++) {
      if (draw < current[i]!) return i;
      draw -= current[i]!;
    }
    return current.length - 1;
  };
}

export const weightedClusterSupport: SupportTable = {
  'envoy.config.route.v3.WeightedCluster': {
    ...fields('clusters', 'runtime_key_prefix', 'header_name'),
    total_weight: { noEffect: 'Envoy adds the weights up itself' },
  },
  'envoy.config.route.v3.WeightedCluster.ClusterWeight': fields(
    'name',
    'cluster_header',
    'weight',
    'request_headers_to_add',
    'request_headers_to_remove',
    'response_headers_to_add',
    'response_headers_to_remove',
    'host_rewrite_literal',
  ),
};
