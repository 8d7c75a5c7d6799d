// What HPACK alone costs of one proxied exchange over HTTP/2: the request's block in, the response's block out.
// Run by hand: node --import tsx --input-type=module -e \
//   "console.table((await import('./src/proxy/codec/http2/hpack/hpack.bench.ts')).hpackCosts())"
import { HpackDecoder } from './decoder.ts';
import { HpackEncoder } from './encoder.ts';

type Fields = readonly (readonly [string, string])[];

const small: Fields = [
  [':method', 'GET'],
  [':scheme', 'http'],
  [':authority', '127.0.0.1:8080'],
  [':path', '/service/1'],
  ['user-agent', 'h2load nghttp2/1.52.0'],
];
const browser: Fields = [
  [':method', 'GET'],
  [':authority', 'www.example.com'],
  [':scheme', 'https'],
  [':path', '/assets/app.js?v=1234567'],
  ['cache-control', 'max-age=0'],
  ['sec-ch-ua', '"Chromium";v="130", "Not?A_Brand";v="99"'],
  ['upgrade-insecure-requests', '1'],
  ['user-agent', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0'],
  ['accept', 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8'],
  ['accept-encoding', 'gzip, deflate, br'],
  ['accept-language', 'en-GB,en;q=0.9'],
  ['cookie', 'session=0123456789abcdef0123456789abcdef; theme=dark'],
];
const response: Fields = [
  [':status', '200'],
  ['content-type', 'text/plain'],
  ['content-length', '64'],
  ['date', 'Mon, 01 Jan 2024 00:00:00 GMT'],
  ['server', 'envoy'],
  ['x-envoy-upstream-service-time', '0'],
];

/** The fields of turn `i`: what differs from one to the next. */
type Turn = (i: number) => Fields;
const withPath =
  (path: (i: number) => string) =>
  (fields: Fields): Turn => {
    const turns = Array.from({ length: 1000 }, (_, i) =>
      fields.map(([name, value]) => [name, name === ':path' ? path(i) : value] as const),
    );
    return (i) => turns[i % turns.length]!;
  };
const same =
  (fields: Fields): Turn =>
  () =>
    fields;
const uuid = (i: number) => `7d44f2b1-${1000 + (i % 9000)}-4000-8000-1234567890ab`;

const turns: Readonly<Record<string, Turn>> = {
  'small, the same': same(small),
  'small, four paths in turn': withPath((i) => `/service/${i % 4}`)(small),
  'small, paths that differ': withPath((i) => `/service/${i}/of/many`)(small),
  'browser, paths that differ': withPath((i) => `/assets/${i}/app.js`)(browser),
  'small with a request id': (i) => [...small, ['x-request-id', uuid(i)]],
  'response, the same': same(response),
  'response, service times that differ': (i) =>
    response.map(([n, v]) => [n, n.startsWith('x-') ? String(i % 3) : v]),
};

const batch = 5000;
const rounds = 30;
let seen = 0;
const sink = {
  onField(name: string, value: string) {
    seen += name.length + value.length;
  },
};

function encodeAll(encoder: HpackEncoder, all: readonly Fields[]): Buffer[] {
  return all.map((fields) => {
    encoder.begin();
    for (const [name, value] of fields) encoder.field(name, value);
    return encoder.end();
  });
}

/** Microseconds of CPU a block, the best of many rounds, decoded and encoded. */
export function hpackCosts(): Record<string, { decode: number; encode: number; bytes: number }> {
  const costs: Record<string, { decode: number; encode: number; bytes: number }> = {};
  for (const [name, turn] of Object.entries(turns)) {
    const encoder = new HpackEncoder();
    const decoder = new HpackDecoder();
    const all = Array.from({ length: batch }, (_, i) => turn(i));
    const best = { decode: Number.POSITIVE_INFINITY, encode: Number.POSITIVE_INFINITY, bytes: 0 };
    for (let round = 0; round < rounds; round++) {
      const start = process.hrtime.bigint();
      const blocks = encodeAll(encoder, all);
      const between = process.hrtime.bigint();
      for (const block of blocks) decoder.decode(block, 0, block.length, sink);
      const end = process.hrtime.bigint();
      best.encode = Math.min(best.encode, Number(between - start) / batch);
      best.decode = Math.min(best.decode, Number(end - between) / batch);
      best.bytes = blocks[batch - 1]!.length;
    }
    costs[name] = {
      decode: Math.round(best.decode) / 1000,
      encode: Math.round(best.encode) / 1000,
      bytes: best.bytes,
    };
  }
  if (seen === 0) throw new Error('nothing was decoded');
  return costs;
}
