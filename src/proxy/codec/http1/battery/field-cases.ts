import { type Case, lines, type Variant } from './case.ts';

function fields(name: string, ...given: string[]): Case {
  return { name: `fields: ${name}`, bytes: lines('GET / HTTP/1.1', 'Host: h', ...given), variant: 'default' };
}

function under(variant: Variant, name: string, ...given: string[]): Case {
  return { ...fields(name, ...given), variant };
}

function whole(name: string, ...given: string[]): Case {
  return { name: `fields: ${name}`, bytes: lines('GET / HTTP/1.1', ...given), variant: 'default' };
}

const many = (count: number) => Array.from({ length: count }, (_, i) => `h${i}: v`);
/** Fields of which Envoy may keep one value, joined. */
const twice = `accept accept-encoding accept-language access-control-request-headers
  access-control-request-method access-control-allow-origin authorization cache-control connection
  content-encoding content-type cookie date etag expect expires forwarded from grpc-timeout if-match
  if-modified-since if-none-match if-range keep-alive last-modified link location origin pragma
  proxy-authorization proxy-connection range referer server set-cookie te trailer upgrade
  upgrade-insecure-requests user-agent vary via warning x-client-trace-id x-envoy-attempt-count
  x-envoy-decorator-operation x-envoy-downstream-service-cluster x-envoy-downstream-service-node
  x-envoy-original-path x-envoy-original-host x-envoy-upstream-rq-timeout-ms
  x-envoy-upstream-rq-per-try-timeout-ms x-envoy-retry-on x-envoy-retry-grpc-on x-envoy-max-retries
  x-envoy-hedge-on-per-try-timeout x-envoy-internal x-envoy-force-trace x-envoy-external-address
  x-envoy-ip-tags x-envoy-is-timeout-retry x-envoy-upstream-alt-stat-name x-envoy-upstream-stream-duration-ms
  x-envoy-upstream-service-time x-forwarded-client-cert x-forwarded-for x-forwarded-host x-forwarded-port
  x-forwarded-proto x-ot-span-context x-request-id x-b3-traceid x-b3-spanid x-b3-sampled traceparent
  tracestate x-amzn-trace-id status x-real-ip x-custom
  access-control-allow-credentials access-control-allow-headers sec-websocket-protocol grpc-status
  grpc-message grpc-accept-encoding x-envoy-degraded x-envoy-overloaded x-envoy-ratelimited
  x-envoy-immediate-health-check-fail x-envoy-original-dst-host x-envoy-peer-metadata
  x-envoy-upstream-canary x-envoy-upstream-healthchecked-cluster x-envoy-retriable-status-codes
  x-envoy-retriable-header-names x-envoy-protocol-upgrade http2-settings dnt content-language
  content-disposition x-squash-debug x-datadog-trace-id :path-like`
  .split(/\s+/)
  .filter((name) => !name.startsWith(':'));

export const fieldCases: readonly Case[] = [
  ...twice.map((name) => fields(`twice ${name}`, `${name}: a`, 'x-between: b', `${name}: c`)),
  fields('joined, first empty', 'Via:', 'Via: a'),
  fields('joined, second empty', 'Via: a', 'Via:', 'Via: b'),
  fields('joined, both empty', 'Via:', 'Via:'),
  fields('mixed case', 'X-Foo: Bar', 'ACCEPT: x', 'Content-LANGUAGE: de'),
  fields('white space around the value', 'a: \t b c \t '),
  fields('no space', 'a:b'),
  fields('empty value', 'a:', 'b: '),
  fields('space before the colon', 'a : b'),
  fields('tab before the colon', 'a\t: b'),
  fields('space before the colon of content-length', 'Content-Length : 0'),
  fields('space before the colon of transfer-encoding', 'Transfer-Encoding : chunked'),
  fields('space in the name', 'a b: c'),
  fields('no colon', 'abc'),
  fields('no name', ': b'),
  fields('pseudo name', ':path: /x'),
  fields('two colons', 'a:: b'),
  fields('name with a byte above 127', 'a\xe9: b'),
  fields('name with double quote', 'a"b: c'),
  fields('name with brackets', 'a(b): c'),
  fields('name with at', 'a@b: c'),
  fields('name with all token marks', "!#$%&'*+-.^_`|~: c"),
  fields('name with NUL', 'a\x00: b'),
  fields('name with DEL', 'a\x7f: b'),
  fields('value with bytes above 127', 'a: \xe4\xff\x80'),
  fields('value with NBSP at the ends', 'a: \xa0x\xa0'),
  fields('value with NUL', 'a: b\x00c'),
  fields('value with BEL', 'a: b\x07c'),
  fields('value with DEL', 'a: b\x7fc'),
  fields('value with tab', 'a: b\tc'),
  fields('value with form feed', 'a: b\x0cc'),
  fields('value with escape', 'a: b\x1bc'),
  fields('value with CR', 'a: b\rc'),
  fields('value with CR at the start', 'a: \rc'),
  fields('value with CR at the end', 'a: c\r'),
  fields('value with CR CR', 'a: b\r\rc'),
  fields('length with CR', 'Content-Length: \r0'),
  fields('CR before the colon', 'a\r: b'),
  fields('CR in front of a name', '\ra: b'),
  fields('CR alone on a line', '\r'),
  fields('folded by space', 'a: b', ' c'),
  fields('folded by tab', 'a: b', '\tc'),
  fields('folded twice', 'a: b', '  c', '\t d'),
  fields('folded from nothing', 'a:', ' b'),
  fields('folded to nothing', 'a: b', ' '),
  fields('folded with white space before', 'a: b \t', '  c'),
  fields('folded name', 'a', ' : b'),
  fields('folded transfer-encoding', 'Transfer-Encoding:', ' chunked'),
  fields('folded length', 'Content-Length: 0', ' 0'),
  whole('folded first field', ' Host: h'),
  whole('white space line first', ' ', 'Host: h'),
  fields('line of white space', 'a: b', '   ', 'c: d'),
  fields('form feed continues', 'a: b', '\x0cc'),
  fields('NUL line', 'a: b', '\x00'),
  whole('no host'),
  whole('empty host', 'Host:'),
  whole('host twice', 'Host: a', 'Host: b'),
  whole('same host twice', 'Host: a', 'Host: a'),
  whole('host empty, then not', 'Host:', 'Host: a'),
  whole('host, then empty', 'Host: a', 'Host:'),
  whole('host with port', 'Host: a:80'),
  whole('host with user', 'Host: u@a'),
  whole('host with slash', 'Host: a/b'),
  whole('host with space', 'Host: a b'),
  whole('host with percent', 'Host: a%41'),
  whole('host with IPv6', 'Host: [::1]:80'),
  whole('host with comma', 'Host: a,b'),
  whole('host with star', 'Host: *'),
  whole('host with quote', 'Host: a"b'),
  whole('host with query', 'Host: a?b'),
  whole('host with hash', 'Host: a#b'),
  whole('host with backslash', 'Host: a\\b'),
  whole('host with a byte above 127', 'Host: \xe9'),
  whole('host upper case', 'HOST: ABC'),
  whole('host last', 'a: b', 'Host: h'),
  fields('100 fields', ...many(99)),
  fields('101 fields', ...many(100)),
  fields('101 lines that join to 100', ...many(98), 'x-forwarded-for: a', 'x-forwarded-for: b'),
  fields('101 lines, two hosts', ...many(99), 'Host: i'),
  fields('value of 60000', `a: ${'b'.repeat(60000)}`),
  fields('value of 61440', `a: ${'b'.repeat(61440)}`),
  fields('head of exactly 61440', `a: ${'b'.repeat(61440 - 16 - 9 - 5 - 2)}`),
  fields('head of 61441', `a: ${'b'.repeat(61441 - 16 - 9 - 5 - 2)}`),
  fields('name of 60000', `${'b'.repeat(60000)}: a`),
  fields('underscore', 'a_b: c'),
  under('reject-underscores', 'underscore rejected', 'a_b: c'),
  under('drop-underscores', 'underscore dropped', 'a_b: c', 'd: e'),
  under('drop-underscores', 'underscore dropped, of 101', 'a_b: c', ...many(99)),
  under('reject-underscores', 'underscore, and a bad length behind it', 'a_b: c', 'Content-Length: x'),
  under('reject-underscores', 'underscore, and a bad name behind it', 'a_b: c', 'd e: f'),
  under(
    'reject-underscores',
    'underscore, and two lengths',
    'a_b: c',
    'Content-Length: 1',
    'Content-Length: 1',
  ),
  under('reject-underscores', 'underscore, and an odd coding', 'a_b: c', 'Transfer-Encoding: gzip'),
  under('reject-underscores', 'underscore, behind it 101', 'a_b: c', ...many(101)),
  under('reject-underscores', 'underscore behind 101', ...many(101), 'a_b: c'),
  fields('101 fields, and a bad length', ...many(100), 'Content-Length: x'),
  fields('101 fields, and a bad name', ...many(100), 'd e: f'),
  whole('101 fields, the host last', ...many(100), 'Host: h'),
  whole('100 fields, the host last', ...many(99), 'Host: h'),
  fields('expect 100', 'Expect: 100-continue'),
  fields('te trailers', 'TE: trailers'),
  fields('te trailers and connection', 'TE: trailers', 'Connection: te'),
  fields('te gzip and trailers, connection', 'TE: gzip, trailers;q=0.5', 'Connection: TE'),
  fields('te gzip and connection', 'TE: gzip', 'Connection: te'),
  fields('te gzip', 'TE: gzip'),
  fields('te gzip and trailers', 'TE: gzip, trailers'),
  fields('te trailers and gzip', 'TE: trailers, gzip'),
  fields('te trailers and gzip, connection', 'TE: trailers, gzip', 'Connection: te'),
  fields('te trailers with weight', 'TE: trailers;q=0.5'),
  fields('te Trailers', 'TE: Trailers'),
  fields('te Trailers, connection', 'TE: Trailers', 'Connection: te'),
  fields('te twice, connection', 'TE: gzip', 'TE: trailers', 'Connection: te'),
  fields('te trailers empty list', 'TE: , trailers ,'),
  fields('long te and connection', `TE: ${'a'.repeat(256)}`, 'Connection: te'),
  fields('connection names a field', 'Foo: a', 'Connection: foo', 'Bar: b'),
  fields('connection names two, spaces', 'Foo: a', 'Connection: foo ,  BAR', 'Bar: b'),
  fields('connection names cookie', 'Cookie: a', 'Connection: cookie'),
  fields('connection names itself', 'Connection: connection'),
  fields('connection names host', 'Connection: host'),
  fields('connection names content-length', 'Connection: content-length', 'Content-Length: 0'),
  fields('connection names x-forwarded-for', 'Connection: x-forwarded-for', 'x-forwarded-for: a'),
  fields('connection names x-forwarded-host, absent', 'Connection: X-Forwarded-Host'),
  fields('connection names x-forwarded-proto', 'Connection: x-forwarded-proto'),
  fields('connection names a pseudo field', 'Connection: :path'),
  fields('connection names nine', 'Connection: a,b,c,d,e,f,g,h,i'),
  fields('connection names ten', 'Connection: a,b,c,d,e,f,g,h,i,j'),
  fields('connection of ten with empties', 'Connection: a,,,,,,,,,,b'),
  fields('connection empty', 'Connection:'),
  fields('connection close', 'Connection: close'),
  fields('connection Close, foo', 'Connection: Close, foo', 'foo: x'),
  fields('connection keep-alive', 'Connection: keep-alive', 'Keep-Alive: timeout=5'),
  fields('connection close twice', 'Connection: close', 'Connection: foo', 'foo: x'),
  fields('proxy-connection close', 'Proxy-Connection: close'),
  fields('proxy-connection keep-alive', 'Proxy-Connection: keep-alive'),
  fields('upgrade websocket', 'Connection: Upgrade', 'Upgrade: websocket'),
  fields('upgrade without connection', 'Upgrade: websocket'),
  fields('upgrade h2c', 'Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABk'),
  fields(
    'upgrade h2c and close',
    'Connection: upgrade,http2-settings,close',
    'Upgrade: H2C',
    'HTTP2-Settings: A',
  ),
  fields('upgrade with length', 'Connection: Upgrade', 'Upgrade: websocket', 'Content-Length: 3'),
];
