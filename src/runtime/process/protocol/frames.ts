import type { Readable, Writable } from 'node:stream';

/** Kinds of frames in an `exec` call; `stdin`, `stdinEnd` and `resize` go to the supervisor, the rest come back. */
export const FrameKind = { stdin: 0, stdinEnd: 1, resize: 2, stdout: 3, stderr: 4, exit: 5 } as const;

export interface Frame {
  readonly kind: number;
  readonly payload: Buffer;
}

const HEADER = 5;
const EMPTY = Buffer.alloc(0);

/** Writes one frame: kind (1 byte), length (4 bytes, big endian), payload. @returns false when to wait for `drain` */
export function writeFrame(stream: Writable, kind: number, payload: Buffer = EMPTY): boolean {
  const header = Buffer.allocUnsafe(HEADER);
  header.writeUInt8(kind, 0);
  header.writeUInt32BE(payload.length, 1);
  stream.cork();
  stream.write(header);
  const more = payload.length === 0 ? !stream.writableNeedDrain : stream.write(payload);
  stream.uncork();
  return more;
}

/** Yields the frames of a stream; a frame cut off by the stream's end is dropped. */
export async function* readFrames(stream: Readable): AsyncGenerator<Frame> {
  let pending: Buffer = EMPTY;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    let offset = 0;
    while (pending.length - offset >= HEADER) {
      const length = pending.readUInt32BE(offset + 1);
      if (pending.length - offset - HEADER < length) break;
      const start = offset + HEADER;
      yield { kind: pending.readUInt8(offset), payload: pending.subarray(start, start + length) };
      offset = start + length;
    }
    pending = pending.subarray(offset);
  }
}
