import type {
  Cluster,
  Host,
  PeerNames,
  PoolCallbacks,
  UpstreamConnection,
} from '../../../cluster/cluster.ts';
import type {
  RequestEncoder,
  ResponseDecoder,
  StreamResetReason,
  WatermarkCallbacks,
} from '../../../codec/codec.ts';
import type { HeaderMap, RequestHeaders, ResponseHeaders } from '../../../http/headers.ts';
import type { SocketAddress } from '../../../http/stream-info.ts';
import { missingProtocol, upgradeDeclined } from './replies.ts';
import type { Router } from './router.ts';
import { StreamMeter, WireMeter } from './stream-meter.ts';
import { TcpUpstream } from './tcp-upstream.ts';
import { type AwaitedAnswer, lacksProtocol } from './tunnel.ts';

/**
 * One attempt to have a request answered by a host: waits for the pool, sends what has come of the request, and
 * hands the answer to the router. Envoy's UpstreamRequest (source/common/router/upstream_request.cc).
 */
export class UpstreamRequest implements ResponseDecoder, WatermarkCallbacks, PoolCallbacks {
  host: Host;
  /** No final response headers yet. */
  awaitingHeaders = true;
  canary = false;
  readonly #router: Router;
  #pool: { cancel(): void } | undefined;
  #encoder: RequestEncoder | undefined;
  #meter: StreamMeter | WireMeter | undefined;
  #over = false;
  #seen1xx = false;
  /** The upstream has to agree before it gets any of the payload. */
  #awaits: AwaitedAnswer | undefined;
  /** The request's end has been handed in. */
  #endSeen = false;
  /** The request's end has been sent. */
  #sent = false;
  /** The response's end has been received. */
  #received = false;
  #headers: RequestHeaders | undefined;
  #waiting: Buffer[] | undefined;
  #waitingBytes = 0;
  #trailers: HeaderMap | undefined;
  /** How often the downstream was told to stop because of this attempt. */
  #downstreamPaused = 0;
  /** Times the downstream was full before its response began: reading stops only with the response's headers. */
  #deferredPauses = 0;

  constructor(router: Router, host: Host) {
    this.#router = router;
    this.host = host;
  }

  /** `tcp`: to a host that is no server of HTTP. */
  start(
    cluster: Cluster,
    headers: RequestHeaders,
    endStream: boolean,
    awaits: AwaitedAnswer | undefined,
    tcp: boolean,
    names: PeerNames | undefined,
  ): void {
    this.#headers = headers;
    this.#awaits = awaits;
    this.#endSeen = endStream;
    const pool = tcp
      ? TcpUpstream.connect(cluster, this.host, this, names)
      : cluster.newStream(this.host, this, this, this.#router.callbacks.streamInfo.protocol, names);
    if (this.#encoder === undefined && !this.#over) this.#pool = pool;
  }

  data(data: Buffer, endStream: boolean): void {
    if (this.#over) return;
    if (endStream) this.#endSeen = true;
    const encoder = this.#encoder;
    if (encoder !== undefined && this.#awaits === undefined) {
      encoder.encodeData(data, endStream);
      if (endStream) this.#onSent();
      return;
    }
    this.#waiting ??= [];
    this.#waiting.push(data);
    this.#waitingBytes += data.length;
    const limit = this.#router.callbacks.bufferLimit;
    if (limit > 0 && this.#waitingBytes > limit && this.#downstreamPaused === 0) this.#pauseDownstream();
  }

  trailers(trailers: HeaderMap): void {
    if (this.#over) return;
    this.#endSeen = true;
    if (this.#encoder === undefined || this.#awaits !== undefined) {
      this.#trailers = trailers;
      return;
    }
    this.#encoder.encodeTrailers(trailers);
    this.#onSent();
  }

  /** Gives the attempt up: whatever it holds is freed. */
  reset(): void {
    if (this.#over) return;
    this.#finish();
    this.#pool?.cancel();
    if (this.#encoder !== undefined && !(this.#sent && this.#received))
      this.#encoder.resetStream('local-reset');
  }

  /** The response is complete, or nothing more is wanted of the attempt. */
  complete(): void {
    this.#finish();
  }

  // From the pool.

  onPoolReady(
    encoder: RequestEncoder,
    host: Host,
    local: SocketAddress | undefined,
    connection: UpstreamConnection,
  ): void {
    this.#encoder = encoder;
    const meter = encoder.wire === undefined ? new StreamMeter(connection) : new WireMeter(encoder.wire);
    this.#meter = meter;
    this.#pool = undefined;
    this.host = host;
    const router = this.#router;
    const headers = this.#headers!;
    router.onUpstreamReady(this, local, connection.protocol);
    const info = router.callbacks.streamInfo;
    info.upstreamMeter = meter;
    if (info.upstream !== undefined) {
      info.upstream.connectionId = connection.id;
      info.upstream.tls = connection.tls;
    }
    info.firstUpstreamTx ??= router.now();
    const last = this.#endSeen && this.#waiting === undefined && this.#trailers === undefined;
    const waits = this.#awaits !== undefined;
    if (waits && connection.protocol !== undefined && lacksProtocol(headers)) {
      router.onDeclined(this, missingProtocol);
      return;
    }
    encoder.encodeHeaders(headers, last);
    if (this.#over) return;
    if (last) this.#onSent();
    else if (!waits) this.#sendWaiting(encoder);
    router.callbacks.setDownstreamWatermarks(this);
  }

  /** Sends what came of the request before it could be sent. */
  #sendWaiting(encoder: RequestEncoder): void {
    const waiting = this.#waiting;
    if (waiting !== undefined) {
      this.#waiting = undefined;
      const data = waiting.length === 1 ? waiting[0]! : Buffer.concat(waiting);
      encoder.encodeData(data, this.#endSeen && this.#trailers === undefined);
      const { bufferLimit } = this.#router.callbacks;
      if (this.#waitingBytes > bufferLimit && this.#downstreamPaused > 0) this.#resumeDownstream();
      this.#waitingBytes = 0;
    }
    if (this.#trailers !== undefined) encoder.encodeTrailers(this.#trailers);
    if (this.#endSeen && !this.#sent) this.#onSent();
  }

  onPoolFailure(reason: StreamResetReason, transportFailure: string, host: Host | undefined): void {
    this.#pool = undefined;
    const { upstream } = this.#router.callbacks.streamInfo;
    if (host !== undefined) this.host = host;
    // Refused before it was queued: Envoy logs no host then.
    else if (upstream !== undefined) upstream.host = undefined;
    this.#fail(reason, transportFailure);
  }

  // From the codec.

  decode1xxHeaders(headers: ResponseHeaders): void {
    if (this.#over || this.#seen1xx) return;
    this.#seen1xx = true;
    this.#router.onUpstream1xx(this, headers);
  }

  decodeHeaders(headers: ResponseHeaders, endStream: boolean): void {
    if (this.#over) return;
    const router = this.#router;
    const now = router.now();
    const info = router.callbacks.streamInfo;
    info.firstUpstreamRx ??= now;
    this.awaitingHeaders = false;
    this.#meter?.onHeaders(headers);
    if (endStream) this.#onReceived(now);
    if (this.#awaits !== undefined && this.#declined(headers, endStream)) return;
    router.onUpstreamHeaders(this, headers, endStream, now);
    for (; this.#deferredPauses > 0 && !this.#over; this.#deferredPauses--) this.#pauseUpstream();
  }

  /** What an awaited answer means for the payload; true when that was all of the exchange. */
  #declined(headers: ResponseHeaders, endStream: boolean): boolean {
    const { status } = headers;
    if (this.#awaits === 'connect' ? status >= 200 && status < 300 : status === 101) {
      if (this.#awaits === 'websocket') this.#router.onUpgraded();
      this.#awaits = undefined;
      if (!endStream) this.#sendWaiting(this.#encoder!);
    } else if (this.#awaits === 'websocket' && status < 400) {
      // It answered with a page of its own: its head goes down, and that is all.
      this.#router.onDeclined(this, upgradeDeclined(headers));
      return true;
    }
    return false;
  }

  decodeData(data: Buffer, endStream: boolean): void {
    if (this.#over) return;
    if (endStream) this.#onReceived(this.#router.now());
    this.#router.onUpstreamData(this, data, endStream);
  }

  decodeTrailers(trailers: HeaderMap): void {
    if (this.#over) return;
    this.#onReceived(this.#router.now());
    this.#router.onUpstreamTrailers(this, trailers);
  }

  onReset(reason: StreamResetReason, details: string): void {
    this.#encoder = undefined;
    // Of a broken protocol Envoy does not say how it was broken.
    this.#fail(reason, reason === 'protocol-error' ? '' : details);
  }

  // The upstream connection is full, or has room again: the downstream is to wait.

  onAboveWriteBufferHighWatermark(): void {
    if (!this.#over) this.#pauseDownstream();
  }

  onBelowWriteBufferLowWatermark(): void {
    if (!this.#over && this.#downstreamPaused > 0) this.#resumeDownstream();
  }

  // The downstream connection is full, or has room again: the upstream is to wait.

  onAbove(): void {
    if (this.awaitingHeaders) this.#deferredPauses++;
    else this.#pauseUpstream();
  }

  onBelow(): void {
    if (this.#deferredPauses > 0) {
      this.#deferredPauses--;
      return;
    }
    this.#router.clusterStats.flowResumed.inc();
    this.#encoder?.readDisable(false);
  }

  #onSent(): void {
    this.#sent = true;
    this.#router.callbacks.streamInfo.lastUpstreamTx = this.#router.now();
  }

  #onReceived(now: number): void {
    this.#received = true;
    this.#router.callbacks.streamInfo.lastUpstreamRx = now;
  }

  #fail(reason: StreamResetReason, transportFailure: string): void {
    if (this.#over) return;
    this.awaitingHeaders = false;
    this.#finish();
    this.#router.onUpstreamReset(this, reason, transportFailure);
  }

  #finish(): void {
    this.#meter?.stop();
    this.#over = true;
    this.#router.callbacks.setDownstreamWatermarks(undefined);
    while (this.#downstreamPaused > 0) this.#resumeDownstream();
  }

  #pauseUpstream(): void {
    this.#router.clusterStats.flowPaused.inc();
    this.#encoder?.readDisable(true);
  }

  #pauseDownstream(): void {
    this.#downstreamPaused++;
    this.#router.clusterStats.flowBackedUp.inc();
    this.#router.callbacks.onDecoderFilterAboveWriteBufferHighWatermark();
  }

  #resumeDownstream(): void {
    this.#downstreamPaused--;
    this.#router.clusterStats.flowDrained.inc();
    this.#router.callbacks.onDecoderFilterBelowWriteBufferLowWatermark();
  }
}
