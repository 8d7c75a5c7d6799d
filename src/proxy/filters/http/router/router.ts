import type { Host } from '../../../cluster/cluster.ts';
import type { StreamResetReason } from '../../../codec/codec.ts';
import {
  FilterStatus,
  type LocalReply,
  type StreamDecoderFilterCallbacks,
  type StreamFilter,
} from '../../../http/filter.ts';
import type { HeaderMap, RequestHeaders, ResponseHeaders } from '../../../http/headers.ts';
import { newUpstreamInfo, type SocketAddress, type UpstreamInfo } from '../../../http/stream-info.ts';
import type { Timeout } from '../../../http/timeout-list.ts';
import { updateAuthority } from '../../../route/authority.ts';
import type { ForwardAction, Route } from '../../../route/route.ts';
import type { RouterClusterStats } from './code-stats.ts';
import {
  closedPrematurely,
  noHealthyUpstream,
  resetStatus,
  responseTimeout,
  routeNotFound,
  upstreamReset,
  withAttemptCount,
} from './replies.ts';
import { finalTimeouts } from './request-timeout.ts';
import { isCanary, ResponseCharges } from './response-charges.ts';
import type { RouterState } from './router-state.ts';
import { checkStrictHeaders, removeControlFields } from './strict-headers.ts';
import { awaitedAnswer, endsHere } from './tunnel.ts';
import { UpstreamRequest } from './upstream-request.ts';

/**
 * The filter that ends the chain: sends the request to a host of its route's cluster and the answer back down.
 * Envoy's Router::Filter (source/common/router/router.cc).
 */
export class Router implements StreamFilter {
  callbacks!: StreamDecoderFilterCallbacks;
  clusterStats!: RouterClusterStats;
  readonly #state: RouterState;
  #headers!: RequestHeaders;
  #route!: Route;
  #forward!: ForwardAction;
  #upstreamInfo!: UpstreamInfo;
  #upstream: UpstreamRequest | undefined;
  #charges!: ResponseCharges;
  #attempts = 0;
  #timeoutMs = 0;
  #timeoutStatus: 504 | 204 = 504;
  #timeout: Timeout | undefined;
  #responseStarted = false;
  /** ms when the request was complete; undefined: it is not. */
  #completeAt: number | undefined;

  constructor(state: RouterState) {
    this.#state = state;
  }

  setDecoderFilterCallbacks(callbacks: StreamDecoderFilterCallbacks): void {
    this.callbacks = callbacks;
  }

  now(): number {
    return this.#state.clock.now();
  }

  decodeHeaders(headers: RequestHeaders, endStream: boolean): FilterStatus {
    const { stats, config } = this.#state;
    const { callbacks } = this;
    const info = callbacks.streamInfo;
    this.#headers = headers;
    stats.rq_total.inc();
    const route = callbacks.route();
    if (route === null) {
      stats.no_route.inc();
      return this.#reply(routeNotFound);
    }
    this.#route = route;
    if (route.directReply !== undefined) {
      stats.rq_direct_response.inc();
      return this.#reply(route.directReply(headers, info));
    }
    const forward = route.forward!;
    this.#forward = forward;
    const name = forward.cluster(headers);
    const cluster = this.#state.clusters.get(name);
    if (cluster === undefined) {
      stats.no_cluster.inc();
      const status = forward.clusterNotFoundStatus;
      return this.#reply({ status, body: '', details: 'cluster_not_found', flag: 'NC' });
    }
    this.clusterStats = this.#state.clusterStats.get(cluster);
    this.#upstreamInfo = newUpstreamInfo(cluster.observabilityName);
    info.upstream = this.#upstreamInfo;
    this.#charges = new ResponseCharges(this.clusterStats, headers, config.dynamicStats);
    const strict = checkStrictHeaders(headers, config.strictCheckHeaders);
    if (strict !== undefined) return this.#reply(strict);
    this.#attempts = 1;
    this.#upstreamInfo.attempts = 1;
    const announce = !config.suppressEnvoyHeaders;
    this.#timeoutMs = finalTimeouts(
      headers,
      forward,
      this.#charges.grpc,
      announce,
      config.respectExpectedTimeout,
    ).global;
    if (forward.includeRequestAttemptCount) headers.set('x-envoy-attempt-count', '1');
    forward.finalizeRequestHeaders(headers, info, name, announce);
    const names = cluster.autoNames?.(headers);
    const host = cluster.chooseHost();
    if (host === null) {
      this.#charges.code(503, undefined, false);
      return this.#reply(noHealthyUpstream);
    }
    if (headers.remove('x-envoy-upstream-rq-timeout-alt-response') > 0) this.#timeoutStatus = 204;
    removeControlFields(headers);
    const upstream = new UpstreamRequest(this, host);
    this.#upstream = upstream;
    describeHost(this.#upstreamInfo, host);
    const awaits = awaitedAnswer(headers);
    const tcp = forward.connect !== undefined && endsHere(headers, forward.connect);
    upstream.start(cluster, headers, endStream, awaits, tcp, names);
    if (endStream) this.#onRequestComplete();
    else if (awaits === 'websocket') this.#startTimeout();
    return FilterStatus.StopIteration;
  }

  decodeData(data: Buffer, endStream: boolean): FilterStatus {
    if (this.#upstream === undefined) {
      if (!this.#responseStarted) {
        this.#reply(closedPrematurely);
      }
      return FilterStatus.StopIterationNoBuffer;
    }
    this.#upstream.data(data, endStream);
    if (endStream) this.#onRequestComplete();
    return FilterStatus.StopIterationNoBuffer;
  }

  decodeTrailers(trailers: HeaderMap): FilterStatus {
    this.#upstream?.trailers(trailers);
    this.#onRequestComplete();
    return FilterStatus.StopIteration;
  }

  onDestroy(): void {
    this.#timeout?.cancel();
    this.#upstream?.reset();
    this.#upstream = undefined;
  }

  /** The route's timeout is over. */
  onTimeout(): void {
    const upstream = this.#upstream;
    this.#timeout = undefined;
    if (upstream !== undefined) {
      this.clusterStats.timeout.inc();
      upstream.host.stats.rqTimeout.inc();
      if (upstream.awaitingHeaders) this.#chargeAbort(this.#timeoutStatus, upstream);
      this.#upstream = undefined;
      upstream.reset();
    }
    this.#reply(responseTimeout(this.#timeoutStatus));
  }

  // From the upstream request.

  /** A connection was found: `local` is our end of it. */
  onUpstreamReady(
    upstream: UpstreamRequest,
    local: SocketAddress | undefined,
    protocol: UpstreamInfo['protocol'],
  ): void {
    describeHost(this.#upstreamInfo, upstream.host);
    this.#upstreamInfo.local = local;
    this.#upstreamInfo.protocol = protocol;
    const { hostname } = upstream.host;
    if (this.#forward.autoHostRewrite && hostname !== '') {
      updateAuthority(this.#headers, hostname, {
        appendForwardedHost: this.#forward.appendForwardedHost,
        keepOriginal: !this.#state.config.suppressEnvoyHeaders,
      });
    }
  }

  onUpstream1xx(upstream: UpstreamRequest, headers: ResponseHeaders): void {
    this.#charges.code(headers.status, upstream.host, isCanary(headers, upstream.host));
    this.#responseStarted = true;
    this.callbacks.encode1xxHeaders(headers);
  }

  onUpstreamHeaders(
    upstream: UpstreamRequest,
    headers: ResponseHeaders,
    endStream: boolean,
    now: number,
  ): void {
    const { callbacks } = this;
    const info = callbacks.streamInfo;
    const { status } = headers;
    if (this.#completeAt !== undefined && !this.#state.config.suppressEnvoyHeaders) {
      headers.set('x-envoy-upstream-service-time', String(Math.floor(now - this.#completeAt)));
    }
    upstream.canary = isCanary(headers, upstream.host);
    this.#charges.code(status, upstream.host, upstream.canary);
    if (status < 500 || status > 599) this.#charges.success(upstream.host, headers, endStream);
    info.responseCodeDetails = 'via_upstream';
    info.responseCode = status;
    this.#responseStarted = true;
    headers.remove('keep-alive');
    this.#route.finalizeResponseHeaders(headers, this.#headers, info);
    if (this.#forward.includeAttemptCountInResponse) {
      headers.set('x-envoy-attempt-count', String(this.#attempts));
    }
    if (endStream) this.#onUpstreamComplete(upstream, now);
    callbacks.encodeHeaders(headers, endStream);
  }

  /** The upstream speaks what it was asked to: from now on it may take its time. */
  onUpgraded(): void {
    this.#stopTimeout();
  }

  /** Nothing is to come of the attempt: its request cannot be written, or its answer is no agreement. */
  onDeclined(upstream: UpstreamRequest, reply: LocalReply): void {
    this.#upstream = undefined;
    upstream.reset();
    this.#stopTimeout();
    this.#reply(reply);
  }

  onUpstreamData(upstream: UpstreamRequest, data: Buffer, endStream: boolean): void {
    if (endStream) this.#onUpstreamComplete(upstream, this.now());
    this.callbacks.encodeData(data, endStream);
  }

  onUpstreamTrailers(upstream: UpstreamRequest, trailers: HeaderMap): void {
    this.#onUpstreamComplete(upstream, this.now(), trailers);
    this.callbacks.encodeTrailers(trailers);
  }

  onUpstreamReset(upstream: UpstreamRequest, reason: StreamResetReason, transportFailure: string): void {
    if (transportFailure !== '') this.#upstreamInfo.transportFailure = transportFailure;
    this.#chargeAbort(resetStatus(reason), upstream);
    this.#upstream = undefined;
    this.#stopTimeout();
    this.#reply(
      upstreamReset(
        reason,
        transportFailure,
        this.#responseStarted,
        !this.#state.config.suppressEnvoyHeaders,
      ),
    );
  }

  #onRequestComplete(): void {
    this.#completeAt = this.now();
    this.#startTimeout();
  }

  #startTimeout(): void {
    if (this.#upstream === undefined || this.#timeoutMs === 0 || this.#timeout !== undefined) return;
    this.#timeout = this.#state.timeouts(this.#timeoutMs).start(this);
  }

  #onUpstreamComplete(upstream: UpstreamRequest, now: number, trailers?: HeaderMap): void {
    this.#charges.trailers(upstream.host, trailers);
    if (this.#completeAt === undefined) upstream.reset();
    else this.#charges.time(Math.floor(now - this.#completeAt), upstream.canary);
    upstream.complete();
    this.#upstream = undefined;
    this.#stopTimeout();
  }

  #stopTimeout(): void {
    this.#timeout?.cancel();
    this.#timeout = undefined;
  }

  #chargeAbort(status: number, upstream: UpstreamRequest): void {
    if (this.#responseStarted) return;
    this.#charges.code(status, upstream.host, upstream.host.canary);
    if (status < 500) upstream.host.stats.rqError.inc();
  }

  #reply(reply: LocalReply): FilterStatus {
    const counts = this.#attempts > 0 && this.#forward.includeAttemptCountInResponse;
    this.callbacks.sendLocalReply(counts ? withAttemptCount(reply, this.#attempts) : reply);
    return FilterStatus.StopIteration;
  }
}

function describeHost(info: UpstreamInfo, { address, hostname }: Host): void {
  info.host = address;
  info.hostname = hostname;
}
