import type { HeaderMap } from '../../http/headers.ts';
import { passedOn } from '../../read-buffer.ts';
import type { StreamBytes, StreamDecoder, StreamResetReason, WatermarkCallbacks } from '../codec.ts';
import { ByteQueue } from './byte-queue.ts';
import type { HpackEncoder } from './hpack/encoder.ts';
import type { Http2Sender } from './http2-sender.ts';
import { ReceiveWindow } from './receive-window.ts';

/** Who gets what comes on a stream. */
export interface MessageDecoder
  extends Pick<StreamDecoder<never>, 'decodeData' | 'decodeTrailers'>,
    Partial<WatermarkCallbacks> {
  onReset(reason: StreamResetReason, details: string): void;
}

/** What a stream asks of its connection. */
export interface StreamConnection extends Http2Sender {
  consume(stream: Http2Stream, bytes: number): void;
  onDelivered(stream: Http2Stream): void;
  resetStream(stream: Http2Stream, code: number): void;
}

/**
 * One request and its response on a connection with others, seen from either side: sends one message within the peer's
 * windows, and delivers or holds the other. What is called on it after its end is ignored.
 */
export abstract class Http2Stream<H extends HeaderMap = HeaderMap> implements StreamBytes {
  /** 0 until a request of ours is on its way. */
  id: number;
  abstract decoder: MessageDecoder;
  /** What the peer lets us send on this stream, bytes; below 0 after it made its windows smaller. */
  sendWindow: number;
  readonly receiveWindow: ReceiveWindow;
  /** The peer's message is here to its last frame. */
  remoteComplete = false;
  /** What has to come before any body: nothing, a head, or one that is not 1xx. */
  expects: 'nothing' | 'head' | 'final-head' = 'nothing';
  /** Nothing more happens on it. */
  closed = false;
  /** Our message's last frame was given to the connection. */
  localComplete = false;
  /** Why it ends badly, as access logs say it. */
  details = '';
  /** Bytes of body that are still to come; where the head said no number, -1 less those that came. */
  bodyLeft = -1;
  /** It has something to send at the end of the dispatch. */
  deferred = false;
  /** It stands in line for the connection's window. */
  waiting = false;
  bytesReceived = 0;
  bytesSent = 0;
  headersReceived = 0;
  headersSent = 0;
  protected readonly connection: StreamConnection;
  /** A head of ours was given to the connection. */
  headSent = false;
  /** Our message's end was given. */
  protected ended = false;
  #pending: ByteQueue | undefined;
  #pendingBytes = 0;
  #trailers: HeaderMap | undefined;
  /** Heads encoded during a dispatch; the last one when the message ends with it. */
  #heads: H[] | undefined;
  #lastHead: H | undefined;
  #above = false;
  #readDisables = 0;
  #held: ByteQueue | undefined;
  #heldEnd = false;
  #heldTrailers: HeaderMap | undefined;
  #resuming = false;
  #unconsumed = 0;

  constructor(connection: StreamConnection, id: number, sendWindow: number, receiveWindow: number) {
    this.connection = connection;
    this.id = id;
    this.sendWindow = sendWindow;
    this.receiveWindow = new ReceiveWindow(receiveWindow);
  }

  get wire(): StreamBytes {
    return this;
  }

  /** The pseudo-header fields of its head. */
  abstract pseudoFields(encoder: HpackEncoder, headers: H): void;

  /** Bytes that wait for a window. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** Of the peer's message something is not delivered yet. */
  get holding(): boolean {
    return this.#held !== undefined || this.#heldEnd || this.#heldTrailers !== undefined;
  }

  /** Bytes that came and that the connection's window was not given back for. */
  takeUnconsumed(): number {
    const bytes = this.#unconsumed;
    this.#unconsumed = 0;
    return bytes;
  }

  encodeData(data: Buffer, endStream: boolean): void {
    if (this.closed || this.ended) return;
    this.ended = endStream;
    const connection = this.connection;
    if (!connection.dispatching && this.#pending === undefined && connection.fits(this, data.length)) {
      if (data.length > 0 || endStream) connection.sendData(this, data, 0, data.length, endStream);
      passedOn(data);
      if (endStream) connection.onSent(this);
      return;
    }
    this.#pending ??= new ByteQueue();
    this.#pending.push(data);
    this.#addPending(data.length);
    if (connection.dispatching) connection.defer(this);
    else connection.pump(this);
    // All of it was copied.
    if (this.#pendingBytes === 0) passedOn(data);
    else this.#checkHigh();
  }

  encodeTrailers(trailers: HeaderMap): void {
    if (this.closed || this.ended) return;
    this.ended = true;
    if (this.#pending !== undefined || this.connection.dispatching) this.#trailers = trailers;
    else this.#sendTrailers(trailers);
    if (this.connection.dispatching) this.connection.defer(this);
  }

  readDisable(disable: boolean): void {
    if (this.closed || (!disable && this.#readDisables === 0)) return;
    this.#readDisables += disable ? 1 : -1;
    if (this.#readDisables > 0) return;
    if (this.holding && !this.#resuming) {
      this.#resuming = true;
      process.nextTick(resumeLater, this);
    }
    const bytes = this.takeUnconsumed();
    if (bytes > 0) this.connection.consume(this, bytes);
  }

  // From the connection.

  /** Sends what was encoded while the connection's bytes were looked at: heads first, of all streams. */
  sendDeferredHeads(): void {
    const heads = this.#heads;
    this.#heads = undefined;
    if (heads === undefined || this.closed) return;
    this.headSent = true;
    for (const headers of heads) this.connection.sendHeaders(this, headers, false);
    const last = this.#lastHead;
    this.#lastHead = undefined;
    if (last === undefined) return;
    this.connection.sendHeaders(this, last, true);
    this.connection.onSent(this);
  }

  sendDeferredRest(): void {
    if (this.closed) return;
    if (this.#pending !== undefined) this.connection.pump(this);
    else if (this.#trailers !== undefined) this.#sendTrailers(this.#trailers);
  }

  /** Body bytes came: delivered, or held while the stream is not read. */
  onData(data: Buffer, endStream: boolean): void {
    if (endStream) this.remoteComplete = true;
    if (this.#readDisables > 0) this.#unconsumed += data.length;
    else this.connection.consume(this, data.length);
    if (this.#readDisables > 0 || this.holding) {
      this.#held ??= new ByteQueue();
      this.#held.push(data);
      this.#heldEnd = endStream;
      return;
    }
    if (endStream) this.onDeliver();
    if (data.length > 0 || endStream) this.decoder.decodeData(data, endStream);
  }

  onTrailers(trailers: HeaderMap): void {
    this.remoteComplete = true;
    if (this.#readDisables > 0 || this.holding) {
      this.#heldTrailers = trailers;
      return;
    }
    this.onDeliver();
    this.decoder.decodeTrailers(trailers);
  }

  /** The last of the peer's message is about to be delivered. */
  protected onDeliver(): void {}

  /**
   * Sends one frame of what waits, as long as the windows allow one of at most `most` bytes. Returns whether more
   * waits that this stream's window has room for.
   */
  sendPending(most: number): boolean {
    const pending = this.#pending;
    if (pending === undefined || this.closed) return false;
    const room = Math.min(most, this.sendWindow);
    if (room <= 0 && pending.size > 0) return false;
    const data = pending.take(room);
    const last = pending.size === 0;
    const endStream = last && this.ended && this.#trailers === undefined;
    if (data.length > 0 || endStream) this.connection.sendData(this, data, 0, data.length, endStream);
    this.#addPending(-data.length);
    if (last) this.#pending = undefined;
    if (last && this.#trailers !== undefined) this.#sendTrailers(this.#trailers);
    else if (endStream) this.connection.onSent(this);
    else this.#checkLow();
    return !last && this.sendWindow > 0;
  }

  /** Nothing of it is sent or delivered any more. */
  close(): void {
    this.closed = true;
    this.#heads = undefined;
    this.#lastHead = undefined;
    if (this.#pendingBytes > 0) this.#addPending(-this.#pendingBytes);
    this.#pending = undefined;
    this.#held = undefined;
    this.#heldEnd = false;
    this.#heldTrailers = undefined;
  }

  deliverHeld(): void {
    this.#resuming = false;
    if (this.closed || this.#readDisables > 0) return;
    const held = this.#held;
    const trailers = this.#heldTrailers;
    const endStream = this.#heldEnd;
    this.#held = undefined;
    this.#heldEnd = false;
    this.#heldTrailers = undefined;
    if (endStream) this.onDeliver();
    if (held !== undefined) this.decoder.decodeData(held.takeAll(), endStream);
    if (trailers !== undefined && !this.closed) {
      this.onDeliver();
      this.decoder.decodeTrailers(trailers);
    }
    this.connection.onDelivered(this);
  }

  /** Sends a head, or keeps it for the end of the dispatch. */
  protected head(headers: H, endStream: boolean): void {
    const connection = this.connection;
    if (connection.dispatching) {
      this.#heads ??= [];
      if (endStream) this.#lastHead = headers;
      else this.#heads.push(headers);
      connection.defer(this);
      return;
    }
    this.headSent = true;
    connection.sendHeaders(this, headers, endStream);
    if (endStream) connection.onSent(this);
  }

  #sendTrailers(trailers: HeaderMap): void {
    this.#trailers = undefined;
    if (trailers.size === 0) this.connection.sendData(this, noBytes, 0, 0, true);
    else this.connection.sendTrailers(this, trailers);
    this.connection.onSent(this);
  }

  #addPending(bytes: number): void {
    this.#pendingBytes += bytes;
    this.connection.countPending(bytes);
  }

  #checkHigh(): void {
    if (this.#above || this.closed || this.#pendingBytes <= this.connection.streamBufferLimit) return;
    this.#above = true;
    this.decoder.onAboveWriteBufferHighWatermark?.();
  }

  #checkLow(): void {
    if (!this.#above || this.#pendingBytes > this.connection.streamBufferLimit / 2) return;
    this.#above = false;
    this.decoder.onBelowWriteBufferLowWatermark?.();
  }
}

const noBytes = Buffer.alloc(0);

function resumeLater(stream: Http2Stream): void {
  stream.deliverHeld();
}
