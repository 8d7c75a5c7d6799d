// Over 300 lines because it is one table of cases.
import type { Case, Exchange, FrameExchange } from '../case.ts';
import { data, type Field, frame, headers, hello, rstStream } from '../http2/frames.ts';

const fields = { hcm: { upgrade_configs: [{ upgrade_type: 'websocket' }] } };
const overHttp2 = {
  hcm: { ...fields.hcm, http2_protocol_options: { allow_connect: true } },
};
const ask = (type = 'websocket', more = '') =>
  `GET /chat HTTP/1.1\r\nhost: a\r\nconnection: Upgrade\r\nupgrade: ${type}\r\n${more}\r\n`;
const switched = (type = 'websocket') =>
  `HTTP/1.1 101 Switching Protocols\r\nupgrade: ${type}\r\nconnection: Upgrade\r\n\r\n`;
const answer = (raw: string, more: object = {}) =>
  ({ upstreams: { up: { answers: [{ raw, on: 'head', ...more }] } } }) as const;
const stats =
  /^(http\.ingress\.downstream_(cx_(upgrades|destroy|protocol)|rq_(?!http|time))|http\.ingress\.(rq|no)_|cluster\.up\.upstream_(cx|rq)_(?!connect_ms|length))/;
const config = (extra: object) => ({ config: extra });
const routed = (route: object, hcm: Record<string, unknown> = {}) => ({
  config: { hcm, routes: [{ match: { prefix: '/' }, route: { cluster: 'up', ...route } }] },
});

const one = (name: string, exchange: Exchange, more: Partial<Case> = {}): Case => ({
  name: `upgrade/${name}`,
  config: fields,
  stats,
  ...answer(switched()),
  exchanges: [exchange],
  ...more,
});
const withProtocol = (
  protocol: string,
  more: readonly Field[] = [],
  method = 'CONNECT',
): readonly Field[] => [
  [':method', method],
  [':protocol', protocol],
  [':scheme', 'http'],
  [':path', '/chat'],
  [':authority', 'a'],
  ...more,
];
const two = (
  name: string,
  frames: FrameExchange['frames'],
  more: Partial<Case> = {},
  exchange: Partial<FrameExchange> = {},
): Case => ({
  name: `upgrade-http2/${name}`,
  config: overHttp2,
  stats,
  ...answer(switched()),
  exchanges: [{ frames, ...exchange }],
  ...more,
});
const open = hello + headers(1, withProtocol('websocket'), false);

/** What a connection of HTTP/1 becomes, and a stream of HTTP/2. */
export const upgrades: readonly Case[] = [
  one('payload-both-ways', {
    send: [ask(), { afterResponses: 1 }, 'from-client', { afterMs: 100 }],
    finally: 'end',
    untilClosed: true,
  }),
  one('payload-before-the-answer', { send: `${ask()}early`, finally: 'end', untilClosed: true }),
  one(
    'of-another-type-payload-before-the-answer',
    { send: [`${ask('foo')}early`, { afterMs: 200 }], finally: 'end', untilClosed: true },
    {
      ...config({ hcm: { upgrade_configs: [{ upgrade_type: 'foo' }] } }),
      ...answer('', {}),
    },
  ),
  one(
    'of-another-type-answered-200',
    { send: [`${ask('foo')}`], untilClosed: true },
    {
      ...config({ hcm: { upgrade_configs: [{ upgrade_type: 'foo' }] } }),
      ...answer('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'),
    },
  ),
  one(
    'of-another-type-never-answered',
    { send: [`${ask('foo')}`], untilClosed: true },
    {
      ...routed(
        { timeout: '0.3s' },
        { upgrade_configs: [{ upgrade_type: 'foo' }], stream_idle_timeout: '1s' },
      ),
      ...answer(''),
    },
  ),
  one(
    'websocket-never-answered',
    { send: [`${ask()}`], untilClosed: true },
    {
      ...routed({ timeout: '0.3s' }, { ...fields.hcm, stream_idle_timeout: '1s' }),
      ...answer(''),
    },
  ),
  one('upstream-resets', { send: [ask()], untilClosed: true }, answer(switched(), { finally: 'reset' })),
  one('client-resets', {
    send: [ask(), { afterResponses: 1 }, 'x', { afterMs: 100 }],
    abortAfterUpstreamBytes: 100,
  }),
  one(
    'route-timeout-is-off',
    {
      send: [ask(), { afterResponses: 1 }, { afterMs: 400 }, 'late', { afterMs: 100 }],
      finally: 'end',
      untilClosed: true,
    },
    routed({ timeout: '0.2s' }, fields.hcm),
  ),
  one(
    'idle-timeout-of-stream',
    { send: [ask()], untilClosed: true },
    routed({ idle_timeout: '0.3s' }, fields.hcm),
  ),
  one(
    'idle-timeout-of-connection-manager',
    { send: [ask()], untilClosed: true },
    config({ hcm: { ...fields.hcm, stream_idle_timeout: '0.3s' } }),
  ),
  one(
    'max-stream-duration',
    { send: [ask()], untilClosed: true },
    config({ hcm: { ...fields.hcm, common_http_protocol_options: { max_stream_duration: '0.3s' } } }),
  ),
  one(
    'route-allows',
    { send: [ask(), { afterResponses: 1 }, 'x', { afterMs: 100 }], finally: 'end', untilClosed: true },
    routed({ upgrade_configs: [{ upgrade_type: 'WebSocket' }] }),
  ),
  one(
    'route-refuses',
    { send: ask(), untilClosed: true },
    routed({ upgrade_configs: [{ upgrade_type: 'websocket', enabled: false }] }, fields.hcm),
  ),
  one(
    'route-allows-what-is-disabled',
    { send: [ask(), { afterResponses: 1 }, 'x', { afterMs: 100 }], finally: 'end', untilClosed: true },
    routed(
      { upgrade_configs: [{ upgrade_type: 'websocket' }] },
      { upgrade_configs: [{ upgrade_type: 'websocket', enabled: false }] },
    ),
  ),
  one(
    'route-names-another',
    { send: ask(), untilClosed: true },
    routed({ upgrade_configs: [{ upgrade_type: 'foo' }] }),
  ),
  one(
    'no-route',
    { send: ask(), untilClosed: true },
    { config: { hcm: fields.hcm, routes: [{ match: { prefix: '/other' }, route: { cluster: 'up' } }] } },
  ),
  one(
    'not-allowed-and-no-route',
    { send: ask(), untilClosed: true },
    { config: { routes: [{ match: { prefix: '/other' }, route: { cluster: 'up' } }] } },
  ),
  one(
    'direct-response',
    { send: ask(), untilClosed: true },
    {
      config: {
        hcm: fields.hcm,
        routes: [{ match: { prefix: '/' }, direct_response: { status: 200, body: { inline_string: 'hi' } } }],
      },
    },
  ),
  one(
    'not-allowed-on-direct-response',
    { send: ask(), untilClosed: true },
    {
      config: {
        routes: [{ match: { prefix: '/' }, direct_response: { status: 200, body: { inline_string: 'hi' } } }],
      },
    },
  ),
  one('with-a-body', {
    send: [ask('websocket', 'content-length: 3\r\n') + 'abc', { afterResponses: 1 }, { afterMs: 100 }],
    finally: 'end',
    untilClosed: true,
  }),
  one('with-chunks', {
    send: [
      ask('websocket', 'transfer-encoding: chunked\r\n') + '3\r\nabc\r\n0\r\n\r\n',
      { afterResponses: 1 },
      { afterMs: 100 },
    ],
    finally: 'end',
    untilClosed: true,
  }),
  one(
    'with-filters-of-its-own',
    { send: [ask(), { afterResponses: 1 }, 'x', { afterMs: 100 }], finally: 'end', untilClosed: true },
    config({
      hcm: {
        upgrade_configs: [
          {
            upgrade_type: 'websocket',
            filters: [
              {
                name: 'envoy.filters.http.header_mutation',
                typed_config: {
                  '@type':
                    'type.googleapis.com/envoy.extensions.filters.http.header_mutation.v3.HeaderMutation',
                  mutations: {
                    request_mutations: [{ append: { header: { key: 'x-own', value: '1' } } }],
                    response_mutations: [{ append: { header: { key: 'x-own', value: '2' } } }],
                  },
                },
              },
              {
                name: 'envoy.filters.http.router',
                typed_config: {
                  '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router',
                },
              },
            ],
          },
        ],
      },
    }),
  ),
  one('several-types', {
    send: [ask('websocket, foo'), { afterResponses: 1 }, { afterMs: 100 }],
    finally: 'end',
    untilClosed: true,
  }),
  one(
    'answered-101-without-fields',
    { send: [ask(), { afterResponses: 1 }, { afterMs: 100 }], finally: 'end', untilClosed: true },
    answer('HTTP/1.1 101 Switching Protocols\r\n\r\n'),
  ),
  one('unasked-101', {
    send: ['GET / HTTP/1.1\r\nhost: a\r\n\r\n', { afterResponses: 1 }],
    finally: 'end',
    untilClosed: true,
  }),
  {
    name: 'upgrade/twice-in-one-route',
    ...routed({ upgrade_configs: [{ upgrade_type: 'websocket' }, { upgrade_type: 'WebSocket' }] }),
    exchanges: [],
    refused: true,
  },
  {
    name: 'upgrade/connect-config-of-websocket',
    ...routed({ upgrade_configs: [{ upgrade_type: 'websocket', connect_config: {} }] }),
    exchanges: [],
    refused: true,
  },

  two('websocket', [
    open,
    { afterUpstreamBytes: 1 },
    { afterMs: 100 },
    data(1, 'from-client'),
    { afterMs: 100 },
    data(1, '', true),
  ]),
  two('upstream-data-and-end', [open], answer(`${switched()}from-upstream`, { finally: 'close' })),
  two('ended-by-client', [open, { afterUpstreamBytes: 1 }, { afterMs: 100 }, data(1, 'bye', true)]),
  two(
    'reset-by-client',
    [
      open,
      { afterUpstreamBytes: 1 },
      { afterMs: 100 },
      rstStream(1),
      frame('PING', 0, 0, 'pingpong'),
      { afterMs: 200 },
    ],
    {},
    { ended: 0 },
  ),
  two('upstream-resets', [open], answer(switched(), { finally: 'reset' })),
  two('refused-by-upstream', [open], answer('HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno')),
  two('upstream-speaks-no-http', [open], answer('garbage\r\n\r\n')),
  two('answered-200', [open], answer('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nno')),
  two('not-allowed', [open], { config: { hcm: { http2_protocol_options: { allow_connect: true } } } }),
  two('of-another-type', [hello + headers(1, withProtocol('foo'), false)]),
  two('without-allow-connect', [open], config(fields), { untilClosed: true, ended: 0 }),
  two('of-bytes', [hello + headers(1, withProtocol('bytestream'), false)]),
  two(
    'get-with-protocol',
    [hello + headers(1, withProtocol('websocket', [], 'GET'), false)],
    {},
    { ended: 0, untilClosed: true },
  ),
  two(
    'of-a-type-with-a-line-break',
    [hello + headers(1, withProtocol('websocket\r\nx-evil: 1'), false)],
    {},
    { ended: 0, untilClosed: true },
  ),
  two('ends-with-its-head', [hello + headers(1, withProtocol('websocket'))]),
  two(
    'without-path',
    [
      hello +
        headers(
          1,
          [
            [':method', 'CONNECT'],
            [':protocol', 'websocket'],
            [':authority', 'a'],
          ],
          false,
        ),
    ],
    {},
    { ended: 0, untilClosed: true },
  ),
  two('payload-before-the-answer', [open + data(1, 'early'), { afterMs: 200 }, data(1, '', true)]),
  two('settings', [hello, { afterMs: 50 }], {}, { ended: 0 }),
];
