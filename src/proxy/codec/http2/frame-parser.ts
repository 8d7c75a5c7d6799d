import { headerLength } from './frame.ts';

/** Takes frames as they come. */
export interface FrameSink {
  /**
   * A frame's header is complete; its payload may not have come yet. False: nothing further is wanted.
   */
  onFrameHeader(length: number, type: number, flags: number, stream: number): boolean;
  /** The whole frame: its payload is `data` from `start` to `end`, not to be changed. False: as above. */
  onFrame(type: number, flags: number, stream: number, data: Buffer, start: number, end: number): boolean;
}

/**
 * Cuts bytes, in any pieces, into frames (RFC 9113 §4.1). A frame that came whole is looked at where it is; only one
 * that is split is copied together.
 */
export class FrameParser {
  readonly #sink: FrameSink;
  /** Of a split frame: its header and payload as far as they have come. */
  #frame: Buffer | undefined;
  readonly #header = Buffer.alloc(headerLength);
  #filled = 0;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /** Looks at `data` from `at` on. False: the sink wants no more. */
  execute(data: Buffer, at: number): boolean {
    if (this.#filled > 0) {
      at = this.#complete(data, at);
      if (at < 0) return false;
    }
    const sink = this.#sink;
    while (at < data.length) {
      if (data.length - at < headerLength) {
        this.#filled = data.copy(this.#header, 0, at);
        return true;
      }
      const length = (data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!;
      const type = data[at + 3]!;
      const flags = data[at + 4]!;
      const stream = streamId(data, at + 5);
      if (!sink.onFrameHeader(length, type, flags, stream)) return false;
      const start = at + headerLength;
      const end = start + length;
      if (end > data.length) {
        this.#frame = Buffer.allocUnsafe(headerLength + length);
        this.#filled = data.copy(this.#frame, 0, at);
        return true;
      }
      if (!sink.onFrame(type, flags, stream, data, start, end)) return false;
      at = end;
    }
    return true;
  }

  /** Goes on with a split frame; returns where the next one begins, -1 when the sink wants no more. */
  #complete(data: Buffer, at: number): number {
    const sink = this.#sink;
    if (this.#frame === undefined) {
      const taken = data.copy(this.#header, this.#filled, at);
      this.#filled += taken;
      at += taken;
      if (this.#filled < headerLength) return at;
      const length = this.#header.readUIntBE(0, 3);
      if (!sink.onFrameHeader(length, this.#header[3]!, this.#header[4]!, streamId(this.#header, 5)))
        return -1;
      this.#frame = Buffer.allocUnsafe(headerLength + length);
      this.#header.copy(this.#frame);
    }
    const frame = this.#frame;
    const taken = data.copy(frame, this.#filled, at);
    this.#filled += taken;
    if (this.#filled < frame.length) return at + taken;
    this.#frame = undefined;
    this.#filled = 0;
    const more = sink.onFrame(frame[3]!, frame[4]!, streamId(frame, 5), frame, headerLength, frame.length);
    return more ? at + taken : -1;
  }
}

function streamId(data: Buffer, at: number): number {
  return ((data[at]! & 0x7f) << 24) | (data[at + 1]! << 16) | (data[at + 2]! << 8) | data[at + 3]!;
}
