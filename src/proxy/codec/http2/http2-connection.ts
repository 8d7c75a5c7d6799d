// Long because one kind of frame follows the other, each short, all on the same state.
import { ConnectionFailure, details, frameSizeError, protocolError } from './errors.ts';
import {
  defaultMaxFrameSize,
  defaultWindow,
  ErrorCode,
  Flag,
  FrameType,
  headerLength,
  maxStreamId,
  maxWindow,
} from './frame.ts';
import { FrameParser, type FrameSink } from './frame-parser.ts';
import { type BlockOwner, HeaderBlocks } from './header-blocks.ts';
import type { Http2Stream } from './http2-stream.ts';
import { Http2Streams } from './http2-streams.ts';
import { Keepalive, type KeepaliveContext } from './keepalive.ts';
import type { FieldFault, MessageFields } from './message-fields.ts';
import type { Http2Options } from './options.ts';

const underscores = 'requests_rejected_with_underscores_in_headers';

/** What nghttp2 takes of entries in a SETTINGS frame. */
const maxSettings = 32;

/** What a head may be too much of: costs the stream. */
const limits: Partial<
  Record<
    FieldFault,
    { details: string; stat: 'header_list_size_too_large' | 'header_overflow' | typeof underscores }
  >
> = {
  'too-large': { details: details.headersTooLarge, stat: 'header_list_size_too_large' },
  'too-many': { details: details.tooManyHeaders, stat: 'header_overflow' },
  underscore: { details: details.underscore, stat: underscores },
};

/**
 * A connection that speaks HTTP/2 (RFC 9113), seen from either side: reads frames, one kind after the other. Envoy's
 * ConnectionImpl (source/common/http/http2/codec_impl.cc) with nghttp2 below it.
 */
export abstract class Http2Connection<S extends Http2Stream, F extends MessageFields>
  extends Http2Streams<S>
  implements FrameSink
{
  readonly protocol = 'HTTP/2';
  protected readonly blocks: HeaderBlocks<S, F>;
  protected readonly keepalive: Keepalive | undefined;
  readonly #parser = new FrameParser(this);
  #settingsSeen = false;

  protected constructor(
    options: Http2Options,
    fields: F,
    maxContinuations: number,
    context: KeepaliveContext | undefined,
  ) {
    super(options);
    this.blocks = new HeaderBlocks(fields, options.hpackTableSize, maxContinuations);
    if (options.keepalive === undefined || context === undefined) return;
    this.keepalive = new Keepalive(options.keepalive, context, {
      ping: (payload) => {
        this.outbox.ping(payload);
        this.schedule();
      },
      onTimeout: () => {
        options.stats?.keepalive_timeout.inc();
        this.callbacks.onKeepaliveTimeout();
      },
    });
  }

  /** What comes before the first frame; returns where that begins. @throws ConnectionFailure */
  protected abstract beforeFrames(data: Buffer): number;
  /** A stream of this id was never opened. */
  protected abstract isIdle(id: number): boolean;
  /**
   * Whose the header block of a HEADERS frame is; opens the stream where the peer may. @throws ConnectionFailure when
   * there cannot be one there
   */
  protected abstract ownerOf(id: number, endStream: boolean): BlockOwner<S>;
  /** A head is complete and nothing is wrong with it. */
  protected abstract onHead(stream: S, endStream: boolean): void;
  /**
   * The peer, or we for what it did, ended the stream with this error code. `messaging`: for a message that is not
   * HTTP.
   */
  protected abstract onStreamBroken(stream: S, code: number, messaging: boolean): void;
  /** The peer's SETTINGS were read. */
  protected onSettings(): void {}
  protected abstract onGoAway(lastStream: number, code: number): void;
  protected abstract readonly peerIsServer: boolean;
  /** The highest id the peer has used, for GOAWAY. */
  protected abstract readonly lastStream: number;

  dispatch(data: Buffer): void {
    if (this.closed) return;
    this.keepalive?.onData();
    const kept = this.greeted ? this.outbox.size : 0;
    const urgent = this.greeted ? this.outbox.urgentFrames : 0;
    this.dispatching = true;
    this.justReset = 0;
    try {
      const at = this.beforeFrames(data);
      this.#parser.execute(data, at);
      this.dispatching = false;
      if (!this.closed) this.endDispatch();
    } catch (error) {
      this.dispatching = false;
      if (!(error instanceof ConnectionFailure)) throw error;
      if (!this.closed) this.fail(error, kept, urgent);
    }
  }

  // From the parser.

  onFrameHeader(length: number, type: number, flags: number, stream: number): boolean {
    this.keepalive?.onFrame();
    if (!this.#settingsSeen) {
      if (type !== FrameType.settings || (flags & Flag.ack) !== 0) throw protocolError('SETTINGS expected');
      this.#settingsSeen = true;
    }
    if (length > defaultMaxFrameSize) throw frameSizeError('too large frame size');
    if (type !== FrameType.headers && type !== FrameType.data) this.#track(type, flags, length);
    const { open } = this.blocks;
    if (open !== undefined && (type !== FrameType.continuation || stream !== open.streamId)) {
      throw protocolError('unexpected non-CONTINUATION frame or stream_id is invalid');
    }
    return true;
  }

  onFrame(type: number, flags: number, id: number, data: Buffer, start: number, end: number): boolean {
    switch (type) {
      case FrameType.data:
        this.#onData(flags, id, data, start, end);
        break;
      case FrameType.headers:
        this.#onHeaders(flags, id, data, start, end);
        break;
      case FrameType.priority:
        if (end - start !== 5) throw frameSizeError();
        break;
      case FrameType.rstStream:
        this.#onRstStream(id, data, start, end);
        break;
      case FrameType.settings:
        this.#onSettings(flags, id, data, start, end);
        break;
      case FrameType.pushPromise:
        this.#onPushPromise(flags, start, end);
        break;
      case FrameType.ping:
        if (end - start !== 8) throw frameSizeError();
        if (id !== 0) throw ConnectionFailure.silent();
        if ((flags & Flag.ack) === 0) this.outbox.pingAck(data, start);
        else this.keepalive?.onAnswer();
        break;
      case FrameType.goAway:
        if (end - start < 8) throw frameSizeError();
        if (id !== 0) throw ConnectionFailure.silent();
        this.onGoAway(data.readUInt32BE(start) & maxStreamId, data.readUInt32BE(start + 4));
        break;
      case FrameType.windowUpdate:
        this.#onWindowUpdate(id, data, start, end);
        break;
      case FrameType.continuation:
        this.#onContinuation((flags & Flag.endHeaders) !== 0, data, start, end);
        break;
      default:
    }
    return !this.closed;
  }

  /** Ends a stream whose peer broke the rules of one. */
  #breakOff(stream: S, code: number, why: string, messaging = false): void {
    stream.details ||= why;
    this.resetStream(stream, code);
    this.onStreamBroken(stream, code, messaging);
  }

  #track(type: number, flags: number, length: number, stream?: S): void {
    const flood = this.constraints.onFrameReceived(type, flags, length);
    if (flood === undefined) return;
    if (flood.streamDetails !== undefined && stream !== undefined) stream.details ||= flood.streamDetails;
    this.options.stats?.[flood.stat].inc();
    throw ConnectionFailure.flood(flood);
  }

  #onData(flags: number, id: number, data: Buffer, start: number, end: number): void {
    if (id === 0) throw protocolError('DATA: stream_id == 0');
    const stream = this.streams.get(id);
    if (stream === undefined && this.isIdle(id)) throw protocolError('DATA: stream in idle');
    if (stream?.remoteComplete) {
      throw ConnectionFailure.announced(ErrorCode.streamClosed, 'DATA: stream in half-closed(remote)');
    }
    if (stream?.expects === 'head') throw protocolError('DATA: stream not opened');
    const length = end - start;
    let padding = 0;
    if ((flags & Flag.padded) !== 0) {
      if (length === 0) throw protocolError('DATA: insufficient padding space');
      padding = data[start]! + 1;
      if (padding > length) throw protocolError('DATA: invalid padding');
    }
    if (!this.receiveWindow.receive(length)) throw ConnectionFailure.announced(ErrorCode.flowControlError);
    if (stream === undefined) {
      this.#track(FrameType.data, flags, length - padding);
      this.consumeConnection(length);
      return;
    }
    if (!stream.receiveWindow.receive(length)) {
      this.consumeConnection(length);
      this.#breakOff(stream, ErrorCode.flowControlError, details.remoteReset);
      return;
    }
    if (padding > 0) {
      this.consume(stream, padding);
      start += 1;
      end -= padding - 1;
    }
    stream.bytesReceived += headerLength + length;
    const endStream = (flags & Flag.endStream) !== 0;
    const body = end - start;
    this.#track(FrameType.data, flags, body, stream);
    if (stream.bodyLeft >= 0) {
      stream.bodyLeft -= body;
      const early = endStream && stream.expects !== 'nothing';
      if (stream.bodyLeft < 0 || (endStream && stream.bodyLeft > 0) || early) {
        this.consumeConnection(body);
        this.#breakOff(stream, ErrorCode.protocolError, details.remoteReset);
        return;
      }
    } else stream.bodyLeft -= body;
    stream.onData(data.subarray(start, end), endStream);
    if (endStream) this.onDelivered(stream);
  }

  #onHeaders(flags: number, id: number, data: Buffer, start: number, end: number): void {
    if ((flags & Flag.padded) !== 0) {
      const padding = data[start]! + 1;
      const least = (flags & Flag.priority) !== 0 ? 5 : 0;
      if (end === start) throw protocolError('HEADERS: insufficient padding space');
      if (padding + least > end - start) throw protocolError('HEADERS: invalid padding');
      start += 1;
      end -= padding - 1;
    }
    if ((flags & Flag.priority) !== 0) {
      if (end - start < 5) throw frameSizeError();
      const itself = (data.readUInt32BE(start) & maxStreamId) === id;
      if (itself && !this.peerIsServer) throw ConnectionFailure.silent();
      start += 5;
    }
    const owner = this.ownerOf(id, (flags & Flag.endStream) !== 0);
    const { stream } = owner;
    if (stream !== undefined) {
      this.#track(FrameType.headers, flags, end - start, stream);
      stream.bytesReceived += headerLength + end - start;
      stream.headersReceived += headerLength + end - start;
    }
    if ((flags & Flag.endHeaders) !== 0) {
      this.blocks.read(owner.trailers, data, start, end);
      this.#onBlock(owner);
      return;
    }
    this.blocks.begin(owner, data, start, end);
    this.#onPartOfBlock(owner);
  }

  /** We let nobody push: whatever it says, it is the end. */
  #onPushPromise(flags: number, start: number, end: number): never {
    const padded = (flags & Flag.padded) !== 0;
    if (padded && end === start) throw protocolError('PUSH_PROMISE: insufficient padding space');
    if (end - start < (padded ? 5 : 4)) throw frameSizeError();
    throw ConnectionFailure.silent();
  }

  #onContinuation(last: boolean, data: Buffer, start: number, end: number): void {
    const owner = this.blocks.goOn(data, start, end, last);
    if (last) this.#onBlock(owner);
    else this.#onPartOfBlock(owner);
  }

  /** What is too much already is not waited for to the end. */
  #onPartOfBlock({ stream }: BlockOwner<S>): void {
    const { fault } = this.blocks.fields;
    if (stream === undefined || stream.closed || fault === undefined || limits[fault] === undefined) return;
    this.onFault(stream, fault);
  }

  #onBlock({ stream, trailers, endStream }: BlockOwner<S>): void {
    const { fields } = this.blocks;
    const { stats } = this.options;
    if (fields.dropped > 0) stats?.dropped_headers_with_underscores.add(fields.dropped);
    if (stream === undefined || stream.closed) return;
    if (fields.fault === undefined && (trailers ? !endStream : endStream && fields.contentLength > 0)) {
      fields.fault = 'messaging';
    }
    if (fields.fault !== undefined) {
      this.onFault(stream, fields.fault);
      return;
    }
    if (fields.trailers !== undefined) {
      const { contentLength } = fields;
      if (stream.bodyLeft > 0 || (contentLength >= 0 && contentLength !== -1 - stream.bodyLeft)) {
        this.onFault(stream, 'messaging');
        return;
      }
      stream.onTrailers(fields.trailers);
      this.onDelivered(stream);
      return;
    }
    this.onHead(stream, endStream);
  }

  protected onFault(stream: S, fault: FieldFault): void {
    const { stats, streamErrorOnInvalidMessage } = this.options;
    const limit = limits[fault];
    if (limit !== undefined) {
      stats?.[limit.stat].inc();
      this.#breakOff(stream, ErrorCode.internalError, limit.details);
      return;
    }
    const why = fault === 'header' ? details.invalidField : details.messaging;
    stats?.rx_messaging_error.inc();
    stream.details ||= why;
    if (!streamErrorOnInvalidMessage) throw ConnectionFailure.silent();
    this.#breakOff(stream, ErrorCode.protocolError, why, true);
  }

  #onRstStream(id: number, data: Buffer, start: number, end: number): void {
    if (end - start !== 4) throw frameSizeError();
    if (id === 0 || this.isIdle(id)) throw ConnectionFailure.silent();
    const stream = this.streams.get(id);
    // What we reset in this dispatch is there to nghttp2 until its end.
    if (stream !== undefined || id === this.justReset) this.options.stats?.rx_reset.inc();
    if (stream === undefined) return;
    const code = data.readUInt32BE(start);
    stream.details ||= code === ErrorCode.refusedStream ? details.remoteRefused : details.remoteReset;
    this.forget(stream);
    this.onStreamBroken(stream, code, false);
  }

  #onSettings(flags: number, id: number, data: Buffer, start: number, end: number): void {
    if ((end - start) % 6 !== 0) throw frameSizeError();
    if (id !== 0) throw ConnectionFailure.silent();
    if ((flags & Flag.ack) !== 0) {
      if (end > start) throw frameSizeError();
      if (!this.unacknowledged) throw ConnectionFailure.silent();
      this.unacknowledged = false;
      this.blocks.settingsAcknowledged();
      const by = this.options.initialStreamWindowSize - defaultWindow;
      for (const stream of this.streams.values()) stream.receiveWindow.resize(by);
      return;
    }
    if (end - start > 6 * maxSettings) {
      throw ConnectionFailure.announced(ErrorCode.enhanceYourCalm, 'SETTINGS: too many setting entries');
    }
    const peer = this.peer;
    const before = peer.initialWindow;
    const table = peer.headerTableSize;
    if (!peer.read(data, start, end, this.peerIsServer)) throw ConnectionFailure.silent();
    this.onSettings();
    if (peer.headerTableSize !== table) {
      this.encoder.setMaxTableSize(Math.min(peer.headerTableSize, this.options.hpackTableSize));
    }
    this.outbox.settingsAck();
    const by = peer.initialWindow - before;
    if (by === 0) return;
    for (const stream of this.streams.values()) {
      stream.sendWindow += by;
      if (stream.sendWindow > maxWindow) throw ConnectionFailure.silent();
      if (by > 0) this.pump(stream);
    }
  }

  #onWindowUpdate(id: number, data: Buffer, start: number, end: number): void {
    if (end - start !== 4) throw frameSizeError();
    const by = data.readUInt32BE(start) & maxWindow;
    if (id === 0) {
      if (by === 0 || this.sendWindow + by > maxWindow) throw ConnectionFailure.silent();
      this.sendWindow += by;
      this.pumpLine();
      return;
    }
    if (this.isIdle(id)) throw ConnectionFailure.silent();
    const stream = this.streams.get(id);
    if (stream === undefined) return;
    if (by === 0 || stream.sendWindow + by > maxWindow) throw ConnectionFailure.silent();
    stream.sendWindow += by;
    this.pump(stream);
  }

  protected fail(failure: ConnectionFailure, kept: number, urgent: number): void {
    const outbox = this.outbox;
    // What was gathered of these bytes' frames is dropped; the peer still gets our SETTINGS before a GOAWAY.
    outbox.cut(kept, this.greeted || failure.code === undefined ? urgent : 1);
    if (failure.code !== undefined) outbox.goAway(this.lastStream, failure.code as never, failure.debug);
    outbox.flush(this.callbacks);
    this.closed = true;
    this.keepalive?.stop();
    this.callbacks.onProtocolError(failure);
  }
}
