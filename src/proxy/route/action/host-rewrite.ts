import type { envoy } from '../../../bootstrap/api.generated.ts';
import { byteString } from '../../format/bytes.ts';
import type { FormatContext } from '../../format/context.ts';
import type { RequestHeaders } from '../../http/headers.ts';
import { compileRegexMatcher } from '../../regex/matcher.ts';
import type { RouteContext } from '../context.ts';
import { pathOnly } from '../match/path.ts';
import { compileNamed } from './rewrite-format.ts';

/** The host a request goes on with; empty: it stays. */
export type HostRewrite = (headers: RequestHeaders, context: FormatContext) => string;

/** Compiles the host rewrites of a RouteAction but `auto_host_rewrite`, which needs the chosen endpoint. */
export function compileHostRewrite(
  action: envoy.config.route.v3.RouteAction,
  { environment, runtime }: RouteContext,
): HostRewrite | undefined {
  if (action.host_rewrite_literal) {
    const host = byteString(action.host_rewrite_literal);
    return () => host;
  }
  if (action.host_rewrite_header) {
    const name = byteString(action.host_rewrite_header).toLowerCase();
    return (headers) => headers.lookup(name) ?? '';
  }
  if (action.host_rewrite_path_regex) {
    const regex = compileRegexMatcher(action.host_rewrite_path_regex.pattern, runtime);
    const substitution = byteString(action.host_rewrite_path_regex.substitution ?? '');
    return (headers) => regex.replaceAll(pathOnly(headers.path), substitution);
  }
  if (action.host_rewrite) {
    const print = compileNamed('host rewrite', action.host_rewrite, environment, false);
    return (_headers, context) => print(context);
  }
  return undefined;
}
