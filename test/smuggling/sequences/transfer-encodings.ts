import { area, hidden, lines, post } from '../sequence.ts';

const te = 'Transfer-Encoding: chunked';
const end = '0\r\n\r\n';
/** Of the same POST: as chunks it ends before the hidden request, by its length behind it. */
const both = (...fields: string[]): string => post(fields, end);
const whole = `Content-Length: ${end.length + hidden.length}`;
const short = 'Content-Length: 4';

/** Chunked or not (RFC 9112 §6.1): every way to say so to one reader and not to another. */
export const transferEncodings = [
  ...area('encoding', {
    'length first': both(short, te),
    'length last': both(te, short),
    'length over what is hidden, first': both(whole, te),
    'length over what is hidden, last': both(te, whole),
    'length on both sides': both(short, te, short),
    'length 0': both('Content-Length: 0', te),
    'chunked twice': both(te, te),
    'chunked, then identity': both(te, 'Transfer-Encoding: identity'),
    'identity, then chunked': both('Transfer-Encoding: identity', te),
    'list chunked, identity': both('Transfer-Encoding: chunked, identity'),
    'list identity, chunked': both('Transfer-Encoding: identity, chunked'),
    'list chunked, chunked': both('Transfer-Encoding: chunked, chunked'),
    'list gzip, chunked': both('Transfer-Encoding: gzip, chunked'),
    'list with an empty member': both('Transfer-Encoding: , chunked'),
    'comma behind': both('Transfer-Encoding: chunked,'),
    identity: both('Transfer-Encoding: identity'),
    'identity and a length': post(['Transfer-Encoding: identity', short], 'abcd'),
    gzip: both('Transfer-Encoding: gzip'),
    xchunked: both('Transfer-Encoding: xchunked'),
    'xchunked and a length': both('Transfer-Encoding: xchunked', whole),
    chunkedx: both('Transfer-Encoding: chunkedx'),
    capitals: both('TRANSFER-ENCODING: CHUNKED'),
    'mixed case': both('tRANSFER-eNCODING: cHuNkEd'),
    'mixed case and a length': both('Transfer-Encoding: cHuNkEd', whole),
    'tab in front': both('Transfer-Encoding:\tchunked'),
    'tab behind': both('Transfer-Encoding: chunked\t'),
    'spaces behind': both('Transfer-Encoding: chunked   '),
    'no space': both('Transfer-Encoding:chunked'),
    'vertical tab in front': both('Transfer-Encoding: \x0bchunked'),
    'vertical tab behind, and a length': both('Transfer-Encoding: chunked\x0b', whole),
    'form feed in front': both('Transfer-Encoding: \x0cchunked'),
    'NUL behind': both('Transfer-Encoding: chunked\0'),
    '8-bit byte in front': both('Transfer-Encoding: \xffchunked'),
    quoted: both('Transfer-Encoding: "chunked"'),
    'with a parameter': both('Transfer-Encoding: chunked;q=1'),
    empty: both('Transfer-Encoding:'),
    'empty, and a length': post(['Transfer-Encoding:', short], 'abcd'),
    'space before the colon': both('Transfer-Encoding : chunked'),
    'space before the colon, and a length': both('Transfer-Encoding : chunked', whole),
    'tab before the colon': both('Transfer-Encoding\t: chunked', whole),
    'space before the name': both(` ${te}`, whole),
    'underscore for the hyphen': both('Transfer_Encoding: chunked', whole),
    'on a folded line': both('Transfer-Encoding:\r\n chunked', whole),
    'on a folded line of another field': both(`x: y\r\n ${te}`, whole),
    'behind a bare CR': both(`x: y\r${te}`, whole),
    'behind a bare LF': both(`x: y\n${te}`, whole),
    'behind CR CR LF': both(`x: y\r\r\n${te}`, whole),
    'colon in the name': both(`:${te}`, whole),
    'no colon': both('Transfer-Encoding chunked', whole),
    'of HTTP/1.0': lines('POST / HTTP/1.0', 'Host: h', te) + end + hidden,
    'of a GET': lines('GET / HTTP/1.1', 'Host: h', te) + end + hidden,
    'of a HEAD': lines('HEAD / HTTP/1.1', 'Host: h', te) + end + hidden,
    'of a DELETE': `${lines('DELETE / HTTP/1.1', 'Host: h', te)}1\r\nx\r\n${end}${hidden}`,
    'TE and trailers': both('TE: chunked, trailers', 'Connection: TE', whole),
  }),
  ...area(
    'encoding and a length taken',
    {
      'length first': both(short, te),
      'length last': both(te, whole),
      'chunked, identity': both('Transfer-Encoding: chunked, identity', whole),
    },
    'chunked-length',
  ),
  ...area(
    'encoding of HTTP/1.0',
    {
      chunked: lines('POST / HTTP/1.0', 'Host: h', te) + end + hidden,
      'chunked and kept': lines('POST / HTTP/1.0', 'Host: h', te, 'Connection: keep-alive') + end + hidden,
      'chunked and a length': lines('POST / HTTP/1.0', 'Host: h', te, whole) + end + hidden,
    },
    'http10',
  ),
];
