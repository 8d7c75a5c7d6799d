import { lines } from './case.ts';
import type { ResponseCase } from './response-case.ts';

type Rest = Partial<Pick<ResponseCase, 'method' | 'behind'>>;

function raw(name: string, bytes: string, rest: Rest = {}): ResponseCase {
  return { name, bytes, method: 'GET', behind: 'nothing', ...rest };
}

/** A response of these fields, with the body `abc` behind it. */
function head(name: string, ...fields: string[]): ResponseCase {
  return raw(name, `${lines('HTTP/1.1 200 OK', ...fields)}abc`);
}

/** One whose status line is this. */
function first(name: string, line: string): ResponseCase {
  return raw(`status line: ${name}`, `${lines(line, 'Content-Length: 3')}abc`);
}

function chunked(name: string, body: string, rest: Rest = {}): ResponseCase {
  return raw(`chunked, ${name}`, lines('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked') + body, rest);
}

const none = (status: string, ...fields: string[]) => lines(`HTTP/1.1 ${status}`, ...fields);
const ok = lines('HTTP/1.1 200 OK', 'Content-Length: 3');

const twice = `accept-ranges access-control-allow-credentials access-control-allow-headers
  access-control-allow-methods access-control-allow-origin access-control-expose-headers
  access-control-max-age age allow alt-svc cache-control content-encoding content-language
  content-location content-range content-type etag expires grpc-message grpc-status last-modified link
  location p3p pragma proxy-authenticate proxy-status refresh retry-after set-cookie
  strict-transport-security trailer vary via warning www-authenticate x-custom x-envoy-attempt-count
  x-envoy-decorator-operation x-envoy-degraded x-envoy-immediate-health-check-fail x-envoy-overloaded
  x-envoy-ratelimited x-envoy-upstream-canary x-envoy-upstream-healthchecked-cluster x-forwarded-for
  x-powered-by x-request-id user-agent authorization accept cookie te expect host`;

export const responseCases: readonly ResponseCase[] = [
  ...twice
    .split(/\s+/)
    .map((name) => head(`twice ${name}`, `${name}: a`, 'x-between: b', `${name}: c`, 'Content-Length: 3')),
  ...[
    200, 201, 203, 205, 206, 226, 299, 300, 301, 303, 306, 308, 400, 402, 404, 409, 418, 419, 421, 425, 426,
    429, 431, 444, 451, 499, 500, 501, 502, 503, 505, 508, 510, 511, 520, 599, 600, 799, 999,
  ].map((status) => first(`${status}`, `HTTP/1.1 ${status} X`)),
  ...['000', '099', '020', '1', '99', '1000', '0200', '2OO', '-200', '+200', '200.0', '20 0'].map((status) =>
    first(`status ${status}`, `HTTP/1.1 ${status} X`),
  ),
  raw('status line: status 99 and a body until the end', 'HTTP/1.1 99 X\r\n\r\nabc', { behind: 'fin' }),
  raw('status line: status 0 and a body until the end', 'HTTP/1.1 0 X\r\n\r\nabc'),
  raw('status line: form feed behind the status, half a head', 'HTTP/1.1 200\x0cOK\r\nA: b\r\n'),
  raw(
    'status line: form feed and control behind the status, half a head',
    'HTTP/1.1 200\x0c\x19OK\r\nA: b\r\n',
  ),
  ...['x|x', 'x|y', '|x', '3|x', '3|3', 'x|99999999999999999999'].map((pair) =>
    raw(
      `304 of lengths ${pair}`,
      none('304 Not Modified', ...pair.split('|').map((length) => `Content-Length: ${length}`)),
    ),
  ),
  ...['200\x00', '200 \x00', '200 OK\x00', '200\x0c', '\x01'].map((status) =>
    raw(`status line: half a head, ${JSON.stringify(status)}`, `HTTP/1.1 ${status}\n`),
  ),
  first('no reason', 'HTTP/1.1 200'),
  first('no reason, space', 'HTTP/1.1 200 '),
  first('no status', 'HTTP/1.1'),
  first('no status, space', 'HTTP/1.1 '),
  first('two spaces', 'HTTP/1.1  200  OK'),
  first('tabs', 'HTTP/1.1\t200\tOK'),
  first('CR inside', 'HTTP/1.1 200 O\rK'),
  first('NUL in the reason', 'HTTP/1.1 200 O\x00K'),
  first('BEL in the reason', 'HTTP/1.1 200 O\x07K'),
  raw('status line: control behind the status, half a head', 'HTTP/1.1 200\x19OK\r\nA: b\r\n'),
  first('byte above 127 in the reason', 'HTTP/1.1 200 \xe9'),
  first('HTTP/1.0', 'HTTP/1.0 200 OK'),
  first('HTTP/1.2', 'HTTP/1.2 200 OK'),
  first('HTTP/2.0', 'HTTP/2.0 200 OK'),
  first('HTTP/0.9', 'HTTP/0.9 200 OK'),
  first('HTTP/1.10', 'HTTP/1.10 200 OK'),
  first('HTTP/11', 'HTTP/11 200 OK'),
  first('http/1.1', 'http/1.1 200 OK'),
  first('ICY', 'ICY 200 OK'),
  first('HTTP', 'HTTP 200 OK'),
  first('space first', ' HTTP/1.1 200 OK'),
  raw('empty line first', `\r\n${ok}abc`),
  raw('LF line ends', 'HTTP/1.1 200 OK\nContent-Length: 3\n\nabc'),
  raw('HTTP/0.9 text', '<html>'),
  raw('TLS alert', '\x15\x03\x01\x00\x02\x02\x46'),
  raw('nothing, FIN', '', { behind: 'fin' }),
  raw('one byte, FIN', 'H', { behind: 'fin' }),
  raw('half a line, FIN', 'HTTP/1.1 20', { behind: 'fin' }),
  raw('half a head, FIN', 'HTTP/1.1 200 OK\r\nContent-Le', { behind: 'fin' }),
  raw('head, FIN', ok, { behind: 'fin' }),
  raw('half a body, FIN', `${ok}ab`, { behind: 'fin' }),
  raw('whole, FIN', `${ok}abc`, { behind: 'fin' }),
  raw('whole', `${ok}abc`),
  raw('half a body', `${ok}ab`),
  raw('more than its length', `${ok}abcd`),
  raw('more than its length, CR LF', `${ok}abc\r\n`),
  raw('two responses', `${ok}abc${ok}def`),
  raw('no length', `${none('200 OK')}abc`),
  raw('no length, FIN', `${none('200 OK')}abc`, { behind: 'fin' }),
  raw('no length, no body, FIN', none('200 OK'), { behind: 'fin' }),
  raw('no length, connection close, FIN', `${none('200 OK', 'Connection: close')}abc`, { behind: 'fin' }),
  raw('no length, keep-alive, FIN', `${none('200 OK', 'Connection: keep-alive')}abc`, { behind: 'fin' }),
  raw('no length, HTTP/1.0, FIN', `${lines('HTTP/1.0 200 OK')}abc`, { behind: 'fin' }),
  raw('HTTP/1.0 keep-alive', `${lines('HTTP/1.0 200 OK', 'Connection: keep-alive', 'Content-Length: 3')}abc`),
  raw('connection close', `${none('200 OK', 'Connection: close', 'Content-Length: 3')}abc`),
  raw(
    'connection Foo, CLOSE',
    `${none('200 OK', 'Connection: Foo, CLOSE', 'Foo: a', 'Content-Length: 3')}abc`,
  ),
  raw('proxy-connection close', `${none('200 OK', 'Proxy-Connection: close', 'Content-Length: 3')}abc`),
  raw(
    'connection twice',
    `${none('200 OK', 'Connection: keep-alive', 'Connection: close', 'Content-Length: 3')}abc`,
  ),
  raw('length 0', none('200 OK', 'Content-Length: 0')),
  raw('length 0 and a byte', `${none('200 OK', 'Content-Length: 0')}a`),
  head('length twice, same', 'Content-Length: 3', 'Content-Length: 3'),
  head('two lengths', 'Content-Length: 3', 'Content-Length: 4'),
  head('length of letters', 'Content-Length: x'),
  head('length empty', 'Content-Length:'),
  head('length 3, 3', 'Content-Length: 3, 3'),
  head('length +3', 'Content-Length: +3'),
  head('length and chunked', 'Content-Length: 3', 'Transfer-Encoding: chunked'),
  head('te gzip', 'Transfer-Encoding: gzip', 'Content-Length: 3'),
  raw('te gzip, FIN', `${none('200 OK', 'Transfer-Encoding: gzip')}abc`, { behind: 'fin' }),
  raw('te identity, FIN', `${none('200 OK', 'Transfer-Encoding: identity')}abc`, { behind: 'fin' }),
  raw('te gzip, chunked', `${none('200 OK', 'Transfer-Encoding: gzip, chunked')}3\r\nabc\r\n0\r\n\r\n`),
  raw(
    'te twice',
    `${none('200 OK', 'Transfer-Encoding: chunked', 'Transfer-Encoding: chunked')}3\r\nabc\r\n0\r\n\r\n`,
  ),
  raw('te Chunked', `${none('200 OK', 'Transfer-Encoding: Chunked')}3\r\nabc\r\n0\r\n\r\n`),
  raw('te with CR inside, FIN', `${none('200 OK', 'Transfer-Encoding: chun\rked')}3\r\nabc\r\n0\r\n\r\n`, {
    behind: 'fin',
  }),
  raw('HTTP/1.0 chunked', `${lines('HTTP/1.0 200 OK', 'Transfer-Encoding: chunked')}3\r\nabc\r\n0\r\n\r\n`),
  chunked('plain', '3\r\nabc\r\n0\r\n\r\n'),
  chunked('two', '3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n'),
  chunked('and more', '3\r\nabc\r\n0\r\n\r\nx'),
  chunked('trailers', '3\r\nabc\r\n0\r\nx: y\r\n\r\n'),
  chunked('bad trailer', '3\r\nabc\r\n0\r\nx y: y\r\n\r\n'),
  chunked('bad size', '3\r\nabc\r\nzz\r\n'),
  chunked('bad first size', 'zz\r\nabc\r\n'),
  chunked('size ended by LF', '3\nabc\r\n0\r\n\r\n'),
  chunked('data ended by LF', '3\r\nabc\n0\r\n\r\n'),
  chunked('data too long', '3\r\nabcd\r\n0\r\n\r\n'),
  chunked('ended by LF', '3\r\nabc\r\n0\r\n\n'),
  chunked('cut, FIN', '3\r\nabc\r\n', { behind: 'fin' }),
  chunked('cut before its end, FIN', '3\r\nabc\r\n0\r\n', { behind: 'fin' }),
  chunked('cut in a size, FIN', '3', { behind: 'fin' }),
  chunked('of a HEAD', '3\r\nabc\r\n0\r\n\r\n', { method: 'HEAD' }),
  raw('HEAD', none('200 OK', 'Content-Length: 30'), { method: 'HEAD' }),
  raw('HEAD with a body', `${ok}abc`, { method: 'HEAD' }),
  raw('HEAD without length', none('200 OK'), { method: 'HEAD' }),
  raw('HEAD of chunked', none('200 OK', 'Transfer-Encoding: chunked'), { method: 'HEAD' }),
  raw('HEAD 404', none('404 Not Found'), { method: 'HEAD' }),
  raw('204', none('204 No Content')),
  raw('204 with length 0', none('204 No Content', 'Content-Length: 0')),
  raw('204 with length', `${none('204 No Content', 'Content-Length: 3')}abc`),
  raw('204 chunked', `${none('204 No Content', 'Transfer-Encoding: chunked')}0\r\n\r\n`),
  raw('204 with a body', `${none('204 No Content')}abc`),
  raw('205 without length', none('205 Reset Content')),
  raw('304', none('304 Not Modified')),
  raw('304 with length', none('304 Not Modified', 'Content-Length: 30')),
  raw('304 with a bad length', none('304 Not Modified', 'Content-Length: x')),
  raw('204 with a bad length', none('204 No Content', 'Content-Length: x')),
  raw('HEAD with a bad length', none('200 OK', 'Content-Length: x'), { method: 'HEAD' }),
  raw('304 with a body', `${none('304 Not Modified', 'Content-Length: 3')}abc`),
  raw('304 chunked', none('304 Not Modified', 'Transfer-Encoding: chunked')),
  raw('100 first', `${none('100 Continue')}${ok}abc`),
  raw('100 first, of a POST', `${none('100 Continue')}${ok}abc`, { method: 'POST' }),
  raw('100 with fields first', `${none('100 Continue', 'x: y')}${ok}abc`),
  raw('100 with length 0 first', `${none('100 Continue', 'Content-Length: 0')}${ok}abc`),
  raw('100 with length first', `${none('100 Continue', 'Content-Length: 3')}abc${ok}abc`),
  raw('100 chunked first', `${none('100 Continue', 'Transfer-Encoding: chunked')}0\r\n\r\n${ok}abc`),
  raw('100 twice first', `${none('100 Continue')}${none('100 Continue')}${ok}abc`),
  raw('102 first', `${none('102 Processing')}${ok}abc`),
  raw('103 first', `${none('103 Early Hints', 'Link: a')}${ok}abc`),
  raw('104 first', `${none('104 X')}${ok}abc`),
  raw('100 and nothing', none('100 Continue')),
  raw('100, FIN', none('100 Continue'), { behind: 'fin' }),
  raw('101 unasked', none('101 Switching Protocols', 'Connection: upgrade', 'Upgrade: websocket')),
  raw(
    '101 unasked, and bytes',
    `${none('101 Switching Protocols', 'Connection: upgrade', 'Upgrade: websocket')}abc`,
  ),
  raw('101 without upgrade', none('101 Switching Protocols')),
  raw(
    '200 with upgrade fields',
    `${none('200 OK', 'Connection: upgrade', 'Upgrade: websocket', 'Content-Length: 3')}abc`,
  ),
  head('space before the colon', 'Content-Length: 3', 'a : b'),
  head('no colon', 'Content-Length: 3', 'abc'),
  head('no name', 'Content-Length: 3', ': b'),
  head('folded', 'Content-Length: 3', 'a: b', ' c'),
  head('NUL in a value', 'Content-Length: 3', 'a: b\x00c'),
  head('BEL in a value', 'Content-Length: 3', 'a: b\x07c'),
  head('DEL in a value', 'Content-Length: 3', 'a: b\x7fc'),
  head('form feed in a value', 'Content-Length: 3', 'a: b\x0cc'),
  head('CR in a value', 'Content-Length: 3', 'a: b\rc'),
  head('bytes above 127 in a value', 'Content-Length: 3', 'a: \xe4\xff'),
  head('byte above 127 in a name', 'Content-Length: 3', 'a\xe4: b'),
  head('pseudo name', 'Content-Length: 3', ':status: 404'),
  head('underscore', 'Content-Length: 3', 'a_b: c'),
  head('host', 'Content-Length: 3', 'Host: x'),
  head('empty value', 'Content-Length: 3', 'a:'),
  head('100 fields', 'Content-Length: 3', ...Array.from({ length: 99 }, (_, i) => `h${i}: v`)),
  head('101 fields', 'Content-Length: 3', ...Array.from({ length: 100 }, (_, i) => `h${i}: v`)),
  head('value of 61000', 'Content-Length: 3', `a: ${'b'.repeat(61000)}`),
  head('value of 62000', 'Content-Length: 3', `a: ${'b'.repeat(62000)}`),
  head('value of 81000', 'Content-Length: 3', `a: ${'b'.repeat(81000)}`),
  head('head of 81920', 'Content-Length: 3', `a: ${'b'.repeat(81920 - 17 - 19 - 5 - 2)}`),
  head('head of 81921', 'Content-Length: 3', `a: ${'b'.repeat(81921 - 17 - 19 - 5 - 2)}`),
];
