// Over 300 lines because it is one table of cases.
import type { Case } from '../case.ts';

const get = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';
const never = { up: { answers: [{ raw: '' }] } };
const http = (options: Record<string, unknown>) => ({
  hcm: { common_http_protocol_options: options },
});
const upstreamHttp = (options: Record<string, unknown>) => ({
  clusters: {
    up: {
      typed_extension_protocol_options: {
        'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
          '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
          common_http_protocol_options: options,
          explicit_http_config: { http_protocol_options: {} },
        },
      },
    },
  },
});
const breaker = (thresholds: Record<string, unknown>) => ({
  clusters: { up: { circuit_breakers: { thresholds: [thresholds] } } },
});
const upstream =
  /^cluster\.up\.(upstream_(cx|rq)_.*(overflow|timeout|total|open|remaining)|circuit_breakers.*)$/;
const toUp = (action: Record<string, unknown>) => ({
  routes: [{ match: { prefix: '/' }, route: { cluster: 'up', ...action } }],
});
const fields = (count: number) => Array.from({ length: count }, (_, i) => `x${i}: y\r\n`).join('');
const request = (more: string) => `GET / HTTP/1.1\r\nhost: a\r\n${more}\r\n`;
const answer = (more: string) => `HTTP/1.1 200 OK\r\n${more}content-length: 0\r\n\r\n`;
const post = 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nab';
const internal = {
  use_remote_address: true,
  internal_address_config: { cidr_ranges: [{ address_prefix: '127.0.0.0', prefix_len: 8 }] },
};
const timeoutStats =
  /^(http\.ingress\.downstream_(rq_(timeout|idle_timeout|header_timeout|max_duration_reached|tx_reset|rx_reset|[45]xx)|cx_(idle|max).*)|cluster\.up\.upstream_rq_(timeout|[0-9]+|5xx|cancelled|tx_reset|per_try.*))$/;
/** One request whose answer never comes, under a timeout of 0.2 s. */
const timeout = (name: string, config: NonNullable<Case['config']>, more: Partial<Case> = {}): Case => ({
  name: `timeout/${name}`,
  config,
  upstreams: never,
  exchanges: [{ send: get }],
  stats: timeoutStats,
  ...more,
});

/** Limits of size, number and time. */
export const limits: readonly Case[] = [
  {
    name: 'limits/headers-count-met',
    config: http({ max_headers_count: 5 }),
    exchanges: [{ send: request(fields(4)) }, { send: request(fields(5)), untilClosed: true }],
    stats: /^http\.ingress\.downstream_(rq_[45]xx|cx_protocol_error|rq_too)/,
  },
  {
    name: 'limits/headers-count-1',
    config: http({ max_headers_count: 1 }),
    exchanges: [{ send: get }, { send: request('a: b\r\n'), untilClosed: true }],
  },
  {
    name: 'limits/headers-kb',
    config: { hcm: { max_request_headers_kb: 1 } },
    exchanges: [
      { send: request(`x: ${'y'.repeat(900)}\r\n`) },
      { send: request(`x: ${'y'.repeat(1100)}\r\n`), untilClosed: true },
    ],
  },
  {
    name: 'limits/path-as-long-as-headers',
    config: { hcm: { max_request_headers_kb: 1 } },
    exchanges: [{ send: `GET /${'p'.repeat(2000)} HTTP/1.1\r\nhost: a\r\n\r\n`, untilClosed: true }],
  },
  {
    name: 'limits/response-headers-count',
    config: upstreamHttp({ max_headers_count: 5 }),
    upstreams: { up: { answers: [{ raw: answer(fields(4)) }, { raw: answer(fields(5)) }] } },
    exchanges: [{ send: get }, { send: get }],
  },
  {
    name: 'limits/response-headers-kb',
    config: upstreamHttp({ max_response_headers_kb: 1 }),
    upstreams: {
      up: {
        answers: [
          { raw: answer(`x: ${'y'.repeat(900)}\r\n`) },
          { raw: answer(`x: ${'y'.repeat(1100)}\r\n`) },
        ],
      },
    },
    exchanges: [{ send: get }, { send: get }],
  },
  {
    name: 'limits/requests-per-connection-1',
    config: http({ max_requests_per_connection: 1 }),
    exchanges: [
      { send: get, untilClosed: true },
      { send: get, untilClosed: true },
    ],
    stats: /^http\.ingress\.downstream_cx_(max_requests|total)/,
  },
  {
    name: 'limits/requests-per-connection-with-local-replies',
    config: {
      ...http({ max_requests_per_connection: 2 }),
      routes: [{ match: { prefix: '/' }, direct_response: { status: 200 } }],
    },
    exchanges: [{ send: [get, { afterResponses: 1 }, get], responses: 2, untilClosed: true }],
    logLines: 2,
  },
  {
    name: 'limits/upstream-requests-per-connection-2',
    config: upstreamHttp({ max_requests_per_connection: 2 }),
    exchanges: [1, 2, 3, 4, 5].map(() => ({ send: get })),
    stats: /^cluster\.up\.upstream_cx_(total|max_requests|destroy_local)$/,
  },
  ...['max_connections', 'max_pending_requests', 'max_requests', 'max_retries'].flatMap((limit) =>
    [0, 1].map(
      (value): Case => ({
        name: `limits/${limit.replaceAll('_', '-')}-${value}`,
        config: breaker({ [limit]: value }),
        exchanges: [{ send: get }, { send: get }],
        stats: upstream,
      }),
    ),
  ),
  {
    name: 'limits/breaker-of-high-priority-is-another',
    config: breaker({ priority: 'HIGH', max_requests: 0 }),
    exchanges: [{ send: get }],
    stats: upstream,
  },
  {
    name: 'limits/breaker-by-runtime',
    config: {
      bootstrap: {
        layered_runtime: {
          layers: [{ name: 'l', static_layer: { 'circuit_breakers.up.default.max_requests': 0 } }],
        },
      },
    },
    exchanges: [{ send: get }],
    stats: upstream,
  },
  {
    name: 'limits/listener-buffer-of-1-byte',
    config: { listener: { per_connection_buffer_limit_bytes: 1 } },
    exchanges: [{ send: 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhello' }],
  },
  {
    name: 'limits/cluster-buffer-of-1-byte',
    config: { clusters: { up: { per_connection_buffer_limit_bytes: 1 } } },
    exchanges: [{ send: 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhello' }],
  },
  {
    name: 'limits/direct-response-body-too-large',
    refused: true,
    config: {
      routeConfig: { max_direct_response_body_size_bytes: 3 },
      routes: [{ match: { prefix: '/' }, direct_response: { status: 200, body: { inline_string: 'four' } } }],
    },
    exchanges: [],
  },
  timeout('route', toUp({ timeout: '0.2s' })),
  timeout('route-0-leaves-the-idle-timeout', {
    ...toUp({ timeout: '0s' }),
    hcm: { stream_idle_timeout: '0.2s' },
  }),
  timeout('route-idle-overrides', { ...toUp({ idle_timeout: '0.2s' }), hcm: { stream_idle_timeout: '60s' } }),
  timeout('route-idle-0-turns-it-off', {
    ...toUp({ idle_timeout: '0s', timeout: '0.5s' }),
    hcm: { stream_idle_timeout: '0.1s' },
  }),
  timeout(
    'route-idle-of-a-request-that-stalls',
    { ...toUp({ idle_timeout: '0.2s' }) },
    { exchanges: [{ send: post }] },
  ),
  timeout(
    'route-with-a-stalled-request',
    { ...toUp({ timeout: '0.1s' }), hcm: { stream_idle_timeout: '0.4s' } },
    { exchanges: [{ send: post }] },
  ),
  timeout('route-with-suppressed-headers', {
    ...toUp({ timeout: '0.2s' }),
    hcm: {
      http_filters: [
        {
          name: 'router',
          typed_config: {
            '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router',
            suppress_envoy_headers: true,
          },
        },
      ],
    },
  }),
  timeout(
    'header-shortens-the-route',
    { ...toUp({ timeout: '60s' }), hcm: internal },
    { exchanges: [{ send: request('x-envoy-upstream-rq-timeout-ms: 200\r\n') }] },
  ),
  timeout(
    'header-from-outside-is-nothing',
    { ...toUp({ timeout: '0.4s' }), hcm: { use_remote_address: true } },
    { exchanges: [{ send: request('x-envoy-upstream-rq-timeout-ms: 50\r\n') }] },
  ),
  timeout(
    'header-0-turns-it-off',
    { ...toUp({ timeout: '0.1s' }), hcm: { ...internal, stream_idle_timeout: '0.5s' } },
    { exchanges: [{ send: request('x-envoy-upstream-rq-timeout-ms: 0\r\n') }] },
  ),
  timeout(
    'alternative-response',
    { ...toUp({ timeout: '0.2s' }), hcm: internal },
    { exchanges: [{ send: request('x-envoy-upstream-rq-timeout-alt-response: 1\r\n') }] },
  ),
  timeout(
    'expected-timeout-of-a-trusted-proxy',
    {
      ...toUp({ timeout: '60s' }),
      hcm: {
        ...internal,
        http_filters: [
          {
            name: 'router',
            typed_config: {
              '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router',
              respect_expected_rq_timeout: true,
            },
          },
        ],
      },
    },
    { exchanges: [{ send: request('x-envoy-expected-rq-timeout-ms: 200\r\n') }] },
  ),
  timeout(
    'of-a-request-head',
    { hcm: { request_headers_timeout: '0.2s' } },
    { exchanges: [{ send: 'GET / HTTP/1.1\r\nhost: a\r\n', untilClosed: true }] },
  ),
  timeout(
    'of-a-request-head-not-of-a-body',
    { hcm: { request_headers_timeout: '0.1s', request_timeout: '0.4s' } },
    { exchanges: [{ send: post, untilClosed: true }] },
  ),
  timeout('of-a-request-not-of-its-answer', {
    hcm: { request_timeout: '0.1s' },
    ...toUp({ timeout: '0.4s' }),
  }),
  timeout('max-stream-duration-of-a-stalled-request', http({ max_stream_duration: '0.2s' }), {
    exchanges: [{ send: post }],
  }),
  timeout('max-stream-duration-mid-response', http({ max_stream_duration: '0.3s' }), {
    upstreams: { up: { answers: [{ raw: 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc' }] } },
    exchanges: [{ send: get, untilClosed: true }],
  }),
  timeout(
    'stream-idle-mid-response',
    { hcm: { stream_idle_timeout: '0.3s' } },
    {
      upstreams: { up: { answers: [{ raw: 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc' }] } },
      exchanges: [{ send: get, untilClosed: true }],
    },
  ),
  timeout(
    'connection-idle-before-any-request',
    { hcm: { common_http_protocol_options: { idle_timeout: '0.2s' } } },
    { exchanges: [{ send: '', responses: 0, untilClosed: true }], logLines: 0 },
  ),
  // Its first timer comes by while the request is under way.
  timeout(
    'connection-idle-after-a-long-request',
    { hcm: { common_http_protocol_options: { idle_timeout: '0.3s' }, drain_timeout: '0.1s' } },
    {
      upstreams: { up: {} },
      exchanges: [
        {
          send: ['POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\na', { afterMs: 500 }, 'b'],
          untilClosed: true,
        },
      ],
    },
  ),
  timeout(
    'connection-duration-before-any-request',
    { hcm: { common_http_protocol_options: { max_connection_duration: '0.2s' } } },
    { exchanges: [{ send: '', responses: 0, untilClosed: true }], logLines: 0 },
  ),
  timeout(
    'connection-duration-with-a-request-under-way',
    {
      ...toUp({ timeout: '0.6s' }),
      hcm: { common_http_protocol_options: { max_connection_duration: '0.2s' }, drain_timeout: '0.1s' },
    },
    { exchanges: [{ send: get, untilClosed: true }] },
  ),
  timeout('upstream-idle', upstreamHttp({ idle_timeout: '0.2s' }), {
    upstreams: { up: {} },
    exchanges: [{ send: get }],
    stats: /^cluster\.up\.upstream_cx_(idle_timeout|destroy_local)$/,
    waitForAfter: { 'cluster.up.upstream_cx_idle_timeout': 1 },
  }),
  timeout('upstream-duration', upstreamHttp({ max_connection_duration: '0.2s' }), {
    upstreams: { up: {} },
    exchanges: [{ send: get }],
    stats: /^cluster\.up\.upstream_cx_(max_duration_reached|destroy_local)$/,
    waitForAfter: { 'cluster.up.upstream_cx_max_duration_reached': 1 },
  }),
];
