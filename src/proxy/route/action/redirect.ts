import type { envoy } from '../../../bootstrap/api.generated.ts';
import { fields, type SupportTable } from '../../../bootstrap/support.ts';
import { byteString } from '../../format/bytes.ts';
import type { RequestHeaders } from '../../http/headers.ts';
import type { RouteContext } from '../context.ts';
import { type PathMatch, pathOnly } from '../match/path.ts';
import { compilePathRewrite, type PathRewrite } from './path-rewrite.ts';

const statuses = {
  MOVED_PERMANENTLY: 301,
  FOUND: 302,
  SEE_OTHER: 303,
  TEMPORARY_REDIRECT: 307,
  PERMANENT_REDIRECT: 308,
} as const;

/** Where a redirect sends its client. */
export interface Redirect {
  readonly status: number;
  /** Of `prefix_rewrite`, `regex_rewrite` and `path_rewrite`: changes the request's path before `location` is asked. */
  readonly rewrite: PathRewrite | undefined;
  location(headers: RequestHeaders): string;
}

/** The request's host without a port that the redirect replaces or that was the old scheme's own. */
function requestHost(headers: RequestHeaders, newScheme: string, newPort: string): string {
  const host = headers.authority ?? '';
  if (host === '') return host;
  const bracket = host.startsWith('[') ? host.lastIndexOf(']:') : -1;
  const portAt = host.startsWith('[') ? (bracket < 0 ? -1 : bracket + 1) : host.lastIndexOf(':');
  if (portAt < 0) return host;
  const port = host.slice(portAt);
  const { scheme } = headers;
  const ownPort = scheme === 'https' ? ':443' : ':80';
  const drop = newPort !== '' || (newScheme !== scheme && port === ownPort);
  return drop ? host.slice(0, portAt) : host;
}

/** The https URI of a request that came without TLS, for `require_tls`. */
export function tlsRedirectLocation(headers: RequestHeaders): string {
  return `https://${headers.authority ?? ''}${headers.path}`;
}

/** Where a direct response with a status that calls for a location says it is: where the client asked. */
export function ownLocation(headers: RequestHeaders): string {
  return `${headers.scheme}://${requestHost(headers, headers.scheme, '')}${headers.path}`;
}

/** Compiles envoy.config.route.v3.RedirectAction. */
export function compileRedirect(
  config: envoy.config.route.v3.RedirectAction,
  match: PathMatch,
  context: RouteContext,
): Redirect {
  const pathRedirect = byteString(config.path_redirect ?? '');
  const rewrite = compilePathRewrite(config, match, context);
  const stripQuery = (config.strip_query ?? false) && !pathRedirect.includes('?');
  const scheme = config.scheme_redirect
    ? byteString(config.scheme_redirect)
    : config.https_redirect
      ? 'https'
      : '';
  const hostRedirect = byteString(config.host_redirect ?? '');
  const port = config.port_redirect ? `:${config.port_redirect}` : '';

  const newPath = (path: string): string => {
    if (pathRedirect === '') return path;
    const query = pathRedirect.includes('?') ? -1 : path.indexOf('?');
    return query < 0 ? pathRedirect : pathRedirect + path.slice(query);
  };

  return {
    status: statuses[config.response_code ?? 'MOVED_PERMANENTLY'],
    rewrite:
      rewrite &&
      ((path, format) => {
        const rewritten = rewrite(path, format);
        return rewritten === undefined || pathOnly(rewritten) === '' ? undefined : rewritten;
      }),
    location(headers) {
      const newScheme = scheme === '' ? headers.scheme : scheme;
      const host = hostRedirect === '' ? requestHost(headers, newScheme, port) : hostRedirect;
      let path = newPath(headers.path);
      const query = stripQuery ? path.indexOf('?') : -1;
      if (query >= 0) path = path.slice(0, query);
      return `${newScheme}://${host}${port}${path.startsWith('/') ? '' : '/'}${path}`;
    },
  };
}

export const redirectSupport: SupportTable = {
  'envoy.config.route.v3.RedirectAction': fields(
    'https_redirect',
    'scheme_redirect',
    'host_redirect',
    'port_redirect',
    'path_redirect',
    'prefix_rewrite',
    'regex_rewrite',
    'path_rewrite',
    'response_code',
    'strip_query',
  ),
};
