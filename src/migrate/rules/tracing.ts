import {
  type EditNode,
  newList,
  newMap,
  plainScalar,
  takeItems,
  wrapItem,
} from '../../document/edit/node.ts';
import type { Rule } from '../rule.ts';
import { textOf } from '../typed.ts';

/** Whether spans are of requests that come in or go out is said by the listener; incoming is the default. */
const direction: Rule = {
  of: 'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.Tracing',
  apply(tracing, migration) {
    const operation = textOf(tracing.drop('operation_name')?.value);
    const listener = migration.enclosing('envoy.config.listener.v3.Listener');
    if (!/^(egress|1)$/i.test(operation ?? '')) return;
    if (listener === undefined)
      migration.note(
        'operation_name egress is left out: set traffic_direction: OUTBOUND at the listener',
        undefined,
      );
    else if (!listener.has('traffic_direction')) listener.set('traffic_direction', plainScalar('OUTBOUND'));
  },
};

const headersForTags: Rule = {
  of: 'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.Tracing',
  apply(tracing) {
    const headers = tracing.get('request_headers_for_tags');
    if (headers === undefined) return;
    const tags = takeItems(headers).map((header) =>
      wrapItem(header, (tag) => newMap({ tag, request_header: newMap({ name: bare(tag) }) })),
    );
    const custom = tracing.get('custom_tags');
    if (custom === undefined) tracing.replace('request_headers_for_tags', 'custom_tags', newList(tags));
    else {
      tracing.take('request_headers_for_tags');
      tracing.set('custom_tags', newList([...takeItems(custom), ...tags]));
    }
  },
};

/** A copy without what stands round it. */
function bare(node: EditNode): EditNode {
  return node.kind === 'scalar'
    ? { kind: 'scalar', text: node.text, style: node.style, tag: node.tag }
    : node;
}

/** The first form of Zipkin's JSON is gone, and was the default. */
const zipkin: Rule = {
  of: 'envoy.config.trace.v3.ZipkinConfig',
  apply(config, migration) {
    const version = textOf(config.get('collector_endpoint_version'))?.toUpperCase();
    if (version !== undefined && version !== 'HTTP_JSON_V1' && version !== '0') return;
    config.set('collector_endpoint_version', plainScalar('HTTP_JSON'));
    const endpoint = config.get('collector_endpoint');
    if (endpoint?.kind === 'scalar' && endpoint.text === '/api/v1/spans') endpoint.text = '/api/v2/spans';
    migration.note("spans are sent in Zipkin's second JSON form now: the first one is gone", endpoint);
  },
};

export const tracingRules: readonly Rule[] = [direction, headersForTags, zipkin];
