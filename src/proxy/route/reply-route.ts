import type { envoy } from '../../bootstrap/api.generated.ts';
import type { LocalReply } from '../http/filter.ts';
import { compileBodyFormat, directResponseBody } from './action/direct-response.ts';
import { compileRedirect, ownLocation } from './action/redirect.ts';
import { baseRoute, contextOf } from './base-route.ts';
import type { RouteParts } from './entry.ts';
import type { Route } from './route.ts';

/** A route with `direct_response`. */
export function directRoute(direct: envoy.config.route.v3.DirectResponseAction, parts: RouteParts): Route {
  const { mutations, scope, context } = parts;
  const base = baseRoute(parts, mutations.response);
  const status = direct.status ?? 200;
  const body = directResponseBody(direct, scope.maxDirectResponseBody, context);
  const format = compileBodyFormat(direct, context);
  const located = status === 201 || (status >= 300 && status < 400);
  return {
    ...base,
    directReply(request, info): LocalReply {
      return {
        status,
        body: format ? format.print({ ...contextOf(info, request, undefined), localReplyBody: body }) : body,
        details: 'direct_response',
        modifyHeaders(headers) {
          if (located) headers.set('location', ownLocation(request));
          base.finalizeResponseHeaders(headers, request, info);
          if (format?.contentType !== undefined) headers.set('content-type', format.contentType);
        },
      };
    },
  };
}

/** A route with `redirect`. */
export function redirectRoute(config: envoy.config.route.v3.RedirectAction, parts: RouteParts): Route {
  const { match, mutations, context } = parts;
  const base = baseRoute(parts, mutations.response);
  const redirect = compileRedirect(config, match, context);
  return {
    ...base,
    directReply(request, info): LocalReply {
      if (redirect.rewrite) {
        // The access log shows the path the client is sent to, and the one it asked for beside it.
        const path = redirect.rewrite(request.path, contextOf(info, request, undefined));
        if (path !== undefined) {
          request.set('x-envoy-original-path', request.path);
          request.path = path;
        }
      }
      const location = redirect.location(request);
      return {
        status: redirect.status,
        body: '',
        details: 'direct_response',
        modifyHeaders(headers) {
          // What has no path, a CONNECT, has nowhere to go.
          if (request.path !== '') headers.set('location', location);
          base.finalizeResponseHeaders(headers, request, info);
        },
      };
    },
  };
}
