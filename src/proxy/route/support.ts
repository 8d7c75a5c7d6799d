import { fields, mergeSupport, type SupportTable } from '../../bootstrap/support.ts';
import { directResponseSupport } from './action/direct-response.ts';
import { redirectSupport } from './action/redirect.ts';
import { durationSupport } from './action/stream-durations.ts';
import { upgradeConfigSupport } from './action/upgrade-configs.ts';
import { weightedClusterSupport } from './action/weighted-clusters.ts';
import { headerMutationSupport } from './header-mutation.ts';
import { headerMatcherSupport } from './match/header.ts';
import { queryMatcherSupport } from './match/query.ts';
import { routeMatchSupport } from './match/route-match.ts';
import { stringMatcherSupport } from './match/string.ts';

const headerMutations = [
  'request_headers_to_add',
  'request_headers_to_remove',
  'response_headers_to_add',
  'response_headers_to_remove',
];

const unread = { noEffect: 'for readers of its own; those in Envoy are refused by name' };

/** Fields of the route configuration that `compileRoutes` reads. */
export const routeSupport: SupportTable = mergeSupport([
  directResponseSupport,
  redirectSupport,
  weightedClusterSupport,
  upgradeConfigSupport,
  durationSupport,
  headerMutationSupport,
  headerMatcherSupport,
  queryMatcherSupport,
  routeMatchSupport,
  stringMatcherSupport,
  {
    'envoy.config.route.v3.RouteConfiguration': {
      ...fields(
        'name',
        'virtual_hosts',
        ...headerMutations,
        'internal_only_headers',
        'most_specific_header_mutations_wins',
        'validate_clusters',
        'max_direct_response_body_size_bytes',
        'ignore_port_in_host_matching',
        'ignore_path_parameters_in_path_matching',
      ),
      metadata: unread,
    },
    'envoy.config.route.v3.VirtualHost': {
      ...fields(
        'name',
        'domains',
        'routes',
        'require_tls',
        ...headerMutations,
        'include_request_attempt_count',
        'include_attempt_count_in_response',
      ),
      metadata: unread,
    },
    'envoy.config.core.v3.Metadata': {
      filter_metadata: unread,
      typed_filter_metadata: unread,
    },
    'envoy.config.route.v3.Route': {
      metadata: unread,
      ...fields('name', 'match', 'route', 'redirect', 'direct_response', ...headerMutations),
      decorator: { noEffect: 'only tracing reads it, and there is none' },
      tracing: { noEffect: 'only tracing reads it, and there is none' },
    },
    'envoy.config.route.v3.RouteAction': fields(
      'cluster',
      'cluster_header',
      'weighted_clusters',
      'cluster_not_found_response_code',
      'prefix_rewrite',
      'regex_rewrite',
      'path_rewrite',
      'host_rewrite_literal',
      'auto_host_rewrite',
      'host_rewrite_header',
      'host_rewrite_path_regex',
      'host_rewrite',
      'append_x_forwarded_host',
      'timeout',
      'idle_timeout',
      'upgrade_configs',
      'max_stream_duration',
      'max_grpc_timeout',
      'grpc_timeout_offset',
    ),
  },
]);
