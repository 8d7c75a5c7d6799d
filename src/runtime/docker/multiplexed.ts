import type { Readable } from 'node:stream';

/** What a container or a command wrote at once, as the engine passes it on. */
export interface Written {
  readonly stream: 'stdout' | 'stderr';
  readonly bytes: Buffer;
}

const HEADER = 8;
const STDERR = 2;
/** Docker's frames say 0, 1 or 2 and three zeros before the length; nothing else starts so. */
const isHeader = (bytes: Buffer, at: number) =>
  bytes.readUInt32BE(at) >>> 24 <= STDERR && (bytes.readUInt32BE(at) & 0xffffff) === 0;

/**
 * Both streams of a container or a command without a terminal, taken apart: frames of stream (1 byte), three zeros,
 * length (4 bytes, big endian), bytes. What has no such header is an engine's last words, and passed on as stdout. A frame
 * that is cut off by the stream's end is dropped.
 */
export async function* readMultiplexed(from: Readable): AsyncGenerator<Written> {
  let pending: Buffer[] = [];
  let size = 0;
  /** Bytes needed before it is worth looking again. */
  let needed = HEADER;
  for await (const chunk of from as AsyncIterable<Buffer>) {
    pending.push(chunk);
    size += chunk.length;
    if (size < needed) continue;
    let bytes = pending.length === 1 ? chunk : Buffer.concat(pending);
    needed = HEADER;
    while (bytes.length >= HEADER) {
      if (!isHeader(bytes, 0)) {
        yield { stream: 'stdout', bytes };
        bytes = bytes.subarray(bytes.length);
        break;
      }
      const end = HEADER + bytes.readUInt32BE(4);
      if (bytes.length < end) {
        needed = end;
        break;
      }
      yield { stream: bytes[0] === STDERR ? 'stderr' : 'stdout', bytes: bytes.subarray(HEADER, end) };
      bytes = bytes.subarray(end);
    }
    pending = bytes.length === 0 ? [] : [bytes];
    size = bytes.length;
  }
}
