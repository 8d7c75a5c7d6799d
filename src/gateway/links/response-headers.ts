import { cookieBelow } from './cookies.ts';
import type { Links } from './links.ts';
import type { Headers } from './request-headers.ts';

/**
 * What one page must not say for all that share the gateway's origin: away with everything it stores, a wider scope for
 * workers, another address, who else may read. The last is nobody: only the gateway's own pages get this far.
 */
const notForOne =
  /^(clear-site-data|service-worker-allowed|alt-svc|strict-transport-security|access-control-.*)$/;

/** Headers whose value is a link. */
const linkHeaders = ['location', 'content-location', 'sourcemap', 'x-sourcemap'];

/** A page's answer as the browser has to see it: its links lead through the gateway, and no other origin gets at it. */
export function responseHeaders(headers: Headers, links: Links): Record<string, readonly string[]> {
  const sent: Record<string, readonly string[]> = {};
  for (const [name, values] of Object.entries(headers)) {
    if (notForOne.test(name)) continue;
    if (name === 'set-cookie') {
      const cookies = values.flatMap((cookie) => cookieBelow(cookie, links.place) ?? []);
      if (cookies.length > 0) sent[name] = cookies;
    } else if (linkHeaders.includes(name)) sent[name] = values.map((link) => links.outward(link));
    else if (name === 'refresh') sent[name] = values.map((value) => refreshOutward(value, links));
    else if (name === 'link') sent[name] = values.map((value) => linksOutward(value, links));
    else sent[name] = values;
  }
  return {
    ...sent,
    // Who asks for what is told by the Referer, which therefore has to be whole.
    'referrer-policy': ['same-origin'],
    'x-content-type-options': ['nosniff'],
    'content-security-policy': [...(sent['content-security-policy'] ?? []), "frame-ancestors 'self'"],
    'cross-origin-opener-policy': ['same-origin'],
    'cross-origin-resource-policy': ['same-origin'],
  };
}

/** `5; url=/path`, as the header and the `<meta>` of that name have it. */
export function refreshOutward(value: string, links: Links): string {
  return value.replace(
    /^(\s*[\d.]+\s*[;,]\s*(?:url\s*=\s*)?)(["']?)(.*?)(\2\s*)$/is,
    (_, start: string, quote: string, link: string, end: string) =>
      `${start}${quote}${links.outward(link)}${end}`,
  );
}

/** `</style.css>; rel=preload, <…>`. */
function linksOutward(value: string, links: Links): string {
  return value.replace(/<([^<>]*)>/g, (_, link: string) => `<${links.outward(link)}>`);
}
