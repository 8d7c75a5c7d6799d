import type { HeaderMap } from '../../http/headers.ts';
import type { ProtocolError } from '../codec.ts';
import { ConnectionFailure } from './errors.ts';
import { defaultWindow, Flag, FrameType, headerLength } from './frame.ts';
import { HpackEncoder } from './hpack/encoder.ts';
import type { Http2Stream } from './http2-stream.ts';
import type { Http2Options } from './options.ts';
import { Outbox } from './outbox.ts';
import { ProtocolConstraints } from './protocol-constraints.ts';
import { PeerSettings } from './settings.ts';

/** What the owner of an HTTP/2 connection gives its codec, on either side. */
export interface Http2Callbacks {
  /** As {@link ServerConnectionCallbacks.write}. */
  write(data: Buffer, more?: boolean): boolean;
  /** Bytes given to `write` that the transport has not taken yet. */
  readonly unsentBytes: number;
  /** The peer broke the protocol, and nothing more is read. */
  onProtocolError(error: ProtocolError): void;
  /** The peer did not answer a ping: close. */
  onKeepaliveTimeout(): void;
}

/**
 * The sending half of a connection: makes frames of what the streams send, within the peer's windows, and writes those of
 * one turn of the event loop in one go.
 */
export abstract class Http2Sender {
  /** Most bytes a stream may have waiting before it says so. */
  readonly streamBufferLimit: number;
  /** Bytes of the peer are being looked at: what is sent waits for the end of that, as they do with nghttp2. */
  dispatching = false;
  /** The connection takes part in nothing any more. */
  protected closed = false;
  /** Our SETTINGS have gone out. */
  protected greeted = false;
  protected sendWindow = defaultWindow;
  protected abstract readonly callbacks: Http2Callbacks;
  protected readonly options: Http2Options;
  protected readonly outbox = new Outbox();
  protected readonly encoder = new HpackEncoder();
  protected readonly constraints: ProtocolConstraints;
  protected readonly peer = new PeerSettings();
  /** Streams whose data waits for the connection's window, in the order they get of it. */
  protected line: Http2Stream[] = [];
  #deferred: Http2Stream[] = [];
  #scheduled = false;

  protected constructor(options: Http2Options) {
    this.options = options;
    this.streamBufferLimit = options.initialStreamWindowSize;
    this.constraints = new ProtocolConstraints(options);
  }

  /** The last frame of our message is in the outbox. */
  abstract onSent(stream: Http2Stream): void;
  /** Ends the connection; of the outbox so many bytes, and frames of the urgent ones, still go out. */
  protected abstract fail(failure: ConnectionFailure, kept: number, urgent: number): void;

  /** Something of the stream's is to be sent when all bytes at hand were looked at. */
  defer(stream: Http2Stream): void {
    if (stream.deferred) return;
    stream.deferred = true;
    this.#deferred.push(stream);
  }

  protected endDispatch(): void {
    const streams = this.#deferred;
    if (streams.length > 0) {
      this.#deferred = [];
      for (const stream of streams) stream.sendDeferredHeads();
      for (const stream of streams) {
        stream.deferred = false;
        stream.sendDeferredRest();
      }
    }
    this.flush();
  }

  sendHeaders<H extends HeaderMap>(stream: Http2Stream<H>, headers: H, endStream: boolean): void {
    const encoder = this.encoder;
    encoder.begin();
    stream.pseudoFields(encoder, headers);
    this.#sendFields(stream, headers, endStream);
  }

  sendTrailers(stream: Http2Stream, trailers: HeaderMap): void {
    this.encoder.begin();
    this.#sendFields(stream, trailers, true);
  }

  #sendFields(stream: Http2Stream, { names, values }: HeaderMap, endStream: boolean): void {
    const { id } = stream;
    const encoder = this.encoder;
    for (let i = 0; i < names.length; i++) encoder.field(names[i]!, values[i]!);
    const block = encoder.end();
    const most = this.peer.maxFrameSize;
    const end = endStream ? Flag.endStream : 0;
    const bytes = block.length + headerLength * Math.max(1, Math.ceil(block.length / most));
    stream.bytesSent += bytes;
    stream.headersSent += bytes;
    if (block.length <= most) {
      this.outbox.frame(FrameType.headers, Flag.endHeaders | end, id, block);
    } else {
      this.outbox.frame(FrameType.headers, end, id, block, 0, most);
      for (let at = most; at < block.length; at += most) {
        const next = Math.min(block.length, at + most);
        const last = next === block.length ? Flag.endHeaders : 0;
        this.outbox.frame(FrameType.continuation, last, id, block, at, next);
      }
    }
    this.schedule();
  }

  /** Whether so many bytes may go out at once, in one frame. */
  fits(stream: Http2Stream, bytes: number): boolean {
    return (
      bytes === 0 ||
      (bytes <= this.sendWindow && bytes <= stream.sendWindow && bytes <= this.peer.maxFrameSize)
    );
  }

  sendData(stream: Http2Stream, data: Buffer, start: number, end: number, endStream: boolean): void {
    const length = end - start;
    this.sendWindow -= length;
    stream.sendWindow -= length;
    stream.bytesSent += headerLength + length;
    this.outbox.frame(FrameType.data, endStream ? Flag.endStream : 0, stream.id, data, start, end);
    this.constraints.onDataFrameSent();
    this.schedule();
  }

  /** Sends of what the stream has waiting as much as the windows allow; then it stands in line. */
  pump(stream: Http2Stream): void {
    // What was encoded while bytes were looked at goes out at the end of that, its head first.
    if (stream.waiting || stream.deferred || stream.closed) return;
    const most = this.peer.maxFrameSize;
    while (stream.sendPending(Math.min(most, this.sendWindow))) {
      if (this.sendWindow > 0 && this.line.length === 0) continue;
      stream.waiting = true;
      this.line.push(stream);
      return;
    }
    if (stream.pendingBytes > 0 && stream.sendWindow > 0 && !stream.closed) {
      stream.waiting = true;
      this.line.push(stream);
    }
  }

  /** A frame for each stream in turn, until the connection's window is used up. */
  protected pumpLine(): void {
    const most = this.peer.maxFrameSize;
    while (this.sendWindow > 0) {
      const stream = this.line.shift();
      if (stream === undefined) return;
      if (stream.sendPending(Math.min(most, this.sendWindow)) && !stream.closed) this.line.push(stream);
      else stream.waiting = false;
    }
  }

  countPending(bytes: number): void {
    this.options.stats?.pending_send_bytes.set(this.options.stats.pending_send_bytes.value + bytes);
  }

  /** What was gathered in this turn of the event loop is written at its end. */
  protected schedule(): void {
    if (this.#scheduled || this.dispatching) return;
    this.#scheduled = true;
    setImmediate(flushLater, this);
  }

  flushScheduled(): void {
    this.#scheduled = false;
    this.flush();
  }

  /** Writes all that was gathered. */
  flush(): void {
    const outbox = this.outbox;
    if (this.closed || outbox.empty) return;
    const { frames, controlFrames } = outbox;
    this.constraints.onUnsent(this.callbacks.unsentBytes);
    this.greeted = true;
    const bytes = outbox.flush(this.callbacks);
    const flood = this.constraints.onFramesSent(frames, controlFrames, bytes);
    if (flood === undefined || this.closed) return;
    this.options.stats?.[flood.stat].inc();
    this.fail(ConnectionFailure.flood(flood), 0, 0);
  }
}

function flushLater(connection: Http2Sender): void {
  connection.flushScheduled();
}
