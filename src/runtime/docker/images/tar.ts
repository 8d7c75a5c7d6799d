import { createReadStream } from 'node:fs';
import { LabError } from '../../../error.ts';

/** What an entry of an archive is; all belong to root, and none has a time: equal content makes equal bytes. */
export type TarEntry = {
  /** Without a slash at either end. */
  readonly path: string;
} & (
  | { readonly kind: 'directory'; readonly mode: number }
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'file'; readonly mode: number; readonly from: TarSource }
);

/** A file's bytes: in memory, on the host, or streamed by whoever has them. */
export type TarSource =
  | { readonly content: Buffer }
  | { readonly hostPath: string; readonly size: number }
  | { readonly size: number; readonly read: () => AsyncIterable<Buffer> };

const block = 512;
const chunk = 1 << 20;

/** Length of the archive of these entries, its end included. */
export function tarSize(entries: readonly TarEntry[]): number {
  const sizes = entries.map((entry) => headers(entry).length + padded(sizeOf(entry)));
  return sizes.reduce((sum, size) => sum + size, tarEnd.length);
}

/**
 * The archive of these entries (POSIX.1-2001 pax), as it is read.
 * @throws LabError `runtime` when a host file changes or goes meanwhile
 */
export async function* tarStream(entries: Iterable<TarEntry>): AsyncGenerator<Buffer> {
  let small: Buffer[] = [];
  for (const entry of entries) {
    small.push(headers(entry));
    if (entry.kind !== 'file') continue;
    if ('content' in entry.from) {
      small.push(
        entry.from.content,
        Buffer.alloc(padded(entry.from.content.length) - entry.from.content.length),
      );
      continue;
    }
    yield Buffer.concat(small);
    small = [Buffer.alloc(padded(entry.from.size) - entry.from.size)];
    yield* exactly(entry.from, entry.path);
  }
  yield Buffer.concat([...small, tarEnd]);
}

/** Two empty blocks. */
export const tarEnd: Buffer = Buffer.alloc(2 * block);

async function* exactly(from: Exclude<TarSource, { content: Buffer }>, name: string): AsyncGenerator<Buffer> {
  const path = 'hostPath' in from ? from.hostPath : name;
  const stream = 'hostPath' in from ? createReadStream(path, { highWaterMark: chunk }) : from.read();
  let read = 0;
  try {
    for await (const part of stream as AsyncIterable<Buffer>) {
      read += part.length;
      if (read > from.size) break;
      yield part;
    }
  } catch (error) {
    if (error instanceof LabError) throw error;
    throw new LabError('runtime', `cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
  if (read !== from.size) {
    throw new LabError('runtime', `${path} changed while it was put into an image`, {
      hint: 'run the command again',
    });
  }
}

function sizeOf(entry: TarEntry): number {
  if (entry.kind !== 'file') return 0;
  return 'content' in entry.from ? entry.from.content.length : entry.from.size;
}

function padded(size: number): number {
  return Math.ceil(size / block) * block;
}

const types = { file: '0', link: '2', directory: '5' } as const;

/** An entry's header, after an extended one where names do not fit. */
function headers(entry: TarEntry): Buffer {
  const path = entry.kind === 'directory' ? `${entry.path}/` : entry.path;
  const target = entry.kind === 'link' ? entry.target : '';
  const mode = entry.kind === 'link' ? 0o777 : entry.mode;
  const own = header(path, mode, sizeOf(entry), types[entry.kind], target);
  const records = Object.entries({ path, linkpath: target }).flatMap(([key, value]) =>
    fits(value) ? [] : [paxRecord(key, value)],
  );
  if (records.length === 0) return own;
  const body = Buffer.from(records.join(''));
  const padding = Buffer.alloc(padded(body.length) - body.length);
  return Buffer.concat([header('PaxHeaders/entry', 0o644, body.length, 'x', ''), body, padding, own]);
}

function fits(name: string): boolean {
  return Buffer.byteLength(name) <= 100 && /^[\x20-\x7e]*$/.test(name);
}

/** `LENGTH KEY=VALUE\n`, where the length counts itself. */
function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + 1;
  while (rest + String(length).length !== length) length = rest + String(length).length;
  return `${length} ${key}=${value}\n`;
}

function header(path: string, mode: number, size: number, type: string, target: string): Buffer {
  const bytes = Buffer.alloc(block);
  const octal = (value: number, at: number, width: number) =>
    bytes.write(value.toString(8).padStart(width - 1, '0'), at, 'latin1');
  Buffer.from(path).copy(bytes, 0, 0, 100);
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  bytes.write('        ', 148, 'latin1');
  bytes.write(type, 156, 'latin1');
  Buffer.from(target).copy(bytes, 157, 0, 100);
  bytes.write('ustar\x0000', 257, 'latin1');
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return bytes;
}
