import { type Case, lines, type Variant } from './case.ts';

function line(name: string, first: string, variant: Variant = 'default'): Case {
  return { name: `request line: ${name}`, bytes: lines(first, 'Host: h'), variant };
}

function bare(name: string, bytes: string, variant: Variant = 'default'): Case {
  return { name: `request line: ${name}`, bytes, variant };
}

const methods =
  'GET HEAD POST PUT DELETE OPTIONS PATCH TRACE PURGE QUERY MSEARCH M-SEARCH PRI get Get FOO G UNSUBSCRIBES';

/** Corners of the form `scheme://authority/path`. */
const absolute =
  `http://:80/ http://@other/ http://user@/ http://user:@other/ http://:pw@other/ http://u:p:q@other/
  http://[v1.a]/ http://[::1%25eth0]/ http://[::1%eth0]/ http://[]/ http://[::1]x/ http://[::1]:/ http://[::g]/
  http://[1.2.3.4]/ http://other:0/ http://other:080/ http://other:000080/ http://other:65535/ http://other:65536/
  http://a..b/ http://-a/ http://a-/ http://. http://a~b/ http://a!b/ http://a!b@c/ http://a%zz@c/ http://a%41@c/
  http://a=b@c/ http://a[b@c/ http+x://other/ h.t-t+p://other/ http://other// http://other/?a=b/c@d:e
  http://other/:80 http://other/a?b#c http://other/a?b?c HTTPS://Other:443/ http://other@ http://other:80@x/
  http://other:80?x http://http://x/ http://other?/x http://xn--p1ai/ http://a'b/ http://a(b)@c/ http://a;b@c/
  http://a*b@c/ http://a,b@c/ http://a$b&c+d@e/ http://a:b/ http://1.2.3.4:80/ http://1.2.3.4.5/ *http://x/`.split(
    /\s+/,
  );

const tunnels =
  `a_b:1 :443 other:0 other: other:443/ other:443?x [::1] [::1]:0 a.b-c:1 *:1 other:065535 other:65535
  other:65536 [::1 ::1:80 1.2.3.4:80 other:80:80 OTHER:80 other:8o /x *`.split(/\s+/);

export const requestLineCases: readonly Case[] = [
  ...methods.split(' ').map((method) => line(`method ${method}`, `${method} / HTTP/1.1`)),
  line('method with a token mark', 'GE!T / HTTP/1.1'),
  line('method with a colon', 'GET: / HTTP/1.1'),
  line('path', 'GET /a/b?c=d&e HTTP/1.1'),
  line('path with fragment', 'GET /a#b HTTP/1.1'),
  line('path with percent', 'GET /%zz%00 HTTP/1.1'),
  line('path with odd marks', 'GET /"<>\\^`{|} HTTP/1.1'),
  line('path with a byte above 127', 'GET /\xe9 HTTP/1.1'),
  line('path with DEL', 'GET /a\x7fb HTTP/1.1'),
  line('path with NUL', 'GET /a\x00b HTTP/1.1'),
  line('path with form feed', 'GET /a\x0cb HTTP/1.1'),
  line('path with space', 'GET /a b HTTP/1.1'),
  line('path with tab', 'GET /a\tb HTTP/1.1'),
  line('path with CR', 'GET /a\rb HTTP/1.1'),
  line('double slash', 'GET //evil/x HTTP/1.1'),
  line('dot segments', 'GET /a/../b/./c HTTP/1.1'),
  line('asterisk with OPTIONS', 'OPTIONS * HTTP/1.1'),
  line('asterisk with GET', 'GET * HTTP/1.1'),
  line('asterisk and more', 'OPTIONS *x HTTP/1.1'),
  line('no slash', 'GET a HTTP/1.1'),
  line('only a query', 'GET ?a HTTP/1.1'),
  line('two spaces before the target', 'GET  / HTTP/1.1'),
  line('two spaces before the version', 'GET /  HTTP/1.1'),
  line('tab for space', 'GET\t/\tHTTP/1.1'),
  line('tab and space', 'GET \t/ HTTP/1.1'),
  line('form feed for space', 'GET\x0c/ HTTP/1.1'),
  line('vertical tab for space', 'GET\x0b/ HTTP/1.1'),
  line('NUL for space', 'GET\x00/ HTTP/1.1'),
  line('CR for space', 'GET\r/ HTTP/1.1'),
  line('space at the end', 'GET / HTTP/1.1 '),
  line('tab at the end', 'GET / HTTP/1.1\t'),
  line('words after the version', 'GET / HTTP/1.1 x'),
  line('space at the start', ' GET / HTTP/1.1'),
  line('CR CR LF', 'GET / HTTP/1.1\r'),
  line('HTTP/1.0', 'GET / HTTP/1.0'),
  line('HTTP/1.0 accepted', 'GET / HTTP/1.0', 'http10'),
  line('HTTP/1.2', 'GET / HTTP/1.2'),
  line('HTTP/1.2 where 1.0 is accepted', 'GET / HTTP/1.2', 'http10'),
  line('HTTP/2.0', 'GET / HTTP/2.0'),
  line('HTTP/0.9', 'GET / HTTP/0.9'),
  line('HTTP/9.9 where 1.0 is accepted', 'GET / HTTP/9.9', 'http10'),
  line('HTTP/1.10', 'GET / HTTP/1.10'),
  line('HTTP/01.1', 'GET / HTTP/01.1'),
  line('HTTP/1', 'GET / HTTP/1'),
  line('HTTP/1,1', 'GET / HTTP/1,1'),
  line('http/1.1', 'GET / http/1.1'),
  line('HTTPS/1.1', 'GET / HTTPS/1.1'),
  line('HTTP /1.1', 'GET / HTTP /1.1'),
  line('ICY', 'GET / ICY/1.1'),
  line('no version', 'GET /'),
  line('no version where 1.0 is accepted', 'GET /', 'http10'),
  line('no version and a space', 'GET / '),
  line('only a method', 'GET'),
  line('only a method and a space', 'GET '),
  line('absolute URL', 'GET http://other/a?b HTTP/1.1'),
  line('absolute URL, upper case', 'GET HTTP://OTHER/A HTTP/1.1'),
  line('absolute URL without path', 'GET http://other HTTP/1.1'),
  line('absolute URL with query and no path', 'GET http://other?a=b HTTP/1.1'),
  line('absolute URL with fragment', 'GET http://other/a#b HTTP/1.1'),
  line('absolute URL with fragment and no path', 'GET http://other#b HTTP/1.1'),
  line('absolute URL with default port', 'GET http://other:80/ HTTP/1.1'),
  line('absolute URL with port', 'GET http://other:8080/ HTTP/1.1'),
  line('absolute URL with empty port', 'GET http://other:/ HTTP/1.1'),
  line('absolute URL with bad port', 'GET http://other:99999/ HTTP/1.1'),
  line('absolute URL with letters as port', 'GET http://other:x/ HTTP/1.1'),
  line('absolute URL with IPv6', 'GET http://[::1]:81/ HTTP/1.1'),
  line('absolute URL with bad IPv6', 'GET http://[::1/ HTTP/1.1'),
  line('absolute URL with user', 'GET http://user:pw@other/ HTTP/1.1'),
  line('absolute URL with two users', 'GET http://a@b@other/ HTTP/1.1'),
  line('absolute URL with @@', 'GET http://a@@other/ HTTP/1.1'),
  line('absolute URL with percent in host', 'GET http://oth%65r/ HTTP/1.1'),
  line('absolute URL with underscore in host', 'GET http://a_b/ HTTP/1.1'),
  line('absolute URL with comma in host', 'GET http://a,b/ HTTP/1.1'),
  line('absolute URL with star in host', 'GET http://*/ HTTP/1.1'),
  line('absolute URL with decimal host', 'GET http://2130706433/ HTTP/1.1'),
  line('absolute URL with dots', 'GET http://other/a/../b HTTP/1.1'),
  line('absolute URL with escapes', 'GET http://other/%41%zz HTTP/1.1'),
  line('absolute URL with odd marks', 'GET http://other/"<>^`{|} HTTP/1.1'),
  line('absolute URL with backslash', 'GET http://other\\@evil/ HTTP/1.1'),
  line('absolute URL with backslash in path', 'GET http://other/a\\b HTTP/1.1'),
  line('absolute URL, https', 'GET https://other/ HTTP/1.1'),
  line('absolute URL, https with 443', 'GET https://other:443/ HTTP/1.1'),
  line('absolute URL, ftp', 'GET ftp://other/ HTTP/1.1'),
  line('absolute URL, ws', 'GET ws://other/ HTTP/1.1'),
  line('absolute URL without host', 'GET http:///a HTTP/1.1'),
  line('absolute URL without slashes', 'GET http:other HTTP/1.1'),
  line('absolute URL with one slash', 'GET http:/other HTTP/1.1'),
  line('absolute URL with digit in scheme', 'GET h2c://other/ HTTP/1.1'),
  line('absolute URL starting with a digit', 'GET 1http://other/ HTTP/1.1'),
  line('scheme and nothing', 'GET http:// HTTP/1.1'),
  line('absolute URL with OPTIONS', 'OPTIONS http://other HTTP/1.1'),
  bare('absolute URL and no Host', lines('GET http://other/ HTTP/1.1')),
  ...absolute.map((url) => line(`absolute URL ${url}`, `GET ${url} HTTP/1.1`)),
  ...tunnels.map((target) => line(`CONNECT ${target}`, `CONNECT ${target} HTTP/1.1`)),
  line('CONNECT', 'CONNECT other:443 HTTP/1.1'),
  line('CONNECT without port', 'CONNECT other HTTP/1.1'),
  line('CONNECT with a URL', 'CONNECT http://other:80/ HTTP/1.1'),
  line('CONNECT with a path', 'CONNECT / HTTP/1.1'),
  line('CONNECT with bad port', 'CONNECT other:99999 HTTP/1.1'),
  line('CONNECT with IPv6', 'CONNECT [::1]:80 HTTP/1.1'),
  line('CONNECT with user', 'CONNECT a@other:80 HTTP/1.1'),
  bare('CONNECT with length', lines('CONNECT other:443 HTTP/1.1', 'Host: h', 'Content-Length: 1')),
  bare('CONNECT with length 0', lines('CONNECT other:443 HTTP/1.1', 'Host: h', 'Content-Length: 0')),
  bare('CONNECT chunked', lines('CONNECT other:443 HTTP/1.1', 'Host: h', 'Transfer-Encoding: chunked')),
  line('no space before the version', 'GET /HTTP/1.1'),
  line('no space before the version, space behind', 'GET /HTTP/1.1 '),
  line('no space before the version, where 1.0 is accepted', 'GET /HTTP/1.1', 'http10'),
  bare('LF line ends', 'GET / HTTP/1.1\nHost: h\n\n'),
  bare('mixed line ends', 'GET / HTTP/1.1\r\nHost: h\n\r\n'),
  bare('mixed line ends, other way', 'GET / HTTP/1.1\nHost: h\r\n\n'),
  bare('empty line first', `\r\n${lines('GET / HTTP/1.1', 'Host: h')}`),
  bare('LF first', `\n${lines('GET / HTTP/1.1', 'Host: h')}`),
  bare('many empty lines first', `\r\n\r\n\r\n${lines('GET / HTTP/1.1', 'Host: h')}`),
  bare(
    'empty line between two',
    `${lines('GET /1 HTTP/1.1', 'Host: h')}\r\n${lines('GET /2 HTTP/1.1', 'Host: h')}`,
  ),
  bare('empty line last', `${lines('GET /1 HTTP/1.1', 'Host: h')}\r\n`),
  bare('CR last', `${lines('GET /1 HTTP/1.1', 'Host: h')}\r`),
  bare('CR first', `\r${lines('GET /1 HTTP/1.1', 'Host: h')}`),
  bare('only an empty line', '\r\n'),
  bare('empty line and a space', '\r\n '),
  bare('TLS client hello', '\x16\x03\x01\x02\x00\x01\x00'),
  bare('garbage', 'hello\r\n\r\n'),
  bare('no fields', 'GET / HTTP/1.1\r\n\r\n'),
  bare('no fields, LF', 'GET / HTTP/1.1\n\n'),
  bare('half a line', 'GET / HT'),
  bare('a bad method, half a line', 'FOO / HT'),
  bare('a bad first byte', 'X'),
  bare('a bad method, no more', 'FOO / HTTP/1.1\r\n'),
  bare('URL of 70000', lines(`GET /${'a'.repeat(70000)} HTTP/1.1`, 'Host: h')),
  bare('endless line', `GET /${'a'.repeat(70000)}`),
];
