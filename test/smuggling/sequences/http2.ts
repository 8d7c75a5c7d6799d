import {
  data,
  type Field,
  headers,
  hello,
  request,
  settings,
  windowUpdate,
} from '../../conformance/http2/frames.ts';
import { area, hidden } from '../sequence.ts';

/** A request of these fields on a connection that has begun, and an ordinary one behind it. */
const one = (fields: readonly Field[], body?: string): string =>
  hello +
  headers(1, fields, body === undefined) +
  (body === undefined ? '' : data(1, body, true)) +
  headers(3, request('/behind'));
const more = (...fields: Field[]): string => one(request('/', fields));
const without = (name: string): readonly Field[] => request('/').filter(([its]) => its !== name);
const withValue = (name: string, value: string): string =>
  one(request('/').map(([its, old]): Field => [its, its === name ? value : old]));

/** A POST of these fields that has trailers. */
const trailers = (fields: readonly Field[], ...after: readonly Field[]): string =>
  hello +
  headers(1, request('/', fields, 'POST'), false) +
  data(1, 'abcd') +
  headers(1, after) +
  headers(3, request('/behind'));

/** Fields that are harmless in HTTP/2 and a request of their own in HTTP/1, which the upstream speaks (RFC 9113 §8.2). */
export const http2 = area(
  'http2',
  {
    plain: one(request('/')),
    'CRLF in a value': more(['x', `a\r\n\r\n${hidden}`]),
    'LF in a value': more(['x', 'a\nevil: b']),
    'CR in a value': more(['x', 'a\rb']),
    'NUL in a value': more(['x', 'a\0b']),
    'CRLF in a name': more(['x\r\nevil', 'a']),
    'colon in a name': more(['x: y', 'a']),
    'space in a name': more(['x y', 'a']),
    'empty name': more(['', 'a']),
    'capital in a name': more(['X', 'a']),
    'CRLF in the path': withValue(':path', '/ HTTP/1.1\r\nHost: evil\r\n\r\n'),
    'space in the path': withValue(':path', '/a HTTP/1.1'),
    'path without a slash': withValue(':path', 'a'),
    'empty path': withValue(':path', ''),
    'absolute path': withValue(':path', 'http://evil/'),
    'CRLF in the method': withValue(':method', 'GET / HTTP/1.1\r\nx:'),
    'space in the method': withValue(':method', 'GET /evil'),
    'CRLF in the authority': withValue(':authority', 'h\r\nx: y'),
    'space in the authority': withValue(':authority', 'h evil'),
    'user in the authority': withValue(':authority', 'h@evil'),
    'empty authority': withValue(':authority', ''),
    'odd scheme': withValue(':scheme', 'http://evil/?'),
    'no path': one(without(':path')),
    'no method': one(without(':method')),
    'no scheme': one(without(':scheme')),
    'no authority': one(without(':authority')),
    'host for the authority': one([...without(':authority'), ['host', 'h']]),
    'host beside the authority': more(['host', 'evil']),
    'two hosts': more(['host', 'evil'], ['host', 'other']),
    'path twice': one([...request('/'), [':path', '/evil']]),
    'path behind a field': one([...without(':path'), ['x', 'y'], [':path', '/evil']]),
    'unknown pseudo-header': one([[':evil', 'x'], ...request('/')]),
    'status of a request': one([[':status', '200'], ...request('/')]),
    'protocol without a setting': one([[':protocol', 'websocket'], ...request('/', [], 'CONNECT')]),
    'transfer-encoding': one(request('/', [['transfer-encoding', 'chunked']], 'POST'), `0\r\n\r\n${hidden}`),
    'transfer-encoding of a GET': more(['transfer-encoding', 'chunked']),
    connection: more(['connection', 'close']),
    'keep-alive': more(['keep-alive', 'timeout=5']),
    'proxy-connection': more(['proxy-connection', 'close']),
    upgrade: more(['upgrade', 'websocket']),
    'te of chunked': more(['te', 'chunked']),
    'te of trailers': more(['te', 'trailers']),
    'length that is right': one(request('/', [['content-length', '4']], 'POST'), 'abcd'),
    'length too short': one(request('/', [['content-length', '0']], 'POST'), hidden),
    'length too long': one(request('/', [['content-length', '99']], 'POST'), 'abcd'),
    'length twice': one(
      request(
        '/',
        [
          ['content-length', '4'],
          ['content-length', '4'],
        ],
        'POST',
      ),
      'abcd',
    ),
    'length that differs': one(
      request(
        '/',
        [
          ['content-length', '4'],
          ['content-length', '0'],
        ],
        'POST',
      ),
      'abcd',
    ),
    'length of letters': one(request('/', [['content-length', 'x']], 'POST'), 'abcd'),
    'length with a plus': one(request('/', [['content-length', '+4']], 'POST'), 'abcd'),
    'length of a GET without a body': more(['content-length', '4']),
    'no length': one(request('/', [], 'POST'), hidden),
    'trailers with a length': trailers([], ['content-length', '9']),
    'trailers with the right length': trailers([], ['content-length', '4']),
    'trailers with the length of the head': trailers([['content-length', '4']], ['content-length', '4']),
    'trailers with another length than the head': trailers(
      [['content-length', '4']],
      ['content-length', '9'],
    ),
    'trailers with a length of letters': trailers([], ['content-length', 'x']),
    'trailers with a length of 0': trailers([], ['content-length', '0']),
    'trailers with a host': trailers([], ['host', 'evil']),
    'trailers with two hosts': trailers([], ['host', 'evil'], ['host', 'h']),
    'trailers with a user in the host': trailers([], ['host', 'h@evil']),
    'trailers with a pseudo-header': trailers([], [':path', '/evil']),
    'user in the host': one([...without(':authority'), ['host', 'h@evil']]),
    'user in the host beside the authority': more(['host', 'h@evil']),
    'user in the authority of a CONNECT': one([
      [':method', 'CONNECT'],
      [':authority', 'h@evil:80'],
    ]),
    CONNECT: one([
      [':method', 'CONNECT'],
      [':authority', 'evil:80'],
    ]),
    'CONNECT with a path': one(request('/', [], 'CONNECT')),
    'cookies apart': more(['cookie', 'a=b'], ['cookie', 'c=d']),
    'data of no request': `${hello}${data(1, hidden)}`,
    'no SETTINGS': headers(1),
    'HTTP/1 behind the preface': `${hello}${hidden}`,
    'HTTP/1': hidden,
    'settings and a window': hello + settings(4, 0) + windowUpdate(0, 99) + headers(1),
  },
  'http2',
);
