import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Links } from '../links/links.ts';
import type { Headers } from '../links/request-headers.ts';
import { HtmlRewriter } from './rewriter.ts';

/** Where the script is that every document starts with. */
export const scriptPath = '/.envoy-lab/below.js';

/** What a document's body passes through, and what its headers become. */
export interface DocumentChange {
  readonly headers: Headers;
  readonly through: readonly Transform[];
}

/**
 * Whether what is asked for becomes a document that the browser shows. What a script fetches is the script's: it gets every
 * byte as the page sent it.
 */
export function wantsDocument(headers: Readonly<Record<string, readonly string[] | undefined>>): boolean {
  const dest = headers['sec-fetch-dest']?.[0];
  if (dest !== undefined) return ['document', 'iframe', 'frame', 'embed', 'object'].includes(dest);
  return (headers.accept ?? []).some((accept) => accept.includes('text/html'));
}

/** An HTML answer with its links rewritten; undefined when it has to stay as it is. */
export function changeDocument(status: number, headers: Headers, links: Links): DocumentChange | undefined {
  const type = headers['content-type']?.[0] ?? '';
  if (!/^\s*text\/html\s*(;|$)/i.test(type) || /charset\s*=\s*"?utf-?16/i.test(type)) return undefined;
  // A part of a page is nothing that could be read.
  if (status === 206 || headers['content-range'] !== undefined) return undefined;
  const decoders = (headers['content-encoding'] ?? []).join(',').split(',').map(decoderOf).reverse();
  if (decoders.includes(undefined)) return undefined;
  const { 'content-length': _length, 'content-encoding': _encoding, ...kept } = headers;
  const script = `<script src="${scriptPath}"></script>`;
  return {
    headers: kept,
    through: [...decoders.flatMap((make) => make?.() ?? []), new HtmlRewriter(links, script)],
  };
}

/** Makes what decodes a content coding, or nothing where there is none; undefined for one that cannot be decoded. */
function decoderOf(encoding: string): (() => Transform[]) | undefined {
  switch (encoding.trim().toLowerCase()) {
    case '':
    case 'identity':
      return () => [];
    case 'gzip':
    case 'x-gzip':
      return () => [createGunzip()];
    case 'deflate':
      return () => [createInflate()];
    case 'br':
      return () => [createBrotliDecompress()];
    default:
      return undefined;
  }
}
