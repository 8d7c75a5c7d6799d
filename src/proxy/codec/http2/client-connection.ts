import type { ResponseDecoder, StreamResetReason, WatermarkCallbacks } from '../codec.ts';
import { ClientStream, type ClientStreamConnection } from './client-stream.ts';
import { ConnectionFailure, details } from './errors.ts';
import { defaultWindow, ErrorCode, preface, Setting } from './frame.ts';
import type { BlockOwner } from './header-blocks.ts';
import { Http2Connection } from './http2-connection.ts';
import type { Http2Callbacks } from './http2-sender.ts';
import type { KeepaliveContext } from './keepalive.ts';
import type { Http2Options } from './options.ts';
import { ResponseFields } from './response-fields.ts';

/** What the owner of an upstream HTTP/2 connection gives its codec. */
export interface Http2ClientCallbacks extends Http2Callbacks {
  /** The upstream takes so many requests at once. */
  onMaxConcurrentStreams(most: number): void;
  /** No further request will be answered: the connection shall end after those that are under way. */
  onGoAway(): void;
  /**
   * A stream is over for its user, who is told next: its response is about to be delivered to the end (undefined), or it is
   * reset, by whichever side.
   */
  onStreamDone(reset: StreamResetReason | undefined): void;
}

/** What Envoy lets nghttp2 take of CONTINUATION frames behind HEADERS of an upstream. */
const maxContinuations = 1024;

/** An upstream connection that speaks HTTP/2: Envoy's ClientConnectionImpl (source/common/http/http2/codec_impl.cc). */
export class Http2ClientConnection
  extends Http2Connection<ClientStream, ResponseFields>
  implements ClientStreamConnection
{
  protected readonly callbacks: Http2ClientCallbacks;
  protected readonly peerIsServer = true;
  /** The upstream opens no streams. */
  protected readonly lastStream = 0;
  /** Those whose head is not sent yet. */
  readonly #unborn = new Set<ClientStream>();
  #nextId = 1;
  #full = false;
  /** The last stream the upstream said it would answer. */
  #remoteLast = Number.POSITIVE_INFINITY;

  constructor(callbacks: Http2ClientCallbacks, options: Http2Options, context: KeepaliveContext) {
    super(options, new ResponseFields(options), maxContinuations, context);
    this.callbacks = callbacks;
    options.stats?.nghttp2_upstream_connections.inc();
    this.outbox.settings([
      Setting.enablePush,
      0,
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
    this.outbox.preface(preface);
    const more = options.initialConnectionWindowSize - defaultWindow;
    if (more > 0) this.outbox.windowUpdate(0, more);
  }

  /** The transport is there: what a client begins with goes out. */
  start(): void {
    this.schedule();
  }

  newStream(decoder: ResponseDecoder & Partial<WatermarkCallbacks>): ClientStream {
    this.keepalive?.beforeRequest();
    const stream = new ClientStream(this, decoder, this.newWindow);
    this.#unborn.add(stream);
    if (this.#full) stream.setConnectionFull(true);
    return stream;
  }

  /** The upstream has said that it takes no more, and nothing is under way any more. */
  get spent(): boolean {
    return this.#remoteLast !== Number.POSITIVE_INFINITY && this.streams.size === 0;
  }

  /** What the transport has to send piles up, or has drained. */
  setFull(full: boolean): void {
    this.#full = full;
    for (const stream of this.#unborn) stream.setConnectionFull(full);
    for (const stream of this.streams.values()) stream.setConnectionFull(full);
  }

  /** The transport is gone: streams that are not done are reset with this reason. */
  onConnectionClosed(reason: StreamResetReason): void {
    this.closed = true;
    this.keepalive?.stop();
    // The newest first, as Envoy has them in its list.
    for (const stream of [...this.streams.values(), ...this.#unborn].reverse()) {
      this.#drop(stream);
      this.#tell(stream, reason);
    }
  }

  // From streams.

  begin(stream: ClientStream): void {
    this.#unborn.delete(stream);
    stream.id = this.#nextId;
    this.#nextId += 2;
    stream.sendWindow = this.peer.initialWindow;
    this.add(stream);
  }

  onDone(_stream: ClientStream): void {
    this.callbacks.onStreamDone(undefined);
  }

  onReset(stream: ClientStream, reason: StreamResetReason): void {
    this.callbacks.onStreamDone(reason);
    if (this.closed) return;
    if (stream.id === 0 || !stream.headSent) this.#drop(stream);
    else if (!stream.closed) this.resetStream(stream, resetCode(reason));
  }

  // From frames.

  protected beforeFrames(): number {
    return 0;
  }

  protected isIdle(id: number): boolean {
    return (id & 1) === 0 || id >= this.#nextId;
  }

  protected ownerOf(id: number, endStream: boolean): BlockOwner<ClientStream> {
    if (this.isIdle(id)) throw ConnectionFailure.silent();
    const stream = this.streams.get(id);
    if (stream?.remoteComplete) {
      stream.details ||= details.unknown;
      throw ConnectionFailure.silent();
    }
    const { fields } = this.blocks;
    fields.tunnels = stream?.tunnels ?? false;
    fields.bodiless = stream?.bodiless ?? false;
    return { streamId: id, stream, trailers: stream?.answered ?? false, endStream };
  }

  protected onHead(stream: ClientStream, endStream: boolean): void {
    const { headers, contentLength } = this.blocks.fields;
    const { status } = headers;
    if (status >= 100 && status < 200) {
      if (endStream) {
        this.onFault(stream, 'messaging');
        return;
      }
      stream.expects = 'final-head';
      stream.bodyLeft = 0;
      if (isKnown1xx(status) && !stream.done) stream.decoder.decode1xxHeaders(headers);
      return;
    }
    stream.expects = 'nothing';
    stream.bodyLeft = contentLength;
    stream.remoteComplete = endStream;
    stream.deliverHead(headers, endStream);
    if (endStream) this.onDelivered(stream);
  }

  protected onStreamBroken(stream: ClientStream, code: number, messaging: boolean): void {
    this.#tell(stream, messaging ? 'protocol-error' : resetReason(code));
  }

  protected override onSettings(): void {
    const { maxConcurrentStreams } = this.peer;
    if (maxConcurrentStreams !== undefined) this.callbacks.onMaxConcurrentStreams(maxConcurrentStreams);
  }

  protected onGoAway(lastStream: number): void {
    if ((lastStream > 0 && (lastStream & 1) === 0) || lastStream > this.#remoteLast) {
      throw ConnectionFailure.silent();
    }
    const first = this.#remoteLast === Number.POSITIVE_INFINITY;
    this.#remoteLast = lastStream;
    if (first) this.callbacks.onGoAway();
    if (this.closed) return;
    for (const stream of [...this.streams.values()]) {
      if (stream.id <= lastStream) continue;
      this.forget(stream);
      this.#tell(stream, 'remote-refused-stream-reset');
    }
  }

  /** Ends a stream for its user, unless he is done with it. */
  #tell(stream: ClientStream, reason: StreamResetReason): void {
    if (stream.done) return;
    stream.done = true;
    this.callbacks.onStreamDone(reason);
    stream.decoder.onReset(reason, '');
  }

  #drop(stream: ClientStream): void {
    if (this.#unborn.delete(stream)) stream.close();
    else if (!stream.closed) this.forget(stream);
  }
}

/** Of other early answers Envoy says nothing to anybody. */
function isKnown1xx(status: number): boolean {
  return status === 100 || (status >= 102 && status <= 104);
}

/** Envoy's errorCodeToResetReason. */
function resetReason(code: number): StreamResetReason {
  switch (code) {
    case ErrorCode.refusedStream:
      return 'remote-refused-stream-reset';
    case ErrorCode.connectError:
      return 'connect-error';
    case ErrorCode.protocolError:
      return 'protocol-error';
    default:
      return 'remote-reset';
  }
}

/** Envoy's reasonToReset. */
function resetCode(reason: StreamResetReason): number {
  switch (reason) {
    case 'local-refused-stream-reset':
      return ErrorCode.refusedStream;
    case 'connect-error':
      return ErrorCode.connectError;
    case 'protocol-error':
      return ErrorCode.protocolError;
    default:
      return ErrorCode.internalError;
  }
}
