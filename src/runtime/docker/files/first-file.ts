import type { Readable } from 'node:stream';

/** The first thing in an archive that is not about another. */
export type FirstEntry =
  | { readonly kind: 'file'; readonly content: Buffer }
  | { readonly kind: 'link' | 'directory' | 'other' };

const BLOCK = 512;
const KINDS: Readonly<Record<string, FirstEntry['kind']>> = {
  '0': 'file',
  '\0': 'file',
  '2': 'link',
  '5': 'directory',
};

/**
 * Reads the first entry of a tar archive, and no more of it than that.
 * @returns undefined when the archive is empty or cut off
 */
export async function firstEntry(archive: Readable): Promise<FirstEntry | undefined> {
  const take = reader(archive);
  try {
    for (;;) {
      const header = await take(BLOCK);
      if (header === undefined || header[0] === 0) return undefined;
      const size = sizeIn(header);
      const type = String.fromCharCode(header[156]!);
      // Headers that extend the next one: its name is not asked for here.
      if ('xgLK'.includes(type)) {
        if ((await take(Math.ceil(size / BLOCK) * BLOCK)) === undefined) return undefined;
        continue;
      }
      const kind = KINDS[type] ?? 'other';
      if (kind !== 'file') return { kind };
      const content = await take(size);
      return content && { kind, content };
    }
  } finally {
    archive.destroy();
  }
}

/** Octal, or binary with the first bit set where that is too short. */
function sizeIn(header: Buffer): number {
  if (header[124]! >= 0x80) return Number(header.readBigUInt64BE(128));
  return Number.parseInt(header.toString('latin1', 124, 136), 8) || 0;
}

function reader(archive: Readable): (size: number) => Promise<Buffer | undefined> {
  const chunks = archive[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let parts: Buffer[] = [];
  let length = 0;
  return async (size) => {
    while (length < size) {
      const { value, done } = await chunks.next();
      if (done) return undefined;
      parts.push(value);
      length += value.length;
    }
    const all = Buffer.concat(parts);
    parts = [all.subarray(size)];
    length -= size;
    return all.subarray(0, size);
  };
}
