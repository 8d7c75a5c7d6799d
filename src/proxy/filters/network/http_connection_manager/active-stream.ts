// Long because it is the meeting point of two interfaces, of which every member is a line or three.
import type {
  ProtocolError,
  RequestDecoder,
  ResponseEncoder,
  StreamResetReason,
} from '../../../codec/codec.ts';
import { closesConnection } from '../../../codec/http1/connection-field.ts';
import type { LocalReply } from '../../../http/filter.ts';
import { FilterManager, type FilterManagerCallbacks } from '../../../http/filter-manager.ts';
import type { HeaderMap, RequestHeaders, ResponseHeaders } from '../../../http/headers.ts';
import type { LocalReplyRewriter } from '../../../http/local-reply.ts';
import { newUpstreamInfo, type ResponseFlag, StreamInfo } from '../../../http/stream-info.ts';
import { requestedUpgrade } from '../../../http/upgrade.ts';
import type { StreamDurations } from '../../../route/action/stream-durations.ts';
import type { Route } from '../../../route/route.ts';
import type { HttpConnectionManager } from './connection-manager.ts';
import { admitRequest } from './request-check.ts';
import { logStream, type SharedState } from './shared-state.ts';
import { chargeUpgrade } from './stats.ts';
import { streamDuration } from './stream-duration.ts';
import { StreamResponse } from './stream-response.ts';
import { StreamRoute } from './stream-route.ts';
import { StreamTimers } from './stream-timers.ts';
import type { FilterFactories } from './upgrade.ts';
import { noteWireBytes } from './wire-meter.ts';

/**
 * One request and its response: between the codec, the filters and what the connection manager itself does to every
 * message. Envoy's ConnectionManagerImpl::ActiveStream (source/common/http/conn_manager_impl.cc).
 */
export class ActiveStream implements RequestDecoder, FilterManagerCallbacks {
  readonly streamInfo: StreamInfo;
  readonly bufferLimit: number;
  readonly localReplyRewriter: LocalReplyRewriter | undefined;
  readonly proxy1xx: boolean;
  requestHeaders: RequestHeaders | undefined;
  responseHeaders: ResponseHeaders | undefined;
  responseTrailers: HeaderMap | undefined;
  /** The request's last byte has come. */
  requestComplete = false;
  /** The connection is to be closed after this response. */
  drainConnection = false;
  /** ms of the clock when something last moved. */
  lastActive: number;
  /** ms without movement after which it is given up; 0: never. */
  idleTimeout: number;
  readonly #manager: HttpConnectionManager;
  readonly #shared: SharedState;
  readonly #encoder: ResponseEncoder;
  readonly #response: StreamResponse;
  #filters: FilterManager | undefined;
  readonly #route: StreamRoute;
  #destroyed = false;
  #upgraded = false;
  #encodeComplete = false;
  /** The response is complete, but parts of it still wait in the codec. */
  #awaitsCodec = false;
  #watermarks: { onAbove(): void; onBelow(): void } | undefined;
  #timers: StreamTimers | undefined;
  /** What the route said of how long it may take. */
  #durations: StreamDurations | undefined;

  constructor(manager: HttpConnectionManager, encoder: ResponseEncoder) {
    this.#manager = manager;
    const { shared } = manager;
    this.#shared = shared;
    this.#encoder = encoder;
    const { clock } = shared.server;
    const now = clock.now();
    this.streamInfo = new StreamInfo(manager.connection, clock.wallNow(), now);
    this.#route = new StreamRoute(shared.routes, this.streamInfo);
    this.streamInfo.protocol = manager.protocol;
    this.lastActive = now;
    const { config, stats } = shared;
    this.bufferLimit = manager.bufferLimit;
    this.localReplyRewriter = shared.localReplyRewriter;
    this.proxy1xx = config.proxy100Continue;
    this.#response = new StreamResponse(this, encoder, shared);
    this.idleTimeout = config.streamIdleTimeout;
    stats.downstream_rq_total.inc();
    stats.downstream_rq_active.inc();
    stats[manager.multiplexed ? 'downstream_rq_http2_total' : 'downstream_rq_http1_total'].inc();
    this.#timers = StreamTimers.start(config, stats, clock, this);
  }

  // From the codec.

  decodeHeaders(headers: RequestHeaders, endStream: boolean): void {
    const { config, server } = this.#shared;
    const info = this.streamInfo;
    this.requestHeaders = headers;
    this.#timers?.onHeaders();
    const { connection, meter, protocol } = this.#manager;
    meter?.onRequestHeaders(headers, info);
    if (this.#encoder.wire !== undefined) noteWireBytes(info, this.#encoder.wire);
    info.protocol = protocol;
    if (!this.#manager.multiplexed && closesConnection(protocol, headers)) this.drainConnection = true;
    if (endStream) this.#completeRequest();
    if (!config.proxy100Continue && headers.get('expect')?.toLowerCase() === '100-continue') {
      this.#response.send100Continue();
      headers.remove('expect');
    }
    const refusal = admitRequest(headers, connection, this.#shared);
    if (refusal !== undefined) {
      this.sendLocalReply(refusal);
      return;
    }
    info.requestId = headers.get('x-request-id');
    const route = this.route();
    const upgrade = requestedUpgrade(headers);
    const { filterFactories: standard, upgrades } = this.#shared;
    const factories =
      upgrade === undefined ? standard : upgrades.find(upgrade, route?.forward?.upgrades, standard);
    const filters = this.#createFilters(factories);
    if (config.flushAccessLogOnNewRequest) logStream(this, this.#shared, 'DownstreamStart');
    if (upgrade !== undefined) {
      if (factories !== undefined) {
        this.#upgraded = true;
        chargeUpgrade(this.#shared.stats);
      } else if (route !== null) {
        this.#refuseUpgrade(route, headers);
        return;
      }
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

  /** The client is gone, or its stream is. */
  onReset(reason: StreamResetReason, details: string): void {
    const flag = reason === 'remote-reset' ? 'DR' : reason === 'local-reset' ? 'DPE' : 'DC';
    this.abandon(details, flag);
  }

  /** What the codec has to say of the stream's end. */
  get codecDetails(): string {
    return this.#encoder.details ?? '';
  }

  /** The client's bytes are no HTTP: answered as far as nothing was answered yet. */
  onProtocolError(error: ProtocolError): void {
    this.streamInfo.flags.add('DPE');
    const { status, body, details } = error;
    if (this.responseHeaders === undefined) this.sendLocalReply({ status, body, details });
    else this.abandon(`codec_error:${error.message.replaceAll(' ', '_')}`);
  }

  onAboveWriteBufferHighWatermark(): void {
    this.#watermarks?.onAbove();
  }

  onBelowWriteBufferLowWatermark(): void {
    this.#watermarks?.onBelow();
  }

  /** Nothing has moved for `idleTimeout`. */
  onIdleTimeout(): void {
    if (this.#awaitsCodec) {
      this.#shared.http2Stats().tx_flush_timeout.inc();
      this.#encoder.resetStream('local-reset');
      this.#destroy();
      return;
    }
    this.#shared.stats.downstream_rq_idle_timeout.inc();
    this.streamInfo.flags.add('SI');
    this.onTimedOut('stream timeout', 'stream_idle_timeout');
  }

  /** HTTP/2: the response's last frame is on its way. */
  onEncodeComplete(): void {
    this.#encodeComplete = true;
    if (this.#awaitsCodec) this.#destroy();
  }

  // For the filters.

  route(): Route | null {
    const route = this.#route.of(this.requestHeaders);
    const idle = route?.forward?.idleTimeoutMs;
    if (idle !== undefined && idle !== this.idleTimeout) {
      this.idleTimeout = idle;
      this.#manager.watchIdle(idle);
    }
    const durations = route?.forward?.durations;
    if (durations !== this.#durations) this.#limitDuration(durations);
    return route;
  }

  clearRouteCache(): void {
    if (this.responseHeaders === undefined) this.#route.clear();
  }

  sendLocalReply(reply: LocalReply): void {
    this.#createFilters().sendLocalReply(reply);
  }

  encode1xxHeaders(headers: ResponseHeaders): void {
    this.#response.headers1xx(headers);
  }

  encodeHeaders(headers: ResponseHeaders, endStream: boolean): void {
    if (!this.requestComplete) this.#shared.stats.downstream_rq_response_before_rq_complete.inc();
    this.#response.finish(headers);
    this.#manager.decideConnection(this, headers);
    this.#response.headers(headers, endStream);
  }

  encodeData(data: Buffer, endStream: boolean): void {
    this.#response.data(data, endStream);
  }

  encodeTrailers(trailers: HeaderMap): void {
    this.responseTrailers = trailers;
    this.#response.trailers(trailers);
  }

  endStream(): void {
    if (this.#destroyed) return;
    if (!this.requestComplete) {
      // The rest of the request will not be read: the codec ends the stream, of HTTP/1 with it the connection.
      this.#shared.stats.downstream_rq_rx_reset.inc();
      if (this.#manager.multiplexed) this.#encoder.resetStream(this.#resetReason);
      else this.#manager.closeAfterStream();
    } else if (this.#manager.multiplexed && !this.#encodeComplete) {
      this.#awaitsCodec = true;
      return;
    }
    this.#destroy();
  }

  resetStream(details: string): void {
    if (this.#destroyed) return;
    const { stats } = this.#shared;
    stats.downstream_rq_tx_reset.inc();
    stats.downstream_rq_rx_reset.inc();
    if (details !== '') this.streamInfo.responseCodeDetails = details;
    if (!this.#manager.multiplexed) this.#manager.closeAfterStream();
    this.#encoder.resetStream(this.#resetReason);
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
    this.#timers?.disarmRequest();
  }

  /** After a message that makes no sense nothing on the connection is to be trusted. */
  onLocalReply(status: number): void {
    if (status === 400 && !this.#manager.multiplexed && !this.#shared.config.streamErrorOnInvalidMessage)
      this.drainConnection = true;
  }

  onDataTooLarge(what: 'request' | 'response'): void {
    this.#shared.stats[what === 'request' ? 'downstream_rq_too_large' : 'rs_too_large'].inc();
  }

  /** Ends it without a word: the connection goes down under it. */
  abandon(details: string, flag?: ResponseFlag): void {
    if (this.#destroyed) return;
    this.#shared.stats.downstream_rq_rx_reset.inc();
    if (flag !== undefined) this.streamInfo.flags.add(flag);
    this.streamInfo.responseCodeDetails = details;
    this.#destroy();
  }

  #createFilters(factories: FilterFactories = this.#shared.filterFactories): FilterManager {
    if (this.#filters === undefined) {
      const filters = factories.map((create) => create());
      this.#filters = new FilterManager(this, filters);
    }
    return this.#filters;
  }

  #refuseUpgrade(route: Route, headers: RequestHeaders): void {
    // Its payload must not be taken for a further request.
    this.drainConnection = true;
    const cluster = route.forward?.cluster(headers);
    if (cluster !== undefined) this.streamInfo.upstream = newUpstreamInfo(cluster);
    this.#shared.stats.downstream_rq_ws_on_non_ws_route.inc();
    this.sendLocalReply({ status: 403, body: '', details: 'upgrade_failed' });
  }

  #completeRequest(): void {
    this.requestComplete = true;
    this.streamInfo.lastDownstreamRx = this.#shared.server.clock.now();
  }

  onTimedOut(body: string, details: string, grpcStatus?: number): void {
    const status = this.requestComplete ? 504 : 408;
    this.sendLocalReply({ status, body, details, ...(grpcStatus !== undefined && { grpcStatus }) });
  }

  /** A tunnel or an upgrade whose upstream's connection broke says so (RFC 9113 §8.5). */
  get #resetReason(): StreamResetReason {
    const { flags } = this.streamInfo;
    const headers = this.requestHeaders;
    const tunnel = headers !== undefined && requestedUpgrade(headers) !== undefined;
    return tunnel && (flags.has('UF') || flags.has('UC')) ? 'connect-error' : 'local-reset';
  }

  #limitDuration(durations: StreamDurations | undefined): void {
    this.#durations = durations;
    const { config, server, stats } = this.#shared;
    const duration = streamDuration(this.requestHeaders!, durations, config.maxStreamDuration);
    if (duration === undefined && this.#timers === undefined) return;
    this.#timers ??= new StreamTimers(stats, server.clock, this);
    const used = server.clock.now() - this.streamInfo.start;
    this.#timers.limitDuration(duration === undefined ? undefined : Math.max(0, duration - used));
  }

  #destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#timers?.cancel();
    this.streamInfo.end = this.#shared.server.clock.now();
    this.#shared.stats.downstream_rq_active.dec();
    if (this.#upgraded) this.#shared.stats.downstream_cx_upgrades_active.dec();
    this.#manager.meter?.take(this.streamInfo);
    if (this.#encoder.wire !== undefined) noteWireBytes(this.streamInfo, this.#encoder.wire);
    logStream(this, this.#shared, 'DownstreamEnd');
    this.#filters?.destroy();
    this.#manager.onStreamDone(this);
  }
}
