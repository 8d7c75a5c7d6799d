import type { Answer, Case } from '../case.ts';

const request = (path: string, ...fields: string[]): string =>
  `GET ${path} HTTP/1.1\r\nhost: a\r\n${fields.map((field) => `${field}\r\n`).join('')}\r\n`;
const answer = (head: string, body = ''): string => `HTTP/1.1 200 OK\r\n${head}\r\n\r\n${body}`;
const ok = answer('content-length: 2', 'ok');
/** What must never become a request of its own. */
const hidden = 'GET /hidden HTTP/1.1\r\nhost: evil\r\n\r\n';
const post = (head: string, body: string): string => `POST / HTTP/1.1\r\nhost: a\r\n${head}\r\n\r\n${body}`;

const all = { prefix: '/' };
const says = (match: unknown, text: string): unknown => ({
  match,
  direct_response: { status: 200, body: { inline_string: text } },
});
const header = (key: string, value: string): unknown => ({ header: { key, value } });

/** One connection each. */
const tries = (name: string, sends: readonly string[], more: Partial<Case> = {}): Case => ({
  name: `attacks/${name}`,
  exchanges: sends.map((send) => ({ send })),
  ...more,
});

/** One request, and an upstream that misbehaves in some way each time. */
const upstreamSends = (name: string, answers: readonly (string | Answer)[], send = request('/')): Case => ({
  name: `attacks/upstream-${name}`,
  upstreams: { up: { answers: answers.map((one) => (typeof one === 'string' ? { raw: one } : one)) } },
  exchanges: answers.map(() => ({ send })),
  stats: /^cluster\.up\.upstream_(cx|rq)_(active|protocol_error|completed)$/,
});

/** A request hidden behind another one, by every disagreement about where the first one ends. */
const smuggling: readonly (readonly [string, string, string])[] = [
  ['length-and-chunked', 'content-length: 4\r\ntransfer-encoding: chunked', '0\r\n\r\n'],
  ['chunked-and-length', 'transfer-encoding: chunked\r\ncontent-length: 4', '0\r\n\r\n'],
  ['chunked-twice', 'transfer-encoding: chunked\r\ntransfer-encoding: chunked', '0\r\n\r\n'],
  ['chunked-then-identity', 'transfer-encoding: chunked, identity', '0\r\n\r\n'],
  ['chunked-in-capitals', 'transfer-encoding: CHUNKED', '0\r\n\r\n'],
  ['chunked-behind-vertical-tab', 'transfer-encoding: \x0bchunked', '0\r\n\r\n'],
  ['space-before-colon', 'transfer-encoding : chunked', '0\r\n\r\n'],
  ['folded-length', 'x: y\r\n content-length: 4', 'abcd'],
  ['bare-cr-before-length', 'x: y\rcontent-length: 4', 'abcd'],
  ['bare-lf-before-length', 'x: y\ncontent-length: 4', 'abcd'],
  ['lengths-that-differ', 'content-length: 4\r\ncontent-length: 0', 'abcd'],
  ['length-list', 'content-length: 4, 4', 'abcd'],
  ['length-with-plus', 'content-length: +4', 'abcd'],
  ['length-in-hex', 'content-length: 0x4', 'abcd'],
  ['chunk-size-in-hex-prefix', 'transfer-encoding: chunked', '0x4\r\nabcd\r\n0\r\n\r\n'],
  ['chunk-longer-than-its-size', 'transfer-encoding: chunked', '4\r\nabcdef\r\n0\r\n\r\n'],
  ['length-in-trailers', 'transfer-encoding: chunked', `0\r\ncontent-length: ${hidden.length}\r\n\r\n`],
  ['length-nominated', 'connection: content-length\r\ncontent-length: 4', 'abcd'],
  ['chunked-nominated', 'connection: transfer-encoding\r\ntransfer-encoding: chunked', '0\r\n\r\n'],
];

/** Names that mean something to JavaScript objects, not to HTTP. */
const objectNames = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length'];

const injections = ['%0d%0aset-cookie:%20x', '%00', '\\', '"', '<script>', '?%0d%0ax:y', '/..%2f..'];

/** What an attacker sends, on either side. */
export const attacks: readonly Case[] = [
  ...smuggling.map(
    ([name, head, body]): Case => ({
      name: `attacks/smuggling-${name}`,
      exchanges: [{ send: post(head, body) + hidden, responses: 2 }],
      logLines: 0,
    }),
  ),
  tries(
    'redirect-injection',
    injections.map((text) => request(`/${text}`)),
    {
      config: { routes: [{ match: all, redirect: { host_redirect: 'b.test' } }] },
    },
  ),
  tries(
    'rewrite-injection',
    injections.map((text) => request(`/${text}`)),
    {
      config: {
        routes: [
          {
            match: all,
            route: {
              cluster: 'up',
              regex_rewrite: { pattern: { regex: '/(.*)' }, substitution: '/in/\\1' },
            },
          },
        ],
      },
    },
  ),
  tries(
    'format-string-injection',
    ['a%0d%0ab', 'a\tb', '\xe4', '%REQ(:PATH)%', '"\\'].map((value) =>
      request(`/${value.replace('\t', '')}`, `x-in: ${value}`),
    ),
    {
      config: {
        virtualHost: {
          request_headers_to_add: [header('x-copy', '%REQ(x-in)%'), header('x-path', '%REQ(:PATH)%')],
          response_headers_to_add: [header('x-echo', '%REQ(x-in)%'), header('x-path', '%REQ(:PATH)%')],
        },
        log: { in: '%REQ(x-in)%' },
      },
    },
  ),
  tries(
    'control-bytes-in-a-value',
    ['\0', '\x01', '\x7f', '\x1b[31m', 'a\rb'].map((v) => request('/', `x: ${v}`)),
    {
      config: { log: { x: '%REQ(x)%' } },
    },
  ),
  tries(
    'object-names-as-headers',
    objectNames.map((name) => request('/', `${name}: evil`)),
    {
      config: { log: { proto: '%REQ(__proto__)%', constructor: '%REQ(constructor)%' } },
    },
  ),
  tries(
    'object-names-matched',
    objectNames.flatMap((name) => [request('/', `${name}: x`), request(`/?${name}=x`), request('/')]),
    {
      config: {
        routes: [
          ...objectNames.map((name) =>
            says({ ...all, headers: [{ name, present_match: true }] }, `header ${name}`),
          ),
          ...objectNames.map((name) =>
            says({ ...all, query_parameters: [{ name, present_match: true }] }, `query ${name}`),
          ),
          says(all, 'neither'),
        ],
      },
    },
  ),
  tries(
    'object-names-as-cluster',
    objectNames.map((name) => request('/', `x-cluster: ${name}`)),
    { config: { routes: [{ match: all, route: { cluster_header: 'x-cluster' } }] } },
  ),
  tries(
    'costly-regex',
    [`/${'a'.repeat(20_000)}`, `/${'a'.repeat(20_000)}b`].map((path) => request(path)),
    { config: { routes: [says({ safe_regex: { regex: '/(a+)+b' } }, 'matched')] } },
  ),
  tries(
    'timeout-header-no-number',
    ['-1', 'abc', '1e3', '0x10', '99999999999999999999', ''].map((ms) =>
      request('/', `x-envoy-upstream-rq-timeout-ms: ${ms}`),
    ),
  ),
  tries(
    'forwarded-for-junk',
    ['', ',', ', ,', '1.2.3.4, evil', '[::1]:90', '1.2.3.4:80', ' 1.2.3.4 ', '1.2.3.4,'].map((value) =>
      request('/', `x-forwarded-for: ${value}`),
    ),
    { config: { hcm: { use_remote_address: false, xff_num_trusted_hops: 1 } } },
  ),
  tries('forwarded-proto-empty', [request('/', 'x-forwarded-proto:')]),
  tries('te-empty', [request('/', 'te:')]),
  tries('fragment-has-no-route', [request('/x#y')], {
    config: { virtualHost: { response_headers_to_add: [header('x-route', 'yes')] } },
  }),
  tries(
    'nominates-what-it-may-not',
    ['host', 'x-forwarded-for', ':path', 'te, cookie', ','].map((names) =>
      request('/', `connection: ${names}`, 'x-forwarded-for: 1.2.3.4', 'cookie: a=b'),
    ),
  ),
  tries(
    'host-junk',
    ['a b', 'a/b', 'a@b', 'a\\b', '[::1', 'a:b', 'a:99999', '"', ':80'].map(
      (host) => `GET / HTTP/1.1\r\nhost: ${host}\r\n\r\n`,
    ),
  ),
  tries(
    'headers-at-and-over-the-count',
    [90, 101].map((count) => request('/', ...Array.from({ length: count }, (_, i) => `h${i}: v`))),
  ),
  tries('headers-over-the-size', [
    request('/', `h: ${'v'.repeat(61 * 1024)}`),
    request(`/${'v'.repeat(61 * 1024)}`),
  ]),

  upstreamSends(
    'length-junk',
    ['-1', 'x', '2, 2', '18446744073709551616'].map((n) => answer(`content-length: ${n}`, 'ab')),
  ),
  upstreamSends(
    'chunk-junk',
    ['zz\r\n', '2\r\nabX', 'ffffffffffffffffffff\r\n'].map((chunk) =>
      answer('transfer-encoding: chunked', chunk),
    ),
  ),
  upstreamSends(
    'body-to-head',
    [ok, answer('transfer-encoding: chunked', '2\r\nok\r\n0\r\n\r\n')],
    'HEAD / HTTP/1.1\r\nhost: a\r\n\r\n',
  ),
  upstreamSends(
    'body-after-204-and-304',
    ['204 No Content', '304 Not Modified'].map(
      (status) => `HTTP/1.1 ${status}\r\ncontent-length: 2\r\n\r\nok`,
    ),
  ),
  upstreamSends('many-1xx', [`${'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n'.repeat(50)}${ok}`]),
  upstreamSends('trailers-without-end', [
    answer('transfer-encoding: chunked', `0\r\n${'a: b\r\n'.repeat(2000)}\r\n`),
    answer('transfer-encoding: chunked', `0\r\na: ${'b'.repeat(100_000)}\r\n\r\n`),
  ]),
  upstreamSends('head-over-the-size', [
    answer(`h: ${'v'.repeat(90_000)}\r\ncontent-length: 0`),
    answer(Array.from({ length: 101 }, (_, i) => `h${i}: v`).join('\r\n')),
  ]),
  upstreamSends('object-names', [answer('__proto__: x\r\nconstructor: y\r\ncontent-length: 2', 'ok')]),
  upstreamSends('control-headers', [
    answer(
      'x-envoy-overloaded: true\r\nx-envoy-upstream-service-time: 9\r\nserver: evil\r\ncontent-length: 0',
    ),
  ]),
  upstreamSends(
    'closes-with-every-piece',
    [
      '',
      'H',
      'HTTP/1.1 200 OK\r\n',
      answer('content-length: 5', 'abc'),
      answer('transfer-encoding: chunked', '5\r\nab'),
    ].map((raw) => ({ raw, finally: 'close' })),
  ),
  {
    name: 'attacks/upstream-answers-twice',
    upstreams: { up: { answers: [{ raw: ok + answer('content-length: 4', 'evil') }, { raw: ok }] } },
    exchanges: [{ send: request('/') + request('/second'), responses: 2 }],
    logLines: 2,
    stats: /^cluster\.up\.upstream_cx_(total|protocol_error|destroy)$/,
  },
  {
    name: 'attacks/listener-connection-limit',
    config: {
      bootstrap: {
        layered_runtime: {
          layers: [
            { name: 'limit', static_layer: { 'envoy.resource_limits.listener.main.connection_limit': 0 } },
          ],
        },
      },
    },
    exchanges: [{ send: '', responses: 0, untilClosed: true }],
    logLines: 0,
    stats: /^listener\.127\..*downstream_cx_(overflow|total|active)$/,
  },
  ...[false, true].map(
    (goOn): Case => ({
      name: `attacks/tls-inspector-waits-no-longer-than-it-may${goOn ? '-and-goes-on' : ''}`,
      config: {
        listener: {
          listener_filters_timeout: '0.2s',
          continue_on_listener_filters_timeout: goOn,
          listener_filters: [
            {
              name: 'envoy.filters.listener.tls_inspector',
              typed_config: {
                '@type':
                  'type.googleapis.com/envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector',
              },
            },
          ],
        },
      },
      exchanges: [{ send: '\x16\x03\x01', responses: goOn ? 1 : 0, untilClosed: true }],
      logLines: 0,
      stats: /^listener\.127\..*downstream_(pre_cx_timeout|pre_cx_active|cx_total)$/,
    }),
  ),
  {
    name: 'attacks/admin-paths',
    exchanges: [],
    logLines: 0,
    admin: [
      '/stats/../ready',
      '/stats?filter=(',
      '/stats?filter=__proto__',
      '/stats?type=__proto__',
      '/config_dump?resource=__proto__',
      '/config_dump?mask=__proto__',
      '/logging?__proto__=info',
      '/clusters?format=zz',
    ].map((path) => `GET ${path}`),
  },
];
