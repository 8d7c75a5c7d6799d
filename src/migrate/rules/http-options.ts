import { type EditMap, type EditNode, newMap } from '../../document/edit/node.ts';
import type { Rule } from '../rule.ts';
import { asMap, textOf, typedConfig } from '../typed.ts';

const type = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';
const moved = [
  'upstream_http_protocol_options',
  'common_http_protocol_options',
  'max_requests_per_connection',
  'http_protocol_options',
  'http2_protocol_options',
  'protocol_selection',
];

/**
 * How a cluster speaks HTTP became one message among its extension options. With HTTP/2 options it spoke HTTP/2, without
 * them HTTP/1.1, unless it was to follow what came in.
 */
const httpOptions: Rule = {
  of: 'envoy.config.cluster.v3.Cluster',
  apply(cluster) {
    const [kept, ...others] = cluster.pairs.map(({ key }) => key.text).filter((key) => moved.includes(key));
    const options = asMap(cluster.get('typed_extension_protocol_options'));
    if (kept === undefined || options.has(type)) return;
    const config = optionsOf(cluster);
    for (const key of others) cluster.take(key);
    if (cluster.has('typed_extension_protocol_options')) {
      cluster.take(kept);
      options.set(type, config);
    } else cluster.replace(kept, 'typed_extension_protocol_options', newMap({ [type]: config }));
  },
};

function optionsOf(cluster: EditMap): EditMap {
  const common = cluster.get('common_http_protocol_options');
  const most = cluster.get('max_requests_per_connection');
  const merged = most === undefined ? common : asMap(common);
  if (most !== undefined && merged?.kind === 'map' && !merged.has('max_requests_per_connection')) {
    merged.set('max_requests_per_connection', most);
    merged.flow = false;
  }
  const http1 = cluster.get('http_protocol_options');
  const http2 = cluster.get('http2_protocol_options');
  const follows = /^(use_downstream_protocol|1)$/i.test(textOf(cluster.get('protocol_selection')) ?? '');
  const protocols = newMap({
    http_protocol_options: follows || http2 === undefined ? (http1 ?? newMap()) : undefined,
    http2_protocol_options: message(http2),
  });
  return typedConfig(
    type,
    newMap({
      upstream_http_protocol_options: cluster.get('upstream_http_protocol_options'),
      common_http_protocol_options: merged,
      [follows ? 'use_downstream_protocol_config' : 'explicit_http_config']: protocols,
    }),
  );
}

/** In a oneof null would be no choice. */
function message(node: EditNode | undefined): EditNode | undefined {
  return node === undefined ? undefined : asMap(node);
}

export const httpOptionsRules: readonly Rule[] = [httpOptions];
