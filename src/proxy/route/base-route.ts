import { byteString } from '../format/bytes.ts';
import type { FormatContext } from '../format/context.ts';
import type { RequestHeaders, ResponseHeaders } from '../http/headers.ts';
import type { StreamInfo } from '../http/stream-info.ts';
import type { RouteParts } from './entry.ts';
import type { HeaderMutation } from './header-mutation.ts';
import type { Route } from './route.ts';

/** What format strings of a route are filled in from. */
export function contextOf(
  info: StreamInfo,
  request: RequestHeaders,
  response: ResponseHeaders | undefined,
): FormatContext {
  return { info, request, response };
}

/** Applies header changes level by level. */
export function applyAll(
  mutations: readonly HeaderMutation[],
  headers: RequestHeaders | ResponseHeaders,
  context: FormatContext,
): void {
  for (const mutation of mutations) mutation.apply(headers, context);
}

/** What all kinds of routes have: names, and the changes to responses. */
export function baseRoute({ config, scope }: RouteParts, response: readonly HeaderMutation[]): Route {
  return {
    name: byteString(config.name ?? ''),
    virtualHost: byteString(scope.virtualHost.name),
    finalizeResponseHeaders(headers: ResponseHeaders, request: RequestHeaders, info: StreamInfo): void {
      if (response.length > 0) applyAll(response, headers, contextOf(info, request, headers));
    },
  };
}
