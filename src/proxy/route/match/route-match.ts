import type { envoy } from '../../../bootstrap/api.generated.ts';
import { fields, type SupportTable } from '../../../bootstrap/support.ts';
import type { RequestHeaders } from '../../http/headers.ts';
import { denominators, type Runtime } from '../../runtime/runtime.ts';
import { compileCookieMatcher } from './cookie.ts';
import { compileHeaderMatcher } from './header.ts';
import { compilePathMatch, type PathMatch } from './path.ts';
import { compileQueryMatcher } from './query.ts';

/** A compiled RouteMatch. */
export interface RouteMatch extends PathMatch {
  /** Requests without a path, a CONNECT of HTTP/1 say, are no other route's. */
  readonly connect: boolean;
  /**
   * Whether all conditions but the path's hold.
   *
   * @param random the request's own draw, the same for all its routes
   */
  conditions: ((headers: RequestHeaders, random: number) => boolean) | undefined;
}

type Condition = (headers: RequestHeaders, random: number) => boolean;

function compileFraction(config: envoy.config.core.v3.RuntimeFractionalPercent, runtime: Runtime): Condition {
  const key = config.runtime_key ?? '';
  const fraction = {
    numerator: config.default_value.numerator ?? 0,
    denominator: denominators[config.default_value.denominator ?? 'HUNDRED'],
  };
  return (_headers, random) => runtime.fractionEnabled(key, fraction, random);
}

/** Compiles envoy.config.route.v3.RouteMatch. */
export function compileRouteMatch(match: envoy.config.route.v3.RouteMatch, runtime: Runtime): RouteMatch {
  const conditions: Condition[] = [];
  const connect = match.connect_matcher !== undefined;
  if (connect) conditions.push((headers) => headers.method === 'CONNECT');
  if (match.runtime_fraction) conditions.push(compileFraction(match.runtime_fraction, runtime));
  if (match.grpc)
    conditions.push((headers) => /^application\/grpc($|\+)/.test(headers.get('content-type') ?? ''));
  for (const matcher of match.headers ?? []) conditions.push(compileHeaderMatcher(matcher, runtime));
  for (const matcher of match.query_parameters ?? []) {
    const matches = compileQueryMatcher(matcher, runtime);
    conditions.push((headers) => matches(headers.path));
  }
  for (const matcher of match.cookies ?? []) conditions.push(compileCookieMatcher(matcher, runtime));
  const path = compilePathMatch(match, runtime);
  const [first] = conditions;
  return {
    connect,
    matches: path.matches,
    matchedLength: path.matchedLength,
    key: path.key,
    conditions:
      conditions.length > 1
        ? (headers, random) => {
            for (const condition of conditions) if (!condition(headers, random)) return false;
            return true;
          }
        : first,
  };
}

export const routeMatchSupport: SupportTable = {
  'envoy.config.route.v3.RouteMatch': fields(
    'prefix',
    'path',
    'safe_regex',
    'path_separated_prefix',
    'connect_matcher',
    'case_sensitive',
    'runtime_fraction',
    'headers',
    'query_parameters',
    'cookies',
    'grpc',
  ),
  'envoy.config.route.v3.RouteMatch.ConnectMatcher': {},
  'envoy.config.core.v3.RuntimeFractionalPercent': fields('default_value', 'runtime_key'),
  'envoy.type.v3.FractionalPercent': fields('numerator', 'denominator'),
  'envoy.config.route.v3.CookieMatcher': fields('name', 'string_match', 'invert_match'),
};
