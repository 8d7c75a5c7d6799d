// What HTTP/1 alone costs of one proxied exchange, in memory: request in, request out, response in, response out.
// Run by hand: node --import tsx --input-type=module -e \
//   "console.table((await import('./src/proxy/codec/http1/hop.bench.ts')).hopCosts())"
import type { RequestHeaders, ResponseHeaders } from '../../http/headers.ts';
import type { RequestDecoder, RequestEncoder, ResponseDecoder, ResponseEncoder } from '../codec.ts';
import { Http1ClientConnection } from './client-connection.ts';
import { Http1ServerConnection } from './server-connection.ts';

const lines = (...all: string[]) => Buffer.from(`${all.join('\r\n')}\r\n\r\n`, 'latin1');
const requests = {
  'wrk (2 fields)': lines('GET /service/1 HTTP/1.1', 'Host: 127.0.0.1:8080', 'Connection: keep-alive'),
  'browser (14 fields)': lines(
    'GET /assets/app.js?v=1234567 HTTP/1.1',
    'Host: www.example.com',
    'Connection: keep-alive',
    'Cache-Control: max-age=0',
    'sec-ch-ua: "Chromium";v="130", "Not?A_Brand";v="99"',
    'sec-ch-ua-mobile: ?0',
    'Upgrade-Insecure-Requests: 1',
    'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36',
    'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
    'Sec-Fetch-Site: none',
    'Sec-Fetch-Mode: navigate',
    'Accept-Encoding: gzip, deflate, br',
    'Accept-Language: en-GB,en;q=0.9',
    'Cookie: session=0123456789abcdef0123456789abcdef; theme=dark',
    'X-Request-Id: 7d44f2b1-0000-4000-8000-1234567890ab',
  ),
};
const response = Buffer.concat([
  lines(
    'HTTP/1.1 200 OK',
    'Content-Type: text/plain',
    'Content-Length: 64',
    'Date: Mon, 01 Jan 2024 00:00:00 GMT',
    'Connection: keep-alive',
    'Keep-Alive: timeout=5',
  ),
  Buffer.alloc(64, 'x'),
]);

let written = 0;
let upstream: RequestEncoder;
let downstream: ResponseEncoder;
const toClient: ResponseDecoder = {
  decode1xxHeaders: () => {},
  decodeHeaders(headers: ResponseHeaders, endStream: boolean) {
    headers.remove('connection');
    headers.remove('keep-alive');
    downstream.encodeHeaders(headers, endStream);
  },
  decodeData: (data, endStream) => downstream.encodeData(data, endStream),
  decodeTrailers: (trailers) => downstream.encodeTrailers(trailers),
  onReset: () => {},
};
const toUpstream: RequestDecoder = {
  decodeHeaders(headers: RequestHeaders, endStream: boolean) {
    headers.remove('connection');
    upstream = client.newStream(toClient);
    upstream.encodeHeaders(headers, endStream);
  },
  decodeData: (data, endStream) => upstream.encodeData(data, endStream),
  decodeTrailers: (trailers) => upstream.encodeTrailers(trailers),
  onReset: () => {},
};
const write = (data: Buffer) => {
  written += data.length;
  return true;
};
const nothing = () => {};
const client = new Http1ClientConnection({
  write,
  onStreamComplete: nothing,
  onCloseNotice: nothing,
  setReadEnabled: nothing,
  onProtocolError: nothing,
});
const server = new Http1ServerConnection({
  newStream(encoder) {
    downstream = encoder;
    return toUpstream;
  },
  write,
  onProtocolError: nothing,
  onClose: nothing,
  setReadEnabled: nothing,
});

const batch = 2000;
const rounds = 60;

/** The best of many rounds for each kind of request, in microseconds an exchange. */
export function hopCosts(): Record<string, number> {
  const costs: Record<string, number> = {};
  for (const [name, request] of Object.entries(requests)) {
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < rounds; round++) {
      const start = process.hrtime.bigint();
      for (let i = 0; i < batch; i++) {
        server.dispatch(request);
        client.dispatch(response);
      }
      best = Math.min(best, Number(process.hrtime.bigint() - start) / batch);
    }
    costs[name] = Math.round(best / 10) / 100;
  }
  if (written === 0) throw new Error('nothing was written');
  return costs;
}
