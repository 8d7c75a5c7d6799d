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
import { isUpgrade } from '../../../http/upgrade.ts';
import { updateAuthority } from '../../../route/authority.ts';
import type { ForwardAction, Route } from '../../../route/route.ts';
import type { CodeStats, RouterClusterStats } from './code-stats.ts';
import { finalTimeouts } from './request-timeout.ts';
import { resetReasons } from './reset-reason.ts';
import type { RouterState } from './router-state.ts';
import { checkStrictHeaders } from './strict-headers.ts';
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
  #upstreamInfo: UpstreamInfo | undefined;
  #upstream: UpstreamRequest | undefined;
  #altCodes: CodeStats | undefined;
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
      return this.#reply({ status: 404, body: '', details: 'route_not_found', flag: 'NR' });
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
    const strict = checkStrictHeaders(headers, config.strictCheckHeaders);
    if (strict !== undefined) return this.#reply(strict);
    const altName = headers.get('x-envoy-upstream-alt-stat-name');
    if (altName !== undefined) {
      this.#altCodes = this.clusterStats.alternative(altName);
      headers.remove('x-envoy-upstream-alt-stat-name');
    }
    this.#attempts = 1;
    this.#upstreamInfo.attempts = 1;
    const announce = !config.suppressEnvoyHeaders;
    this.#timeoutMs = finalTimeouts(
      headers,
      forward.timeoutMs,
      announce,
      config.respectExpectedTimeout,
    ).global;
    if (forward.includeRequestAttemptCount) headers.set('x-envoy-attempt-count', '1');
    forward.finalizeRequestHeaders(headers, info, name, announce);
    const host = cluster.chooseHost();
    if (host === null) {
      this.#chargeCode(503, undefined, false);
      return this.#reply({
        status: 503,
        body: 'no healthy upstream',
        details: 'no_healthy_upstream',
        flag: 'UH',
      });
    }
    if (headers.remove('x-envoy-upstream-rq-timeout-alt-response') > 0) this.#timeoutStatus = 204;
    headers.remove('x-envoy-upstream-stream-duration-ms');
    const upstream = new UpstreamRequest(this, host);
    this.#upstream = upstream;
    this.#describeHost(host);
    const upgrade = isUpgrade(headers);
    upstream.start(cluster, headers, endStream, upgrade);
    if (endStream) this.#onRequestComplete();
    else if (upgrade) this.#startTimeout();
    return FilterStatus.StopIteration;
  }

  decodeData(data: Buffer, endStream: boolean): FilterStatus {
    if (this.#upstream === undefined) {
      if (!this.#responseStarted) {
        this.#reply({
          status: 503,
          body: 'upstream is closed prematurely during decoding data from downstream',
          details: 'upstream_reset_before_response_started',
        });
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
    const status = this.#timeoutStatus;
    const body = status === 504 ? 'upstream request timeout' : '';
    this.#reply({ status, body, details: 'response_timeout', flag: 'UT' });
  }

  // From the upstream request.

  /** A connection was found: `local` is our end of it. */
  onUpstreamReady(upstream: UpstreamRequest, local: SocketAddress | undefined): void {
    this.#describeHost(upstream.host);
    if (this.#upstreamInfo !== undefined) {
      this.#upstreamInfo.local = local;
      this.#upstreamInfo.protocol = 'HTTP/1.1';
    }
    const { hostname } = upstream.host;
    if (this.#forward.autoHostRewrite && hostname !== '') {
      updateAuthority(this.#headers, hostname, {
        appendForwardedHost: this.#forward.appendForwardedHost,
        keepOriginal: !this.#state.config.suppressEnvoyHeaders,
      });
    }
  }

  onUpstream1xx(upstream: UpstreamRequest, headers: ResponseHeaders): void {
    this.#chargeCode(headers.status, upstream.host, isCanary(headers, upstream.host));
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
    this.#chargeCode(status, upstream.host, upstream.canary);
    if (status < 500 || status > 599) upstream.host.stats.rqSuccess.inc();
    info.responseCodeDetails = 'via_upstream';
    info.responseCode = status;
    this.#responseStarted = true;
    headers.remove('keep-alive');
    this.#route.finalizeResponseHeaders(headers, this.#headers, info);
    this.#modifyHeaders(headers);
    if (endStream) this.#onUpstreamComplete(upstream, now);
    callbacks.encodeHeaders(headers, endStream);
  }

  /** The upstream speaks what it was asked to: from now on it may take its time. */
  onUpgraded(): void {
    this.#stopTimeout();
  }

  /** The upstream answered an upgrade with a page of its own: its head goes down, and that is all. */
  onUpgradeDeclined(upstream: UpstreamRequest, { status, names, values }: ResponseHeaders): void {
    this.#upstream = undefined;
    upstream.reset();
    this.#stopTimeout();
    this.#reply({
      status,
      body: '',
      details: 'websocket_handshake_unsuccessful',
      modifyHeaders: (headers) => {
        for (let i = 0; i < names.length; i++) headers.add(names[i]!, values[i]!);
      },
    });
  }

  onUpstreamData(upstream: UpstreamRequest, data: Buffer, endStream: boolean): void {
    if (endStream) this.#onUpstreamComplete(upstream, this.now());
    this.callbacks.encodeData(data, endStream);
  }

  onUpstreamTrailers(upstream: UpstreamRequest, trailers: HeaderMap): void {
    this.#onUpstreamComplete(upstream, this.now());
    this.callbacks.encodeTrailers(trailers);
  }

  onUpstreamReset(upstream: UpstreamRequest, reason: StreamResetReason, transportFailure: string): void {
    const dropped = reason === 'overflow';
    const status = reason === 'protocol-error' ? 502 : 503;
    if (this.#upstreamInfo !== undefined && transportFailure !== '') {
      this.#upstreamInfo.transportFailure = transportFailure;
    }
    this.#chargeAbort(status, upstream);
    this.#upstream = undefined;
    const { text, flag } = resetReasons[reason];
    const what = transportFailure === '' ? text : `${text}|${transportFailure}`;
    const when = this.#responseStarted ? 'after' : 'before';
    this.#stopTimeout();
    const reply: LocalReply = {
      status,
      body: `upstream connect error or disconnect/reset before headers. reset reason: ${text}`,
      details: `upstream_reset_${when}_response_started{${what.replaceAll(/\s/g, '_')}}`,
      flag,
    };
    this.#reply(dropped && !this.#state.config.suppressEnvoyHeaders ? overloaded(reply) : reply);
  }

  #onRequestComplete(): void {
    this.#completeAt = this.now();
    this.#startTimeout();
  }

  #startTimeout(): void {
    if (this.#upstream === undefined || this.#timeoutMs === 0 || this.#timeout !== undefined) return;
    this.#timeout = this.#state.timeouts(this.#timeoutMs).start(this);
  }

  #onUpstreamComplete(upstream: UpstreamRequest, now: number): void {
    if (this.#completeAt === undefined) upstream.reset();
    else if (this.#state.config.dynamicStats) {
      const internal = isInternal(this.#headers);
      const ms = Math.floor(now - this.#completeAt);
      this.clusterStats.codes.time(ms, internal, upstream.canary);
      this.#altCodes?.time(ms, internal, upstream.canary);
    }
    upstream.complete();
    this.#upstream = undefined;
    this.#stopTimeout();
  }

  #stopTimeout(): void {
    this.#timeout?.cancel();
    this.#timeout = undefined;
  }

  #describeHost({ address, hostname }: Host): void {
    const upstream = this.#upstreamInfo;
    if (upstream === undefined) return;
    upstream.host = address;
    upstream.hostname = hostname;
  }

  #chargeAbort(status: number, upstream: UpstreamRequest): void {
    if (this.#responseStarted) return;
    this.#chargeCode(status, upstream.host, upstream.host.canary);
    if (status < 500) upstream.host.stats.rqError.inc();
  }

  #chargeCode(status: number, host: Host | undefined, canary: boolean): void {
    if (!this.#state.config.dynamicStats) return;
    const internal = isInternal(this.#headers);
    this.clusterStats.codes.charge(status, internal, canary);
    this.#altCodes?.charge(status, internal, canary);
    if (host !== undefined && status >= 500 && status <= 599) host.stats.rqError.inc();
  }

  #modifyHeaders(headers: ResponseHeaders): void {
    if (this.#attempts === 0 || !this.#forward.includeAttemptCountInResponse) return;
    headers.set('x-envoy-attempt-count', String(this.#attempts));
  }

  #reply(reply: LocalReply): FilterStatus {
    const modify = reply.modifyHeaders;
    if (this.#forward?.includeAttemptCountInResponse) {
      reply = {
        ...reply,
        modifyHeaders: (headers) => {
          modify?.(headers);
          this.#modifyHeaders(headers);
        },
      };
    }
    this.callbacks.sendLocalReply(reply);
    return FilterStatus.StopIteration;
  }
}

function overloaded(reply: LocalReply): LocalReply {
  return { ...reply, modifyHeaders: (headers) => headers.set('x-envoy-overloaded', 'true') };
}

function isInternal(headers: RequestHeaders): boolean {
  return headers.get('x-envoy-internal') === 'true';
}

function isCanary(headers: ResponseHeaders, host: Host): boolean {
  return host.canary || headers.get('x-envoy-upstream-canary') === 'true';
}
