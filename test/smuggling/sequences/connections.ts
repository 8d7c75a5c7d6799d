import { area, get, hidden, lines, post } from '../sequence.ts';

const h = 'Host: h';
const body = (...fields: string[]): string => post(fields, 'abcd');
/** An upstream answers `/ANSWER` as `answers` of upstream.ts says. */
const answer = (name: string, method = 'GET'): string => lines(`${method} /${name} HTTP/1.1`, h) + hidden;

/** What ends, changes or shares a connection; and answers whose end readers see in different places. */
export const connections = [
  ...area('connection', {
    'close and what is behind': get(h, 'Connection: close'),
    'close in capitals': get(h, 'Connection: CLOSE'),
    'close in a list': get(h, 'Connection: x, close'),
    'close of a POST': body('Connection: close', 'Content-Length: 4'),
    'keep-alive and close': get(h, 'Connection: keep-alive, close'),
    'of a proxy': get(h, 'Proxy-Connection: close'),
    'names the length': body('Connection: Content-Length', 'Content-Length: 4'),
    'names the encoding': post(['Connection: Transfer-Encoding', 'Transfer-Encoding: chunked'], '0\r\n\r\n'),
    'names the host': get(h, 'Connection: Host'),
    'names a pseudo-header': get(h, 'Connection: :path'),
    'names itself': get(h, 'Connection: Connection'),
    'names a field': get(h, 'Connection: x', 'x: y'),
    'names X-Forwarded-For': get(h, 'Connection: x-forwarded-for', 'X-Forwarded-For: 9.9.9.9'),
    'names many': get(h, `Connection: ${Array.from({ length: 60 }, (_, i) => `x${i}`).join(', ')}`),
    'with an empty member': get(h, 'Connection: ,x,,', 'x: y'),
    'keep-alive field': get(h, 'Keep-Alive: timeout=5', 'Connection: keep-alive'),
  }),
  ...area('upgrade', {
    websocket: get(h, 'Connection: Upgrade', 'Upgrade: websocket'),
    'websocket of a POST': body('Connection: Upgrade', 'Upgrade: websocket', 'Content-Length: 4'),
    'without Connection': get(h, 'Upgrade: websocket'),
    h2c: get(
      h,
      'Connection: Upgrade, HTTP2-Settings',
      'Upgrade: h2c',
      'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA',
    ),
    'h2c with a body': body('Connection: Upgrade', 'Upgrade: h2c', 'Content-Length: 4'),
    unknown: get(h, 'Connection: Upgrade', 'Upgrade: smuggle/1'),
    TLS: get(h, 'Connection: Upgrade', 'Upgrade: TLS/1.0'),
  }),
  ...area('expect', {
    '100-continue and its body': body('Expect: 100-continue', 'Content-Length: 4'),
    '100-continue without a body': get(h, 'Expect: 100-continue'),
    '100-continue in capitals': body('Expect: 100-CONTINUE', 'Content-Length: 4'),
    'something else': body('Expect: x', 'Content-Length: 4'),
    'two of them': body('Expect: 100-continue', 'Expect: x', 'Content-Length: 4'),
  }),
  ...area('answer', {
    'of a HEAD': answer('plain', 'HEAD'),
    '204 with a length': answer('204-length'),
    '204 with chunks': answer('204-chunks'),
    '204 with a body': answer('204-body'),
    '304 with a length': answer('304-length'),
    '304 with a body': answer('304-body'),
    '100 before the answer': answer('100'),
    '103 before the answer': answer('103'),
    '101 that nobody asked for': answer('101'),
    'with both lengths': answer('both'),
    'with two lengths': answer('two-lengths'),
    'with more than its length': answer('more'),
    'two at once': answer('twice'),
    'with a body of a HEAD': answer('body', 'HEAD'),
    'of HTTP/1.0': answer('old'),
    'with a folded field': answer('folded'),
    'with a bare LF': answer('bare-lf'),
    'with a NUL': answer('nul'),
    'with a bad chunk': answer('bad-chunk'),
    'with trailers': answer('trailers'),
  }),
];
