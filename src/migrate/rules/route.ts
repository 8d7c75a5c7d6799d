import {
  type EditMap,
  type EditNode,
  inherit,
  newList,
  newMap,
  plainScalar,
} from '../../document/edit/node.ts';
import { newText } from '../../document/edit/read.ts';
import { type Rule, renames } from '../rule.ts';
import { isTrue } from '../typed.ts';
import { regexOf } from './match.ts';

const action = 'envoy.config.route.v3.RouteAction';

/** `regex` is matched by RE2 now, and still against the whole path. */
const regex: Rule = {
  of: 'envoy.config.route.v3.RouteMatch',
  apply(match, migration) {
    const pattern = match.get('regex');
    if (pattern !== undefined) match.replace('regex', 'safe_regex', regexOf(pattern, migration));
  },
};

/** `runtime` of a route gave whole percents. */
const runtimeFraction: Rule = {
  of: 'envoy.config.route.v3.RouteMatch',
  apply(match) {
    const runtime = match.get('runtime');
    if (runtime?.kind !== 'map' || match.has('runtime_fraction')) return;
    const share = runtime.get('default_value') ?? plainScalar('0');
    runtime.set('default_value', newMap({ numerator: share, denominator: plainScalar('HUNDRED') }));
    match.rename('runtime', 'runtime_fraction');
  },
};

/** In v3 there is a `host_rewrite` too, and it is a format. */
const hostRewrite: Rule = {
  of: action,
  apply(route, migration) {
    if (migration.inV2) route.rename('host_rewrite', 'host_rewrite_literal');
  },
};

const mirror: Rule = {
  of: action,
  apply(route) {
    const policy = route.get('request_mirror_policy');
    if (policy !== undefined && !route.has('request_mirror_policies'))
      route.replace('request_mirror_policy', 'request_mirror_policies', newList([policy]));
  },
};

/** A runtime key alone meant a share in hundredths of a percent, none by default. */
const mirrorKey: Rule = {
  of: `${action}.RequestMirrorPolicy`,
  apply(policy) {
    const key = policy.get('runtime_key');
    if (key === undefined) return;
    if (policy.has('runtime_fraction')) {
      policy.drop('runtime_key');
      return;
    }
    const none = newMap({ numerator: plainScalar('0'), denominator: plainScalar('TEN_THOUSAND') });
    policy.replace('runtime_key', 'runtime_fraction', newMap({ default_value: none, runtime_key: key }));
  },
};

/** A pattern of the path and a method became matchers of headers. */
const virtualCluster: Rule = {
  of: 'envoy.config.route.v3.VirtualCluster',
  apply(cluster, migration) {
    const pattern = cluster.get('pattern');
    const method = cluster.get('method');
    if (pattern === undefined || cluster.has('headers')) return;
    const matcher = (name: string, match: EditMap) => newMap({ name: newText(name), string_match: match });
    const headers: EditNode[] = [matcher(':path', newMap({ safe_regex: regexOf(pattern, migration) }))];
    if (method !== undefined) {
      if (method.kind === 'scalar') method.text = method.text.toUpperCase();
      headers.push(matcher(':method', newMap({ exact: method })));
    }
    cluster.take('method');
    cluster.replace('pattern', 'headers', newList(headers));
  },
};

/** Whether a header is added to those of its name or takes their place. */
const appendAction: Rule = {
  of: 'envoy.config.core.v3.HeaderValueOption',
  apply(option, migration) {
    const append = option.get('append');
    if (append === undefined || option.has('append_action') || !migration.inV2) return;
    const name = isTrue(append) ? 'APPEND_IF_EXISTS_OR_ADD' : 'OVERWRITE_IF_EXISTS_OR_ADD';
    option.replace('append', 'append_action', inherit(append, plainScalar(name)));
  },
};

export const routeRules: readonly Rule[] = [
  regex,
  runtimeFraction,
  hostRewrite,
  renames(action, { auto_host_rewrite_header: 'host_rewrite_header' }),
  renames('envoy.extensions.filters.http.dynamic_forward_proxy.v3.PerRouteConfig', {
    host_rewrite: 'host_rewrite_literal',
    auto_host_rewrite_header: 'host_rewrite_header',
  }),
  mirror,
  mirrorKey,
  virtualCluster,
  appendAction,
];
