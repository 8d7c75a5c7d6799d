import type { RequestHeaders } from '../../../http/headers.ts';
import type { StreamInfo } from '../../../http/stream-info.ts';
import type { Route } from '../../../route/route.ts';
import type { RouteProvider } from './shared-state.ts';

/** The route of one request, looked up when first asked for, in the table that was in force when it began. */
export class StreamRoute {
  readonly #table: RouteProvider['current'];
  readonly #info: StreamInfo;
  /** Undefined: not looked up; null: there is none. */
  #route: Route | null | undefined;

  constructor(routes: RouteProvider, info: StreamInfo) {
    this.#table = routes.current;
    this.#info = info;
  }

  of(headers: RequestHeaders | undefined): Route | null {
    if (this.#route !== undefined) return this.#route;
    // Without it the request was refused before it was looked at: its answer is nobody's but the connection manager's.
    if (headers === undefined || !headers.get('x-forwarded-proto')) return null;
    const route = this.#table.match(headers, this.#info);
    this.#route = route;
    this.#info.routeName = route?.name ?? '';
    this.#info.virtualHost = route?.virtualHost;
    return route;
  }

  /** The request changed: look it up anew. */
  clear(): void {
    this.#route = undefined;
  }
}
