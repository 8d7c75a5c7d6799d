import type { Random } from './random.ts';
import { chunkedBody, odd, spacing, value } from './words.ts';

const versions =
  `HTTP/1.1 HTTP/1.1 HTTP/1.1 HTTP/1.1 HTTP/1.1 HTTP/1.0 HTTP/1.0 HTTP/1.2 HTTP/2.0 HTTP/0.9 HTTP/1 http/1.1
  ICY HTTP/1.10`.split(/\s+/);
const codes =
  `200 200 200 200 200 200 201 204 204 205 206 301 304 304 404 500 503 100 101 102 103 104 199 099 99
  600 999 1000 0 20 2000 +200 -200 200.0 x 65736`.split(/\s+/);
const words = ['OK', 'OK', 'OK', '', ' ', 'Not Found', '\xe4', 'O\tK', '200', 'O\0K', 'O\rK', 'HTTP/1.1'];
const names =
  `a b x-foo X-Foo server Server date Date set-cookie Set-Cookie content-type cache-control etag vary
  location via x-envoy-upstream-service-time x_under :status trailer upgrade www-authenticate age grpc-status
  x-envoy-immediate-health-check-fail proxy-connection keep-alive x-envoy-degraded last-modified`.split(
    /\s+/,
  );

/** Bytes an upstream might answer one request with: a response that is right, or nearly so. */
export function makeResponse(random: Random): string {
  let text = random.once(20) ? random.pick(['\r\n', '\n', ' ', '\r']) : '';
  while (random.once(6))
    text += makeHead(random, random.pick(['100', '100', '102', '103', '199', '101']), []);
  const { head, body } = framing(random);
  text +=
    makeHead(random, random.once(6) ? String(100 + random.below(500)) : random.pick(codes), head) + body;
  if (random.once(12)) text += random.pick(['\r\n', 'x', 'HTTP/1.1 200 OK\r\n\r\n', '0\r\n\r\n', '\n']);
  return text;
}

function makeHead(random: Random, code: string, framed: readonly string[]): string {
  const end = random.once(25) ? random.pick(['\n', '\r\r\n', '\r']) : '\r\n';
  const line = [random.pick(versions), spacing(random, ' '), code, spacing(random, ' '), random.pick(words)];
  const fields = random.some(3, () => field(random));
  for (const one of framed) fields.splice(random.below(fields.length + 1), 0, one);
  return `${[line.join(''), ...fields].map((one) => one + end).join('')}${end}`;
}

function field(random: Random): string {
  if (random.once(6)) return odd(random, random.pick(names));
  if (random.once(8)) {
    return `Connection: ${random.pick(['close', 'keep-alive', 'Close', 'upgrade', 'a', '', 'close, a'])}`;
  }
  if (random.once(100))
    return Array.from({ length: 95 + random.below(8) }, (_, i) => `h${i}: v`).join('\r\n');
  if (random.once(150)) return `long: ${'b'.repeat(random.pick([8000, 16384, 61440, 81000, 81920]))}`;
  return `${random.pick(names)}:${spacing(random, ' ')}${value(random)}`;
}

function framing(random: Random): { head: string[]; body: string } {
  const kind = random.below(8);
  if (kind >= 6) return { head: [], body: random.pick(['', 'abc', 'abc', '3\r\nabc\r\n0\r\n\r\n']) };
  if (kind >= 3) {
    const length = random.pick(['3', '3', '3', '3', '0', '003', '+3', '3, 3', '', 'x', '-1', '30', '2']);
    const head = [`Content-Length:${spacing(random, ' ')}${length}`];
    if (random.once(12)) head.push(random.pick(['Content-Length: 3', 'Content-Length: 0']));
    if (random.once(15)) head.push('Transfer-Encoding: chunked');
    return { head, body: length === '0' ? '' : 'abc' };
  }
  const coding = random.once(4)
    ? random.pick([
        'Chunked',
        'identity',
        'gzip',
        'gzip, chunked',
        'chunked, chunked',
        'chunked,',
        ',chunked',
      ])
    : 'chunked';
  const head = [`Transfer-Encoding:${spacing(random, ' ')}${coding}`];
  if (random.once(12)) head.push(random.pick(['Transfer-Encoding: chunked', 'Transfer-Encoding: identity']));
  if (random.once(8)) head.push(`Content-Length: ${random.pick(['3', '0', 'x', ''])}`);
  return { head, body: chunkedBody(random) };
}
