import type { Duplex, Readable } from 'node:stream';
import { drained } from './drained.ts';

const NEWLINE = 0x0a;

/**
 * Reads up to and including the next newline and leaves everything after it in the stream, so that the reader may
 * go on with another framing. The stream must not be flowing.
 *
 * @returns the line without its newline, or undefined when the stream ended or broke before one
 */
export function readLine(stream: Readable): Promise<string | undefined> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    const done = (settle: () => void) => {
      stream.off('readable', onReadable);
      stream.off('end', onEnd);
      stream.off('close', onEnd);
      stream.off('error', onEnd);
      settle();
    };
    const onEnd = () => done(() => resolve(undefined));
    const onReadable = () => {
      for (
        let chunk = stream.read() as Buffer | null;
        chunk !== null;
        chunk = stream.read() as Buffer | null
      ) {
        const end = chunk.indexOf(NEWLINE);
        if (end < 0) {
          parts.push(chunk);
          continue;
        }
        parts.push(chunk.subarray(0, end));
        done(() => {
          const rest = chunk.subarray(end + 1);
          if (rest.length > 0) stream.unshift(rest);
          resolve(Buffer.concat(parts).toString('utf8'));
        });
        return;
      }
    };
    stream.on('readable', onReadable);
    stream.on('end', onEnd);
    stream.on('close', onEnd);
    stream.on('error', onEnd);
    if (stream.readableEnded || stream.destroyed) onEnd();
  });
}

/** Writes a value as one line of JSON; resolves when the stream wants more. */
export async function writeLine(stream: Duplex, value: unknown): Promise<void> {
  if (stream.destroyed || stream.write(`${JSON.stringify(value)}\n`)) return;
  await drained(stream);
}
