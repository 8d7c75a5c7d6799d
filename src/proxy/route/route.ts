import type { LocalReply } from '../http/filter.ts';
import type { RequestHeaders, ResponseHeaders } from '../http/headers.ts';
import type { StreamInfo } from '../http/stream-info.ts';
import type { StreamDurations } from './action/stream-durations.ts';
import type { ConnectConfig } from './action/upgrade-configs.ts';

/** A compiled RouteConfiguration; immutable, swapped whole on update. */
export interface RouteTable {
  readonly name: string;
  /** The route for a request; null: no virtual host or no route of it matches. */
  match(headers: RequestHeaders, info: StreamInfo): Route | null;
  /** Names of all clusters it can route to: config is refused when one is unknown. */
  readonly clusters: ReadonlySet<string>;
  /** `internal_only_headers`, lower-case: dropped from requests from outside. */
  readonly internalOnlyHeaders?: readonly string[];
}

/** What a matched request meets: sent to a cluster, or answered here. */
export interface Route {
  readonly name: string;
  readonly virtualHost: string;
  /**
   * Present: answered without an upstream (direct_response, redirect), with the reply for this request. Its
   * `modifyHeaders` calls `finalizeResponseHeaders` itself, as Envoy's router does.
   */
  readonly directReply?: (headers: RequestHeaders, info: StreamInfo) => LocalReply;
  /** Present: routed. */
  readonly forward?: ForwardAction;
  /**
   * Changes a response on its way down: response_headers_to_add / _remove of weighted cluster, route, virtual host
   * and config. The router calls it for answers of the upstream and for its own when an upstream failed.
   */
  finalizeResponseHeaders(headers: ResponseHeaders, request: RequestHeaders, info: StreamInfo): void;
}

export interface ForwardAction {
  /** The cluster for this request; weighted clusters draw here. */
  cluster(headers: RequestHeaders): string;
  /** What is answered when that cluster does not exist: 503 or 404 (`cluster_not_found_response_code`). */
  readonly clusterNotFoundStatus: number;
  /** ms; 0 means none. */
  readonly timeoutMs: number;
  readonly idleTimeoutMs: number | undefined;
  /** Rewrites path and host, adds and removes headers; `x-envoy-original-path` when the path changed. */
  finalizeRequestHeaders(
    headers: RequestHeaders,
    info: StreamInfo,
    cluster: string,
    /** False with the router's `suppress_envoy_headers`: no `x-envoy-original-path` and `-host`. */
    keepOriginal?: boolean,
  ): void;
  /** `auto_host_rewrite`: the router sets the host to the chosen endpoint's hostname, with `updateAuthority`. */
  readonly autoHostRewrite: boolean;
  /** `append_x_forwarded_host`, for `updateAuthority`. */
  readonly appendForwardedHost: boolean;
  /** `upgrade_configs`: types of upgrade, lower-case, this route allows or refuses whatever the listener says. */
  readonly upgrades: ReadonlyMap<string, boolean> | undefined;
  /** `connect_config`: a CONNECT ends here, and its payload goes to the host as bytes. */
  readonly connect: ConnectConfig | undefined;
  /** How long a stream, or a gRPC request, may take; undefined where the route says nothing of it. */
  readonly durations: StreamDurations | undefined;
  /** The router sets `x-envoy-attempt-count` on the request. */
  readonly includeRequestAttemptCount: boolean;
  /** The router sets `x-envoy-attempt-count` on the response. */
  readonly includeAttemptCountInResponse: boolean;
}
