import type { Case, FrameExchange, UpstreamScript } from '../case.ts';
import { ACK, type Field, frame, headers, hello, request, settings } from '../http2/frames.ts';
import type { Http2Script } from '../http2/upstream.ts';
import { authority, server } from '../identities.ts';
import { http2Cluster, upstreamStats } from './http2-upstream.ts';
import { upstreamTls } from './tls-upstreams.ts';

const get = 'GET /path HTTP/1.1\r\nhost: a\r\n\r\n';
const ok: Field = [':status', '200'];
const begin = (...streams: number[]) => hello + streams.map((id) => headers(id, request(`/${id}`))).join('');
const answer = (ms: number) => ({ frames: (id: number) => [{ afterMs: ms }, headers(id, [ok])] });
const after = (ms: number): Http2Script => ({ answers: [answer(ms)] });
/** The first soon; the others each later than the one before, so that they end in the order they came. */
const inTurn = (count: number): Http2Script => ({
  answers: Array.from({ length: count }, (_, i) => answer(i === 0 ? 100 : 300 + 100 * i)),
});

const pool = (
  name: string,
  exchanges: Case['exchanges'],
  script: Http2Script = {},
  {
    http2 = {},
    common,
    cluster = {},
    ...more
  }: Partial<Case> & { http2?: object; common?: object; cluster?: object } = {},
): Case => ({
  name: `h2-pool/${name}`,
  exchanges,
  upstreams: { up: { http2: script } },
  stats: upstreamStats,
  ...more,
  config: {
    clusters: { up: http2Cluster(http2, common, cluster) },
    log: { upstream: '%UPSTREAM_PROTOCOL%' },
    ...more.config,
  },
});
const streams = (count: number): FrameExchange => ({
  frames: [begin(...Array.from({ length: count }, (_, i) => 2 * i + 1))],
  ended: count,
});
/** One stream, and when it is over so many more, so little apart that none has ended when the last begins. */
const first = (count: number): FrameExchange => ({
  frames: [
    begin(1),
    { afterEnded: 1 },
    ...Array.from({ length: count }, (_, i) => [
      { afterMs: 50 },
      headers(2 * i + 3, request(`/${2 * i + 3}`)),
    ]).flat(),
  ],
  ended: count + 1,
});
const options = (http: object) => ({
  typed_extension_protocol_options: {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
      '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
      ...http,
    },
  },
});
const breakers = (thresholds: object) => ({ cluster: { circuit_breakers: { thresholds: [thresholds] } } });
const refused = (name: string, cluster: Readonly<Record<string, unknown>>): Case => ({
  name: `h2-pool/${name}`,
  exchanges: [],
  refused: true,
  config: { clusters: { up: cluster } },
});

const trusting = upstreamTls({}, { validation_context: { trusted_ca: { inline_string: authority.cert } } });
/** Streams that begin one after another, and are answered so, but none before all have begun. */
const staggered: FrameExchange = {
  frames: [
    begin(1),
    { afterUpstreamBytes: 130 },
    { afterMs: 60 },
    headers(3, request('/3')),
    { afterUpstreamBytes: 260 },
    { afterMs: 60 },
    headers(5, request('/5')),
  ],
  ended: 3,
};
const overHttp1: UpstreamScript = {};
const overHttp2: UpstreamScript = { http2: {} };
/** HTTP/1 whose every connection answers its one request only after a while. */
const overLateHttp1: UpstreamScript = {
  tcp: [
    { afterBytes: 130 },
    { afterMs: 400 },
    'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok',
    { afterEnd: true },
  ],
};
/** What an upstream chooses of what is offered, and what is spoken then. */
const alpn = (
  name: string,
  http: object,
  chosen: readonly string[] | undefined,
  speaks: UpstreamScript,
  exchanges: Case['exchanges'] = [{ send: [get, { afterResponses: 1 }, get], responses: 2 }],
  own: object = {},
): Case =>
  pool(
    `alpn-${name}`,
    exchanges,
    {},
    {
      upstreams: {
        up: {
          tls: { identity: server, ...(chosen && { alpn: chosen }) },
          ...speaks,
        },
      },
      config: { clusters: { up: { ...trusting, ...own, ...options(http) } } },
    },
  );

/** How streams are put on connections, and which connections there are. */
export const http2Pool: readonly Case[] = [
  pool('streams-at-once', [streams(4)], after(50), { logLines: 4 }),
  pool('own-concurrency', [streams(3)], after(100), { http2: { max_concurrent_streams: 1 }, logLines: 3 }),
  pool('own-concurrency-of-2', [streams(3)], after(100), {
    http2: { max_concurrent_streams: 2 },
    logLines: 3,
  }),
  pool(
    'concurrency-of-the-upstream',
    [first(3)],
    { hello: settings(3, 1) + frame('SETTINGS', ACK, 0), ...inTurn(4) },
    { logLines: 4 },
  ),
  pool(
    'concurrency-of-2-of-the-upstream',
    [first(4)],
    { hello: settings(3, 2) + frame('SETTINGS', ACK, 0), ...inTurn(5) },
    { logLines: 5 },
  ),
  pool(
    'max-requests-per-connection',
    [{ send: [get, { afterResponses: 1 }, get, { afterResponses: 2 }, get], responses: 3 }],
    {},
    { common: { max_requests_per_connection: 2 } },
  ),
  pool('max-requests-per-connection-at-once', [streams(3)], after(50), {
    common: { max_requests_per_connection: 2 },
    logLines: 3,
  }),
  pool('max-requests', [streams(3)], after(100), { ...breakers({ max_requests: 2 }), logLines: 3 }),
  pool('max-pending-requests', [streams(3)], after(100), {
    ...breakers({ max_pending_requests: 1 }),
    logLines: 3,
  }),
  pool('max-connections', [streams(3)], after(50), {
    ...breakers({ max_connections: 1 }),
    http2: { max_concurrent_streams: 1 },
    logLines: 3,
  }),
  pool(
    'idle-timeout',
    [{ send: get }, { send: [{ afterMs: 400 }, get] }],
    {},
    { common: { idle_timeout: '0.2s' }, waitForAfter: { 'cluster.up.upstream_cx_idle_timeout': 2 } },
  ),
  pool(
    'max-connection-duration',
    [{ send: get }, { send: [{ afterMs: 400 }, get] }],
    {},
    {
      common: { max_connection_duration: '0.2s' },
      waitForAfter: { 'cluster.up.upstream_cx_max_duration_reached': 2 },
    },
  ),
  pool('max-connection-duration-while-busy', [{ send: get }], after(400), {
    common: { max_connection_duration: '0.2s' },
  }),
  pool('refused', [{ send: get }], {}, { upstreams: { up: { refuse: true } } }),
  pool(
    'same-protocol-as-http1',
    [{ send: get }],
    {},
    {
      upstreams: { up: {} },
      config: {
        clusters: { up: options({ use_downstream_protocol_config: { http2_protocol_options: {} } }) },
      },
    },
  ),
  pool(
    'same-protocol-as-http2',
    [{ frames: [begin(1)] }],
    {},
    {
      config: {
        clusters: {
          up: options({
            use_downstream_protocol_config: { http_protocol_options: {}, http2_protocol_options: {} },
          }),
        },
      },
    },
  ),
  pool(
    'same-protocol-without-options-of-it',
    [{ frames: [begin(1)] }],
    {},
    {
      config: { clusters: { up: options({ use_downstream_protocol_config: {} }) } },
    },
  ),
  pool(
    'deprecated-options',
    [{ send: get }],
    {},
    { config: { clusters: { up: { http2_protocol_options: {} } } } },
  ),
  pool(
    'deprecated-selection',
    [{ frames: [begin(1)] }],
    {},
    {
      config: {
        clusters: {
          up: {
            http2_protocol_options: {},
            http_protocol_options: {},
            protocol_selection: 'USE_DOWNSTREAM_PROTOCOL',
          },
        },
      },
    },
  ),
  pool(
    'keepalive',
    [{ send: get }],
    { answers: [{ frames: (id) => [{ afterMs: 350 }, headers(id, [ok])] }] },
    {
      http2: { connection_keepalive: { interval: '0.1s', timeout: '0.2s', interval_jitter: { value: 0 } } },
      stats: /^cluster\.up\.(http2\.keepalive|upstream_cx_destroy|upstream_rq_(tx|rx|pending_failure))/,
      upstreams: {
        up: { http2: { hello: settings() + frame('SETTINGS', ACK, 0), answers: [{ frames: () => [] }] } },
      },
    },
  ),
  pool('settings-of-nothing-known', [{ send: get }], { hello: settings(77, 1) + frame('SETTINGS', ACK, 0) }),
  pool('stat-names', [{ send: get }], {}, { statNames: /^cluster\.up\.http2\./ }),
  alpn('auto-h2', { auto_config: {} }, ['h2', 'http/1.1'], overHttp2),
  alpn('auto-h2-streams', { auto_config: {} }, ['h2'], overHttp2, [streams(4)]),
  alpn('auto-http1', { auto_config: {} }, ['http/1.1'], overHttp1),
  alpn('auto-http1-streams', { auto_config: {} }, ['http/1.1'], overLateHttp1, [staggered]),
  alpn('auto-none', { auto_config: {} }, undefined, overHttp1),
  alpn('http2', { explicit_http_config: { http2_protocol_options: {} } }, ['h2'], overHttp2),
  alpn('http2-unchosen', { explicit_http_config: { http2_protocol_options: {} } }, undefined, overHttp2),
  alpn('http1', { explicit_http_config: { http_protocol_options: {} } }, ['http/1.1', 'h2'], overHttp1),
  alpn('same-as-http2', { use_downstream_protocol_config: {} }, ['http/1.1', 'h2'], overHttp2, [streams(1)]),
  alpn('same-as-http1', { use_downstream_protocol_config: {} }, ['h2', 'http/1.1'], overHttp1),
  refused('both-deprecated-options', { http2_protocol_options: {}, http_protocol_options: {} }),
  refused('allow-metadata-window-too-small', http2Cluster({ initial_stream_window_size: 1000 })),
  refused(
    'custom-setting-of-a-named-one',
    http2Cluster({ hpack_table_size: 1, custom_settings_parameters: [{ identifier: 1, value: 2 }] }),
  ),
  refused(
    'custom-setting-twice',
    http2Cluster({
      custom_settings_parameters: [
        { identifier: 99, value: 2 },
        { identifier: 99, value: 3 },
      ],
    }),
  ),
  refused(
    'custom-setting-of-push',
    http2Cluster({ custom_settings_parameters: [{ identifier: 2, value: 1 }] }),
  ),
  refused(
    'custom-setting-of-connect',
    http2Cluster({ custom_settings_parameters: [{ identifier: 8, value: 1 }] }),
  ),
  refused('auto-without-tls', options({ auto_config: {} })),
  refused('keepalive-without-timeout', http2Cluster({ connection_keepalive: { interval: '1s' } })),
];
