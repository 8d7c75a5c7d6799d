import type { Timer } from '../../../clock.ts';
import type {
  ProtocolError,
  RequestDecoder,
  ResponseEncoder,
  StreamResetReason,
} from '../../../codec/codec.ts';
import { closesConnection } from '../../../codec/http1/connection-field.ts';
import type { AccessLogType } from '../../../format/context.ts';
import type { LocalReply, StreamFilter } from '../../../http/filter.ts';
import { FilterManager, type FilterManagerCallbacks } from '../../../http/filter-manager.ts';
import { type HeaderMap, type RequestHeaders, ResponseHeaders } from '../../../http/headers.ts';
import type { LocalReplyRewriter } from '../../../http/local-reply.ts';
import { newUpstreamInfo, StreamInfo } from '../../../http/stream-info.ts';
import { isUpgrade } from '../../../http/upgrade.ts';
import type { Route } from '../../../route/route.ts';
import type { HttpConnectionManager } from './connection-manager.ts';
import { checkRequest } from './request-check.ts';
import { mutateRequestHeaders } from './request-headers.ts';
import { finishResponse, sanitizeResponse } from './response-headers.ts';
import type { SharedState } from './shared-state.ts';
import type { FilterFactories } from './upgrade.ts';

/**
 * One request and its response: between the codec, the filters and what the connection manager itself does to every
 * message. Envoy's ConnectionManagerImpl::ActiveStream (source/common/http/conn_manager_impl.cc).
 */
export class ActiveStream implements RequestDecoder, FilterManagerCallbacks {
  readonly streamInfo: StreamInfo;
  requestHeaders: RequestHeaders | undefined;
  responseHeaders: ResponseHeaders | undefined;
  /** The connection is to be closed after this response. */
  drainConnection = false;
  /** ms of the clock when something last moved. */
  lastActive: number;
  /** ms without movement after which it is given up; 0: never. */
  idleTimeout: number;
  readonly #manager: HttpConnectionManager;
  readonly #shared: SharedState;
  readonly #encoder: ResponseEncoder;
  #filters: FilterManager | undefined;
  /** Undefined: not looked up; null: there is none. */
  #route: Route | null | undefined;
  /** The request's last byte has come. */
  #requestComplete = false;
  #destroyed = false;
  #upgraded = false;
  #watermarks: { onAbove(): void; onBelow(): void } | undefined;
  #headersTimer: Timer | undefined;
  #requestTimer: Timer | undefined;
  #durationTimer: Timer | undefined;

  constructor(manager: HttpConnectionManager, encoder: ResponseEncoder) {
    this.#manager = manager;
    const { shared } = manager;
    this.#shared = shared;
    this.#encoder = encoder;
    const { clock } = shared.server;
    const now = clock.now();
    this.streamInfo = new StreamInfo(manager.connection, clock.wallNow(), now);
    this.streamInfo.protocol = manager.protocol;
    this.lastActive = now;
    const { config, stats } = shared;
    this.idleTimeout = config.streamIdleTimeout;
    stats.downstream_rq_total.inc();
    stats.downstream_rq_active.inc();
    stats.downstream_rq_http1_total.inc();
    if (config.requestTimeout > 0) {
      this.#requestTimer = clock.setTimeout(() => this.#onRequestTimeout(), config.requestTimeout);
    }
    if (config.requestHeadersTimeout > 0) {
      this.#headersTimer = clock.setTimeout(() => this.#onHeadersTimeout(), config.requestHeadersTimeout);
    }
    if (config.maxStreamDuration > 0) {
      this.#durationTimer = clock.setTimeout(() => this.#onDurationOver(), config.maxStreamDuration);
    }
  }

  get bufferLimit(): number {
    return this.#manager.bufferLimit;
  }

  get localReplyRewriter(): LocalReplyRewriter | undefined {
    return this.#shared.localReplyRewriter;
  }

  get proxy1xx(): boolean {
    return this.#shared.config.proxy100Continue;
  }

  get requestComplete(): boolean {
    return this.#requestComplete;
  }

  // From the codec.

  decodeHeaders(headers: RequestHeaders, endStream: boolean): void {
    const { config, server, stats } = this.#shared;
    const { connection } = this.#manager;
    const info = this.streamInfo;
    this.requestHeaders = headers;
    this.#headersTimer?.cancel();
    const protocol = this.#manager.protocol;
    info.protocol = protocol;
    if (closesConnection(protocol, headers)) this.drainConnection = true;
    if (endStream) this.#completeRequest();
    if (!config.proxy100Continue && headers.get('expect')?.toLowerCase() === '100-continue') {
      this.#send100Continue(headers);
    }
    const refusal = checkRequest(headers, config, stats, connection.local.port);
    if (refusal !== undefined) {
      this.sendLocalReply(refusal);
      return;
    }
    const { routes } = this.#shared;
    const { internalOnlyHeaders = [] } = routes.current;
    connection.remote = mutateRequestHeaders(
      headers,
      connection,
      config,
      server.localInfo,
      internalOnlyHeaders,
      server.uuid,
    );
    info.requestId = headers.get('x-request-id');
    const route = this.route();
    const upgrade = this.#upgradeType(headers);
    const factories =
      upgrade === undefined
        ? this.#shared.filterFactories
        : this.#shared.upgrades.find(upgrade, route?.forward?.upgrades, this.#shared.filterFactories);
    const filters = this.#createFilters(factories);
    if (config.flushAccessLogOnNewRequest) this.#log('DownstreamStart');
    if (factories === undefined && route !== null) {
      this.#refuseUpgrade(route, headers);
      return;
    }
    if (upgrade !== undefined && factories !== undefined) {
      this.#upgraded = true;
      stats.downstream_cx_upgrades_total.inc();
      stats.downstream_cx_upgrades_active.inc();
    }
    filters.decode.headers(headers, endStream);
    this.lastActive = server.clock.now();
  }

  decodeData(data: Buffer, endStream: boolean): void {
    if (endStream) this.#completeRequest();
    this.streamInfo.bytesReceived += data.length;
    this.#filters?.decode.data(data, endStream);
  }

  decodeTrailers(trailers: HeaderMap): void {
    this.#completeRequest();
    this.resetIdleTimer();
    this.#filters?.decode.trailers(trailers);
  }

  /** The client is gone. */
  onReset(_reason: StreamResetReason, details: string): void {
    if (this.#destroyed) return;
    this.#shared.stats.downstream_rq_rx_reset.inc();
    this.streamInfo.flags.add('DC');
    this.streamInfo.responseCodeDetails = details;
    this.#destroy();
  }

  /** The client's bytes are no HTTP: answered as far as nothing was answered yet. */
  onProtocolError(error: ProtocolError): void {
    this.streamInfo.flags.add('DPE');
    const { status, body, details } = error;
    if (this.responseHeaders === undefined) this.sendLocalReply({ status, body, details });
    else {
      this.streamInfo.responseCodeDetails = `codec_error:${error.message.replaceAll(' ', '_')}`;
      this.#destroy();
    }
  }

  onAboveWriteBufferHighWatermark(): void {
    this.#watermarks?.onAbove();
  }

  onBelowWriteBufferLowWatermark(): void {
    this.#watermarks?.onBelow();
  }

  /** Nothing has moved for `idleTimeout`. */
  onIdleTimeout(): void {
    this.#shared.stats.downstream_rq_idle_timeout.inc();
    this.streamInfo.flags.add('SI');
    this.#timedOut('stream timeout', 'stream_idle_timeout');
  }

  // For the filters.

  route(): Route | null {
    if (this.#route !== undefined) return this.#route;
    const headers = this.requestHeaders;
    const route = headers === undefined ? null : this.#shared.routes.current.match(headers, this.streamInfo);
    this.#route = route;
    if (route !== null) {
      this.streamInfo.routeName = route.name;
      this.streamInfo.virtualHost = route.virtualHost;
      const idle = route.forward?.idleTimeoutMs;
      if (idle !== undefined && idle !== this.idleTimeout) {
        this.idleTimeout = idle;
        this.#manager.watchIdle(idle);
      }
    }
    return route;
  }

  clearRouteCache(): void {
    if (this.responseHeaders === undefined) this.#route = undefined;
  }

  sendLocalReply(reply: LocalReply): void {
    this.#createFilters().sendLocalReply(reply);
  }

  encode1xxHeaders(headers: ResponseHeaders): void {
    sanitizeResponse(headers, this.requestHeaders);
    this.#charge(headers.status);
    this.#encoder.encode1xxHeaders(headers);
  }

  encodeHeaders(headers: ResponseHeaders, endStream: boolean): void {
    const info = this.streamInfo;
    const { config, date, stats, server } = this.#shared;
    finishResponse(headers, this.requestHeaders, config, date);
    if (!this.#requestComplete) stats.downstream_rq_response_before_rq_complete.inc();
    this.#manager.decideConnection(this, headers);
    this.#charge(headers.status);
    info.firstDownstreamTx = server.clock.now();
    this.#encoder.encodeHeaders(headers, endStream);
    if (endStream) this.#encoded();
  }

  encodeData(data: Buffer, endStream: boolean): void {
    this.streamInfo.bytesSent += data.length;
    this.#encoder.encodeData(data, endStream);
    if (endStream) this.#encoded();
  }

  encodeTrailers(trailers: HeaderMap): void {
    this.#encoder.encodeTrailers(trailers);
    this.#encoded();
  }

  endStream(): void {
    if (this.#destroyed) return;
    if (!this.#requestComplete) {
      // The rest of the request will not be read: the codec ends the stream, and with it the connection.
      this.#shared.stats.downstream_rq_rx_reset.inc();
      this.#manager.closeAfterStream();
    }
    this.#destroy();
  }

  resetStream(details: string): void {
    if (this.#destroyed) return;
    const { stats } = this.#shared;
    stats.downstream_rq_tx_reset.inc();
    stats.downstream_rq_rx_reset.inc();
    if (details !== '') this.streamInfo.responseCodeDetails = details;
    this.#manager.closeAfterStream();
    this.#encoder.resetStream('local-reset');
    this.#destroy();
  }

  onDecoderFilterAboveWriteBufferHighWatermark(): void {
    this.#encoder.readDisable(true);
    this.#shared.stats.downstream_flow_control_paused_reading_total.inc();
  }

  onDecoderFilterBelowWriteBufferLowWatermark(): void {
    if (!this.#destroyed) this.#encoder.readDisable(false);
    this.#shared.stats.downstream_flow_control_resumed_reading_total.inc();
  }

  setDownstreamWatermarks(callbacks: { onAbove(): void; onBelow(): void } | undefined): void {
    this.#watermarks = callbacks;
    if (callbacks !== undefined && this.#manager.connection.aboveHighWatermark) callbacks.onAbove();
  }

  resetIdleTimer(): void {
    this.lastActive = this.#shared.server.clock.now();
  }

  disarmRequestTimeout(): void {
    this.#requestTimer?.cancel();
  }

  /** After a message that makes no sense nothing on the connection is to be trusted. */
  onLocalReply(status: number): void {
    if (status === 400 && !this.#shared.config.streamErrorOnInvalidMessage) this.#manager.closeAfterStream();
  }

  onRequestDataTooLarge(): void {
    this.#shared.stats.downstream_rq_too_large.inc();
  }

  onResponseDataTooLarge(): void {
    this.#shared.stats.rs_too_large.inc();
  }

  /** Ends it without a word: the connection goes down under it. */
  abandon(details: string, flag: 'DC' | 'DPE' | 'DT' | undefined): void {
    if (this.#destroyed) return;
    this.#shared.stats.downstream_rq_rx_reset.inc();
    if (flag !== undefined) this.streamInfo.flags.add(flag);
    if (details !== '') this.streamInfo.responseCodeDetails = details;
    this.#destroy();
  }

  #createFilters(factories: FilterFactories = this.#shared.filterFactories): FilterManager {
    if (this.#filters !== undefined) return this.#filters;
    const filters: StreamFilter[] = [];
    for (const create of factories) filters.push(create());
    this.#filters = new FilterManager(this, filters);
    return this.#filters;
  }

  /** What the connection is asked to become; undefined: it stays HTTP. */
  #upgradeType(headers: RequestHeaders): string | undefined {
    if (headers.method === 'CONNECT') return 'CONNECT';
    return isUpgrade(headers) ? headers.get('upgrade') : undefined;
  }

  #refuseUpgrade(route: Route, headers: RequestHeaders): void {
    // Its payload must not be taken for a further request.
    this.drainConnection = true;
    this.#noteCluster(route.forward?.cluster(headers));
    this.#shared.stats.downstream_rq_ws_on_non_ws_route.inc();
    this.sendLocalReply({ status: 403, body: '', details: 'upgrade_failed' });
  }

  /** For the log: the router, which notes it else, will not be asked. */
  #noteCluster(cluster: string | undefined): void {
    if (cluster !== undefined) this.streamInfo.upstream = newUpstreamInfo(cluster);
  }

  #completeRequest(): void {
    this.#requestComplete = true;
    this.streamInfo.lastDownstreamRx = this.#shared.server.clock.now();
  }

  #send100Continue(headers: RequestHeaders): void {
    const response = new ResponseHeaders();
    response.status = 100;
    this.#charge(100);
    this.#encoder.encode1xxHeaders(response);
    headers.remove('expect');
  }

  #onRequestTimeout(): void {
    this.#shared.stats.downstream_rq_timeout.inc();
    this.#timedOut('request timeout', 'request_overall_timeout');
  }

  #onHeadersTimeout(): void {
    this.#shared.stats.downstream_rq_header_timeout.inc();
    this.#timedOut('request header timeout', 'request_header_timeout');
  }

  #onDurationOver(): void {
    this.#shared.stats.downstream_rq_max_duration_reached.inc();
    this.#timedOut('downstream duration timeout', 'max_duration_timeout');
  }

  #timedOut(body: string, details: string): void {
    this.sendLocalReply({ status: this.#requestComplete ? 504 : 408, body, details });
  }

  #charge(status: number): void {
    this.streamInfo.responseCode = status;
    const { stats } = this.#shared;
    stats.downstream_rq_completed.inc();
    stats.listener.downstream_rq_completed.inc();
    const group = stats.responses[Math.floor(status / 100)];
    group?.[0].inc();
    group?.[1].inc();
  }

  #encoded(): void {
    const info = this.streamInfo;
    info.lastDownstreamTx = this.#shared.server.clock.now();
    this.#shared.stats.downstream_rq_time.record(Math.floor(info.lastDownstreamTx - info.start));
  }

  #log(type: AccessLogType): void {
    const { accessLogs } = this.#shared;
    if (accessLogs.length === 0) return;
    const { requestHeaders: request, responseHeaders: response, streamInfo: info } = this;
    const context = { info, request, response, accessLogType: type };
    for (const log of accessLogs) log.log(context);
  }

  #destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#headersTimer?.cancel();
    this.#requestTimer?.cancel();
    this.#durationTimer?.cancel();
    this.streamInfo.end = this.#shared.server.clock.now();
    this.#shared.stats.downstream_rq_active.dec();
    if (this.#upgraded) this.#shared.stats.downstream_cx_upgrades_active.dec();
    this.#log('DownstreamEnd');
    this.#filters?.destroy();
    this.#manager.onStreamDone(this);
  }
}
