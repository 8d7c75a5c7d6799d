import type { Random } from './random.ts';
import { chunkedBody, odd, spacing, value } from './words.ts';

const known =
  `GET GET GET POST POST POST PUT HEAD DELETE OPTIONS PATCH TRACE CONNECT QUERY PURGE PROPFIND MSEARCH
  get FOO M-SEARCH PRI G`.split(/\s+/);
const versions =
  `HTTP/1.1 HTTP/1.1 HTTP/1.1 HTTP/1.1 HTTP/1.1 HTTP/1.1 HTTP/1.0 HTTP/1.0 HTTP/1.2 HTTP/2.0 HTTP/0.9 HTTP/1.10 HTTP/1
  http/1.1 HTTP/11 HTTP/1.1x`.split(/\s+/);
const hosts =
  `h h h h example.com h:80 h:8080 [::1] [::1]:80 H.EXAMPLE h. h:x h:99999 u@h a,b a/b h?x h#x a_b %41
  127.0.0.1`
    .split(/\s+/)
    .concat('', ' ', 'a b', '\xe9');
const paths =
  `/ / / /a /a/b?c=d&e /a/../b /a/./b //a /%2e%2e/ /%41 /%zz /%00 /a#b /a;b /~ /*  ?a /a? /a?b?c /"<>^\`{|}
  /a\\b`.split(/\s+/);
const names =
  `a b x-foo X-Foo accept Accept-Encoding user-agent cookie Cookie authorization content-type via range
  cache-control x_under :path x-forwarded-for x-forwarded-proto x-forwarded-host x-request-id x-envoy-retry-on
  referer origin forwarded trailer date pragma expires`.split(/\s+/);
const connections =
  `close keep-alive Close upgrade Upgrade close,foo a,b te content-length host transfer-encoding ,
  upgrade,http2-settings keep-alive,upgrade x-forwarded-for connection cookie`.split(/\s+/);

/** Bytes a client might send on one connection: requests that are right, or nearly so. */
export function makeRequests(random: Random): string {
  let text = random.once(12) ? random.pick(['\r\n', '\n', '\r\n\r\n', '\r', ' ']) : '';
  const count = random.once(3) ? 2 + random.below(2) : 1;
  for (let i = 0; i < count; i++) text += makeRequest(random, i);
  return text;
}

function makeRequest(random: Random, index: number): string {
  const method = random.pick(known);
  const end = random.once(25) ? random.pick(['\n', '\r\r\n', '\r']) : '\r\n';
  const line = [
    method,
    spacing(random, ' '),
    target(random, method),
    spacing(random, ' '),
    random.pick(versions),
  ];
  const fields = random.some(3, () => field(random));
  if (!random.once(12)) fields.splice(random.below(fields.length + 1), 0, `Host: ${random.pick(hosts)}`);
  if (random.once(40)) fields.push('Host: i');
  const { head, body } = framing(random, method);
  for (const one of head) fields.splice(random.below(fields.length + 1), 0, one);
  if (index > 0) fields.push(`x-index: ${index}`);
  const text = [line.join(''), ...fields].map((one) => one + end).join('');
  return `${text}${random.once(40) ? random.pick(['\n', '\r\n\r\n', '']) : end}${body}`;
}

function target(random: Random, method: string): string {
  if (method === 'CONNECT' && !random.once(4))
    return random.pick(hosts) + random.pick([':443', ':80', '', ':']);
  if (random.once(8)) {
    const scheme = random.pick(['http', 'https', 'HTTP', 'ftp', 'ws', 'h2c', '1http']);
    return `${scheme}:${random.pick(['//', '//', '//', '/', ''])}${random.pick(hosts)}${random.pick(paths)}`;
  }
  if (random.once(15)) return random.pick(['*', '*x', '', 'a', '?a', 'http://', '/a b', '/a\tb']);
  if (random.once(60)) return `/${'a'.repeat(random.pick([8000, 16000, 61400, 61440, 70000]))}`;
  return random.pick(paths);
}

function field(random: Random): string {
  if (random.once(6)) return odd(random, random.pick(names));
  if (random.once(8)) return `Connection:${spacing(random, ' ')}${random.pick(connections)}`;
  if (random.once(15)) return `Upgrade: ${random.pick(['websocket', 'h2c', 'H2C', 'foo', ''])}`;
  if (random.once(15)) return `TE: ${random.pick(['trailers', 'gzip', 'gzip, trailers', 'Trailers', ''])}`;
  if (random.once(15)) return `Expect: ${random.pick(['100-continue', '100-Continue', 'foo', ''])}`;
  if (random.once(100))
    return Array.from({ length: 95 + random.below(8) }, (_, i) => `h${i}: v`).join('\r\n');
  if (random.once(150)) return `long: ${'b'.repeat(random.pick([8000, 16384, 61000, 61440]))}`;
  return `${random.pick(names)}:${spacing(random, ' ')}${value(random)}`;
}

/** What frames a body, and the body: mostly of one mind. */
function framing(random: Random, method: string): { head: string[]; body: string } {
  const bodiless = ['GET', 'HEAD', 'CONNECT', 'TRACE'].includes(method);
  const kind = random.below(bodiless ? 16 : 8);
  if (kind >= 6) return { head: [], body: random.once(20) ? 'abc' : '' };
  if (kind >= 3) {
    const length = random.pick([
      '3',
      '3',
      '3',
      '0',
      '003',
      '+3',
      '3, 3',
      '3,',
      '',
      'x',
      '0x3',
      '-1',
      '30',
      '3 ',
    ]);
    const head = [`Content-Length:${spacing(random, ' ')}${length}`];
    if (random.once(12))
      head.push(random.pick(['Content-Length: 3', 'Content-Length: 0', 'content_length: 1']));
    if (random.once(15)) head.push('Transfer-Encoding: chunked');
    return { head, body: length === '0' ? '' : 'abc' };
  }
  const coding = random.once(4)
    ? random.pick(
        `Chunked identity gzip gzip,chunked chunked,chunked chunked,identity xchunked "chunked"
        chunked;q=1 ,chunked chunked,`.split(/\s+/),
      )
    : 'chunked';
  const head = [`Transfer-Encoding:${spacing(random, ' ')}${coding}`];
  if (random.once(12))
    head.push(
      random.pick(['Transfer-Encoding: chunked', 'Transfer-Encoding: identity', 'Transfer-Encoding:']),
    );
  if (random.once(8)) head.push(`Content-Length: ${random.pick(['3', '0', 'x', ''])}`);
  return { head, body: chunkedBody(random) };
}
