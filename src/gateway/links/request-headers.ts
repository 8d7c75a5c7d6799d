import { foreignCookies } from '../guard/session.ts';
import type { Links } from './links.ts';
import { originOf } from './place.ts';

/** Headers by lower-case name, each with its values in order. */
export type Headers = Readonly<Record<string, readonly string[]>>;

/** What an HTML page can be decoded from, to rewrite its links. */
export const decodable = ['gzip', 'x-gzip', 'deflate', 'br'];

/** A browser's request as the page would have got it at its own address inside the lab. */
export function requestHeaders(headers: Headers, links: Links): Headers {
  const { origin, referer, cookie, host: _, ...rest } = headers;
  const own = originOf(links.place);
  const sent: Record<string, readonly string[]> = { host: [own.replace(/^https?:\/\//, '')], ...rest };
  const asking = referer?.[0];
  const inward = asking === undefined ? undefined : links.inward(asking);
  if (inward !== undefined) sent.referer = [inward];
  if (origin !== undefined) sent.origin = [links.askingOrigin(asking)];
  const cookies = foreignCookies(cookie?.join('; '));
  if (cookies !== undefined) sent.cookie = [cookies];
  const accepted = rest['accept-encoding'];
  if (accepted !== undefined) sent['accept-encoding'] = [decodableOf(accepted.join(', '))];
  return sent;
}

/** Of the encodings a browser takes, those that can be read here. */
function decodableOf(accepted: string): string {
  const kept = accepted
    .split(',')
    .map((part) => part.trim())
    .filter((part) => [...decodable, 'identity'].includes(part.split(';')[0]!.trim().toLowerCase()));
  return kept.length === 0 ? 'identity' : kept.join(', ');
}
