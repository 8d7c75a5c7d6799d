import { type ErrorCode, Flag, FrameType, headerLength } from './frame.ts';

const slabSize = 65_536;

/** Where frames go. */
interface Sink {
  /** `more`: another write follows at once. True when all that was written is in the kernel. */
  write(data: Buffer, more?: boolean): boolean;
}

/**
 * Frames on their way out, gathered until the connection takes them: written behind each other into slabs. A socket
 * may keep what it was given: a slab is written again only once all of it is known to be in the kernel.
 */
export class Outbox {
  #slab = Buffer.allocUnsafeSlow(slabSize);
  #start = 0;
  #at = 0;
  /** Filled slabs before the present one. */
  #full: Buffer[] = [];
  #fullBytes = 0;
  /** SETTINGS and PING go before what else waits. */
  #urgent: Buffer[] = [];
  /** Frames since the last `flush`. */
  frames = 0;
  /** Of those, the answers to a peer's frames: acknowledgements and resets. */
  controlFrames = 0;

  get empty(): boolean {
    return this.#at === this.#start && this.#fullBytes === 0 && this.#urgent.length === 0;
  }

  /** Bytes that wait behind what is urgent. */
  get size(): number {
    return this.#fullBytes + this.#at - this.#start;
  }

  /** A frame whose payload is `payload` from `start` to `end`. */
  frame(type: number, flags: number, stream: number, payload: Buffer, start = 0, end = payload.length): void {
    const at = this.#header(end - start, type, flags, stream);
    this.#slab.set(start === 0 && end === payload.length ? payload : payload.subarray(start, end), at);
  }

  rstStream(stream: number, code: number): void {
    this.controlFrames++;
    this.#slab.writeUInt32BE(code, this.#header(4, FrameType.rstStream, 0, stream));
  }

  windowUpdate(stream: number, increment: number): void {
    this.#slab.writeUInt32BE(increment, this.#header(4, FrameType.windowUpdate, 0, stream));
  }

  goAway(lastStream: number, code: (typeof ErrorCode)[keyof typeof ErrorCode], reason = ''): void {
    const at = this.#header(8 + reason.length, FrameType.goAway, 0, 0);
    this.#slab.writeUInt32BE(lastStream, at);
    this.#slab.writeUInt32BE(code, at + 4);
    this.#slab.write(reason, at + 8, 'latin1');
  }

  /** Bytes that are no frame, before all frames. */
  preface(bytes: Buffer): void {
    this.#urgent.unshift(bytes);
  }

  /** `entries`: identifier and value in turn. */
  settings(entries: readonly number[]): void {
    const frame = urgent((entries.length / 2) * 6, FrameType.settings, 0);
    for (let i = 0; i < entries.length; i += 2) {
      const at = headerLength + i * 3;
      frame.writeUInt16BE(entries[i]!, at);
      frame.writeUInt32BE(entries[i + 1]!, at + 2);
    }
    this.frames++;
    this.#urgent.push(frame);
  }

  settingsAck(): void {
    this.frames++;
    this.controlFrames++;
    this.#urgent.push(urgent(0, FrameType.settings, Flag.ack));
  }

  /** `data`: 8 bytes. */
  ping(data: Buffer): void {
    const frame = urgent(8, FrameType.ping, 0);
    data.copy(frame, headerLength);
    this.frames++;
    this.#urgent.push(frame);
  }

  pingAck(data: Buffer, start: number): void {
    const frame = urgent(8, FrameType.ping, Flag.ack);
    data.copy(frame, headerLength, start, start + 8);
    this.frames++;
    this.controlFrames++;
    this.#urgent.push(frame);
  }

  /** Gives all that waits to `sink`, in as few pieces as there are; returns how many bytes. */
  flush(sink: Sink): number {
    const pieces = this.#take();
    let bytes = 0;
    for (const piece of pieces) bytes += piece.length;
    const last = pieces.length - 1;
    for (let i = 0; i < last; i++) sink.write(pieces[i]!, true);
    // Of a piece that was taken whole nobody looks at the slab any more.
    if (last >= 0 && sink.write(pieces[last]!) && last === 0) this.#rewind();
    return bytes;
  }

  #rewind(): void {
    if (this.#at !== this.#start) return;
    this.#at = 0;
    this.#start = 0;
  }

  #take(): Buffer[] {
    const pieces = this.#full;
    if (this.#at > this.#start) pieces.push(this.#slab.subarray(this.#start, this.#at));
    if (this.#urgent.length > 0) {
      const first = pieces.shift();
      pieces.unshift(Buffer.concat(first === undefined ? this.#urgent : [...this.#urgent, first]));
      this.#urgent = [];
    }
    this.#full = [];
    this.#fullBytes = 0;
    this.#start = this.#at;
    this.frames = 0;
    this.controlFrames = 0;
    return pieces;
  }

  /** Drops all that waits but the first `bytes` of what is not urgent, and the first `urgentFrames` of what is. */
  cut(bytes: number, urgentFrames: number): void {
    const kept = Buffer.concat([...this.#full, this.#slab.subarray(this.#start, this.#at)]).subarray(
      0,
      bytes,
    );
    this.#full = kept.length > 0 ? [kept] : [];
    this.#fullBytes = kept.length;
    this.#start = this.#at;
    this.#urgent.length = Math.min(this.#urgent.length, urgentFrames);
  }

  get urgentFrames(): number {
    return this.#urgent.length;
  }

  /** Writes a frame's header and makes room for its payload; returns where that goes. */
  #header(length: number, type: number, flags: number, stream: number): number {
    const need = headerLength + length;
    if (this.#slab.length - this.#at < need) this.#renew(need);
    const slab = this.#slab;
    const at = this.#at;
    slab[at] = length >>> 16;
    slab[at + 1] = length >>> 8;
    slab[at + 2] = length;
    slab[at + 3] = type;
    slab[at + 4] = flags;
    slab[at + 5] = stream >>> 24;
    slab[at + 6] = stream >>> 16;
    slab[at + 7] = stream >>> 8;
    slab[at + 8] = stream;
    this.#at = at + need;
    this.frames++;
    return at + headerLength;
  }

  #renew(need: number): void {
    if (this.#at > this.#start) {
      this.#full.push(this.#slab.subarray(this.#start, this.#at));
      this.#fullBytes += this.#at - this.#start;
    }
    this.#slab = Buffer.allocUnsafeSlow(Math.max(slabSize, need));
    this.#start = 0;
    this.#at = 0;
  }
}

function urgent(length: number, type: number, flags: number): Buffer {
  const frame = Buffer.alloc(headerLength + length);
  frame[2] = length;
  frame[3] = type;
  frame[4] = flags;
  return frame;
}
