import type { ServerConnection, ServerConnectionCallbacks } from '../codec.ts';
import { badPreface, ConnectionFailure, details } from './errors.ts';
import { upgradeFromConnect } from './extended-connect.ts';
import { defaultWindow, ErrorCode, maxStreamId, preface, Setting } from './frame.ts';
import type { BlockOwner } from './header-blocks.ts';
import { Http2Connection } from './http2-connection.ts';
import type { Http2Callbacks } from './http2-sender.ts';
import type { Http2Stream } from './http2-stream.ts';
import type { KeepaliveContext } from './keepalive.ts';
import { type Http2Options, http2Defaults } from './options.ts';
import { RequestFields } from './request-fields.ts';
import { ServerStream } from './server-stream.ts';

/** What the owner of a downstream HTTP/2 connection gives its codec. */
export interface Http2ServerCallbacks extends ServerConnectionCallbacks, Http2Callbacks {}

/** What Envoy lets nghttp2 take of CONTINUATION frames behind HEADERS of a client. */
const maxContinuations = 512;

/** A downstream connection that speaks HTTP/2: Envoy's ServerConnectionImpl (source/common/http/http2/codec_impl.cc). */
export class Http2ServerConnection
  extends Http2Connection<ServerStream, RequestFields>
  implements ServerConnection
{
  protected readonly callbacks: Http2ServerCallbacks;
  protected readonly peerIsServer = false;
  /** The highest id the client has used. */
  protected lastStream = 0;
  #goAwaySent = false;
  #prefaceBytes = 0;

  constructor(
    callbacks: Http2ServerCallbacks,
    options: Http2Options = http2Defaults,
    context?: KeepaliveContext,
  ) {
    super(options, new RequestFields(options), maxContinuations, context);
    this.callbacks = callbacks;
    options.stats?.nghttp2_downstream_connections.inc();
    this.outbox.settings([
      ...options.customSettings,
      Setting.headerTableSize,
      options.hpackTableSize,
      Setting.enableConnectProtocol,
      options.allowConnect ? 1 : 0,
      Setting.maxConcurrentStreams,
      options.maxConcurrentStreams,
      Setting.initialWindowSize,
      options.initialStreamWindowSize,
    ]);
    const more = options.initialConnectionWindowSize - defaultWindow;
    if (more > 0) this.outbox.windowUpdate(0, more);
  }

  onEnd(): void {
    this.#abandonAll();
    this.callbacks.onClose();
  }

  onConnectionClosed(): void {
    this.#abandonAll();
  }

  stop(): void {
    if (this.closed) return;
    this.flush();
    this.closed = true;
    this.keepalive?.stop();
  }

  /** Announces that the connection is about to end; requests under way to it are still served. */
  shutdownNotice(): void {
    if (this.closed) return;
    this.outbox.goAway(maxStreamId, ErrorCode.noError);
    this.schedule();
  }

  /** No further request is taken. */
  goAway(): void {
    if (this.closed || this.#goAwaySent) return;
    this.#goAwaySent = true;
    this.outbox.goAway(this.lastStream, ErrorCode.noError);
    this.options.stats?.goaway_sent.inc();
    this.schedule();
  }

  override onSent(stream: Http2Stream): void {
    const own = stream as ServerStream;
    own.localComplete = true;
    own.decoder.onEncodeComplete?.();
    if (own.resets !== undefined && !own.remoteComplete) this.resetStream(own, own.resets);
    else this.onDelivered(own);
  }

  protected beforeFrames(data: Buffer): number {
    const missing = preface.length - this.#prefaceBytes;
    if (missing === 0) return 0;
    const length = Math.min(missing, data.length);
    if (preface.compare(data, 0, length, this.#prefaceBytes, this.#prefaceBytes + length) !== 0) {
      throw ConnectionFailure.silent(badPreface);
    }
    this.#prefaceBytes += length;
    return length;
  }

  protected isIdle(id: number): boolean {
    return (id & 1) === 0 || id > this.lastStream;
  }

  protected ownerOf(id: number, endStream: boolean): BlockOwner<ServerStream> {
    if (id === 0 || (id & 1) === 0) throw ConnectionFailure.silent();
    let stream = this.streams.get(id);
    const trailers = id <= this.lastStream;
    if (stream?.remoteComplete) {
      stream.details ||= details.unknown;
      throw ConnectionFailure.silent();
    }
    if (!trailers) {
      this.lastStream = id;
      stream = this.#open(id);
    } else if (stream !== undefined) this.options.stats?.trailers.inc();
    return { streamId: id, stream, trailers, endStream };
  }

  protected onHead(stream: ServerStream, endStream: boolean): void {
    const { headers, contentLength } = this.blocks.fields;
    stream.bodyLeft = contentLength;
    stream.remoteComplete = endStream;
    if (headers.protocol !== undefined) stream.upgrades = upgradeFromConnect(headers);
    stream.decoder.decodeHeaders(headers, endStream);
    if (endStream) this.onDelivered(stream);
  }

  protected onStreamBroken(stream: ServerStream, _code: number, messaging: boolean): void {
    stream.decoder.onReset(messaging ? 'local-reset' : 'remote-reset', stream.details);
  }

  protected onGoAway(): void {}

  /** Undefined: it may not be opened; its header block is read all the same, for the sake of the table. */
  #open(id: number): ServerStream | undefined {
    const { maxConcurrentStreams, stats } = this.options;
    if (this.#goAwaySent) return undefined;
    if (this.streams.size >= maxConcurrentStreams) {
      if (!this.unacknowledged) throw ConnectionFailure.silent();
      stats?.stream_refused_errors.inc();
      this.outbox.rstStream(id, ErrorCode.refusedStream);
      stats?.tx_reset.inc();
      return undefined;
    }
    const stream = new ServerStream(this, id, this.peer.initialWindow, this.newWindow);
    this.add(stream);
    stream.decoder = this.callbacks.newStream(stream);
    return stream;
  }

  #abandonAll(): void {
    this.closed = true;
    this.keepalive?.stop();
    for (const stream of [...this.streams.values()]) {
      this.forget(stream);
      stream.decoder.onReset('connection-termination', 'downstream_remote_disconnect');
    }
  }
}
