import type { Case, ConfigParts } from '../case.ts';

type Options = Readonly<Record<string, unknown>>;

const properWords: Options = { header_key_format: { proper_case_words: {} } };
const preserve = (more: Options = {}): Options => ({
  header_key_format: {
    stateful_formatter: {
      name: 'preserve_case',
      typed_config: {
        '@type':
          'type.googleapis.com/envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig',
        ...more,
      },
    },
  },
});
const upstreamOptions = (options: Options): Options => ({
  typed_extension_protocol_options: {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
      '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
      explicit_http_config: { http_protocol_options: options },
    },
  },
});
/** The options of the client's side and of the upstream's. */
const sides = (client?: Options, upstream?: Options, hcm: Options = {}): ConfigParts => ({
  hcm: { ...(client && { http_protocol_options: client }), ...hcm },
  ...(upstream && { clusters: { up: upstreamOptions(upstream) } }),
});

const oddNames =
  'X-lower-UPPER: 1\r\nx_under_score: 2\r\nX-1st-2nd: 3\r\nx!a~b.c: 4\r\nETag: 5\r\nx--y: 6\r\nWWW-authenticate: 7\r\n';
const get = `GET /p HTTP/1.1\r\nHoSt: a\r\nUser-AGENT: me\r\n${oddNames}Dup: 1\r\ndUP: 2\r\nX-Forwarded-PROTO: https\r\n\r\n`;
const post = 'POST /p HTTP/1.1\r\nhost: a\r\nContent-LENGTH: 2\r\nEXPECT: 100-continue\r\n\r\nok';
const chunked =
  'POST /p HTTP/1.1\r\nhost: a\r\nTransfer-ENCODING: chunked\r\n\r\n2\r\nok\r\n0\r\nX-trailer-A: 1\r\n\r\n';
const empty = 'POST /p HTTP/1.1\r\nHOST: a\r\n\r\n';
const answer = `HTTP/1.1 200 Fine By Me\r\n${oddNames}SERVER: s\r\nContent-lenGTH: 2\r\nDup: 1\r\ndUP: 2\r\nSet-COOKIE: a=1\r\nset-cookie: b=2\r\n\r\nok`;
const answers = [
  { raw: answer },
  { raw: 'HTTP/1.1 100 Go On\r\nX-Early: 1\r\n\r\nHTTP/1.1 201   Made  It \r\ncontent-length: 0\r\n\r\n' },
  {
    raw: 'HTTP/1.1 200\r\nTRANSFER-encoding: chunked\r\nX-a: 1\r\n\r\n2\r\nok\r\n0\r\nX-trailer-B: 1\r\n\r\n',
  },
  { raw: 'HTTP/1.1 200 \r\nX-b: 1\r\nX-B: 2\r\ncontent-length: 0\r\n\r\n' },
];
const written = (name: string, config: ConfigParts): Case => ({
  name: `http1/${name}`,
  config,
  upstreams: { up: { answers } },
  exchanges: [
    { send: [get, { afterResponses: 1 }, post, { afterResponses: 2 }, chunked], responses: 3 },
    { send: empty },
    // Local replies: no route's, and a refusal of the codec.
    { send: 'GET /p HTTP/1.1\r\nX-Bad : 1\r\n\r\n' },
  ],
  logLines: 5,
});
const trailers = { enable_trailers: true };

const absolute = (name: string, config: ConfigParts, exchanges: Case['exchanges']): Case => ({
  name: `http1/${name}`,
  config,
  exchanges,
});
const withHost = (target: string, more = ''): { send: string } => ({
  send: `GET ${target} HTTP/1.1\r\nhost: a:81\r\n${more}\r\n`,
});

const upgrade = (value: string, more = '') =>
  `GET / HTTP/1.1\r\nhost: a\r\nconnection: ${more}Upgrade\r\nupgrade: ${value}\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n\r\n`;
const ignoring = (
  name: string,
  matchers: readonly Options[],
  sends: readonly string[],
  more: Partial<Case> = {},
): Case => ({
  name: `http1/ignored-upgrade-${name}`,
  config: sides({ ignore_http_11_upgrade: matchers }, undefined, {
    upgrade_configs: [{ upgrade_type: 'websocket' }],
  }),
  exchanges: sends.map((send) => ({ send })),
  ...more,
});

/** The fields of Envoy's Http1ProtocolOptions. */
export const http1Options: readonly Case[] = [
  written('proper-case-to-clients', sides(properWords)),
  written('proper-case-to-upstreams', sides(undefined, properWords)),
  written('proper-case-both-ways', sides({ ...properWords, ...trailers }, { ...properWords, ...trailers })),
  written('preserved-case-of-clients', sides(preserve())),
  written('preserved-case-of-upstreams', sides(undefined, preserve())),
  written('preserved-case-both-ways', sides({ ...preserve(), ...trailers }, { ...preserve(), ...trailers })),
  written('preserved-case-wins-over-proper-case', sides(preserve(), properWords)),
  written('preserved-case-of-upstreams-to-proper-case', sides(properWords, preserve())),
  written(
    'preserved-case-others-proper',
    sides(
      preserve({ formatter_type_on_envoy_headers: 'PROPER_CASE' }),
      preserve({ formatter_type_on_envoy_headers: 'PROPER_CASE' }),
    ),
  ),
  written(
    'preserved-case-with-reasons',
    sides(preserve({ forward_reason_phrase: true }), preserve({ forward_reason_phrase: true })),
  ),
  {
    name: 'http1/preserved-case-through-mutations',
    config: {
      ...sides(preserve(), preserve()),
      routes: [
        {
          match: { prefix: '/' },
          route: { cluster: 'up' },
          request_headers_to_add: [
            { header: { key: 'X-Odd', value: 'new' }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' },
          ],
          request_headers_to_remove: ['X-gone'],
          response_headers_to_add: [{ header: { key: 'X-More', value: 'new' } }],
        },
      ],
    },
    upstreams: { up: { answers: [{ raw: 'HTTP/1.1 200 OK\r\nX-MORE: 1\r\nContent-Length: 0\r\n\r\n' }] } },
    exchanges: [{ send: 'GET / HTTP/1.1\r\nHost: a\r\nx-ODD: 1\r\nX-GONE: 1\r\n\r\n' }],
  },
  {
    name: 'http1/preserved-case-of-upgrades',
    config: sides(preserve(), preserve(), { upgrade_configs: [{ upgrade_type: 'websocket' }] }),
    upstreams: {
      up: {
        answers: [
          {
            raw: 'HTTP/1.1 101 Switching\r\nUPGRADE: websocket\r\nConnection: Upgrade\r\n\r\nhello',
            on: 'head',
          },
        ],
      },
    },
    exchanges: [
      {
        send: [
          'GET / HTTP/1.1\r\nHost: a\r\nCONNECTION: upgrade\r\nUpGrade: websocket\r\n\r\n',
          { afterUpstreamBytes: 40 },
        ],
        finally: 'end',
      },
    ],
  },
  absolute('absolute-form-to-upstreams', sides(undefined, { send_fully_qualified_url: true }), [
    withHost('/p?q=1'),
    withHost('/p', 'x-forwarded-proto: https\r\n'),
    withHost('http://b/c'),
    { send: 'OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\n' },
  ]),
  absolute('absolute-form-said-on-the-client-side', sides({ send_fully_qualified_url: true }), [
    withHost('/p'),
  ]),
  absolute('absolute-form-not-allowed', sides({ allow_absolute_url: false }), [
    withHost('http://b/c'),
    withHost('/c'),
  ]),
  absolute('custom-methods', sides({ allow_custom_methods: true }), [
    { send: 'FROB /p HTTP/1.1\r\nhost: a\r\n\r\n' },
    { send: 'get /p HTTP/1.1\r\nhost: a\r\n\r\n' },
    { send: 'A!b~ /p HTTP/1.1\r\nhost: a\r\n\r\n' },
    { send: 'A(b /p HTTP/1.1\r\nhost: a\r\n\r\n' },
  ]),
  absolute('http10-without-a-host', sides({ accept_http_10: true }), [{ send: 'GET /p HTTP/1.0\r\n\r\n' }]),
  absolute(
    'http10-with-a-default-host',
    sides({ accept_http_10: true, default_host_for_http_10: 'd.example:8080' }),
    [
      { send: 'GET /p HTTP/1.0\r\n\r\n' },
      { send: 'GET /p HTTP/1.0\r\nhost: own\r\n\r\n' },
      { send: 'GET /p HTTP/1.0\r\nconnection: keep-alive\r\n\r\n' },
      { send: 'GET /p\r\n' },
    ],
  ),
  absolute('http10-proper-case', sides({ accept_http_10: true, ...properWords }), [
    { send: 'GET /p HTTP/1.0\r\nhost: a\r\n\r\n' },
  ]),
  absolute('balsa-asked-for', sides({ use_balsa_parser: true }, { use_balsa_parser: true }), [
    withHost('/p'),
  ]),
  ignoring('exact', [{ exact: 'foo' }], [upgrade('foo'), upgrade('Foo'), upgrade('foo', 'close, ')]),
  ignoring(
    'prefix',
    [{ prefix: 'TLS/' }, { suffix: '/9' }],
    [upgrade('TLS/1.3'), upgrade('x/9'), upgrade('other'), upgrade('h2c')],
  ),
  ignoring(
    'tokens',
    [{ exact: 'foo' }],
    [
      upgrade('foo', 'HTTP2-Settings, x-named, '),
      upgrade('h2c', 'HTTP2-Settings, x-named, '),
      upgrade('foo', 'http2-settings,'),
      upgrade('foo, h2c'),
    ],
  ),
  ignoring(
    'not-asked-for',
    [{ exact: 'foo' }],
    [
      'GET / HTTP/1.1\r\nhost: a\r\nupgrade: foo\r\n\r\n',
      'POST / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: foo\r\ncontent-length: 2\r\n\r\nok',
    ],
  ),
  ...['101 Switching', '200 OK', '200 h2c', '101 h2c'].map((answer) => {
    const h2c = answer.endsWith('h2c');
    const length = answer.startsWith('200') ? 'content-length: 2\r\n' : '';
    return {
      ...ignoring(`by-the-upstream-of-${answer.toLowerCase().replace(' ', '-')}`, [], [upgrade('websocket')]),
      config: {
        hcm: { upgrade_configs: [{ upgrade_type: 'websocket' }] },
        clusters: { up: upstreamOptions(h2c ? {} : { ignore_http_11_upgrade: [{ exact: 'websocket' }] }) },
      },
      upstreams: {
        up: {
          answers: [
            {
              raw: `HTTP/1.1 ${answer}\r\nconnection: upgrade\r\nupgrade: ${h2c ? 'h2c' : 'websocket'}\r\n${length}\r\nok`,
              on: 'head' as const,
            },
          ],
        },
      },
    };
  }),
];
