// Over 300 lines because it is one table of cases.
import type { Case } from '../case.ts';

const get = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';
const request = (method: string, more = '') => `${method} / HTTP/1.1\r\nhost: a\r\n${more}\r\n`;
const grpc = 'content-type: application/grpc\r\n';
const direct = (status: number, body?: string) => [
  {
    match: { prefix: '/' },
    direct_response: { status, ...(body !== undefined && { body: { inline_string: body } }) },
  },
];
const replies = (
  name: string,
  config: Case['config'],
  exchanges: Case['exchanges'],
  more: Partial<Case> = {},
): Case => ({
  name: `local-replies/${name}`,
  config: config ?? {},
  exchanges,
  stats: /^http\.ingress\.downstream_(rq_([1-5]xx|total|completed|rx_reset|tx_reset)|cx_(destroy|drain).*)/,
  ...more,
});
const statuses = [
  200, 201, 204, 205, 206, 300, 304, 400, 401, 404, 405, 408, 413, 418, 426, 429, 431, 451, 500, 501, 502,
  503, 504, 511, 599,
];
const withBody = statuses.filter((status) => status !== 204 && status !== 304);
const mapped = (
  name: string,
  config: unknown,
  exchanges: Case['exchanges'],
  more: Record<string, unknown> = {},
): Case => ({
  name: `local-reply-config/${name}`,
  config: { hcm: { local_reply_config: config }, routes: direct(404, 'gone'), ...more },
  exchanges,
});
const is = (value: number) => ({
  status_code_filter: { comparison: { op: 'EQ', value: { default_value: value, runtime_key: 'k' } } },
});
const keep = { stream_error_on_invalid_http_message: true };

/** Answers of the proxy's own, by status, method and kind of client. */
export const localAnswers: readonly Case[] = [
  replies(
    'direct-statuses',
    { routes: statuses.map((status) => ({ match: { prefix: `/${status}` }, direct_response: { status } })) },
    statuses.map((status) => ({ send: `GET /${status} HTTP/1.1\r\nhost: a\r\n\r\n` })),
  ),
  replies(
    'direct-statuses-with-bodies',
    {
      routes: withBody.map((status) => ({
        match: { prefix: `/${status}` },
        direct_response: { status, body: { inline_string: 'b' } },
      })),
    },
    withBody.map((status) => ({ send: `GET /${status} HTTP/1.1\r\nhost: a\r\n\r\n` })),
  ),
  ...[204, 304].map((status) =>
    replies(`direct-${status}-with-a-body`, { routes: direct(status, 'b') }, [{ send: get }], {
      knownDifference: `a ${status} has no body (RFC 9110 §6.4.1); Envoy sends that of a direct response all the same, and clients take it for the beginning of the next answer`,
    }),
  ),
  replies(
    'direct-to-methods',
    { routes: direct(200, 'body') },
    ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PATCH'].map((method) => ({
      send: request(method),
    })),
  ),
  replies('direct-to-head-statuses', { routes: direct(404, 'body') }, [
    { send: request('HEAD') },
    { send: request('HEAD', 'connection: close\r\n'), untilClosed: true },
  ]),
  replies('direct-pipelined', { routes: direct(200, 'b') }, [{ send: get.repeat(5), responses: 5 }], {
    logLines: 5,
  }),
  replies(
    'direct-pipelined-behind-a-body',
    { routes: direct(200, 'b') },
    [{ send: `${request('POST', 'content-length: 3\r\n')}abc${get}`, responses: 2 }],
    { logLines: 2 },
  ),
  replies(
    'direct-behind-a-chunked-body',
    { routes: direct(200, 'b') },
    [
      {
        send: `${request('POST', 'transfer-encoding: chunked\r\n')}3\r\nabc\r\n0\r\n\r\n${get}`,
        responses: 2,
      },
    ],
    { logLines: 2 },
  ),
  replies('direct-while-the-body-is-missing', { routes: direct(200, 'b') }, [
    { send: request('POST', 'content-length: 3\r\n'), untilClosed: true },
  ]),
  replies('direct-to-expect-continue', { routes: direct(417, 'b') }, [
    { send: request('POST', 'content-length: 3\r\nexpect: 100-continue\r\n'), untilClosed: true },
  ]),
  replies('no-route-for-a-body', { routes: [{ match: { prefix: '/none' }, route: { cluster: 'up' } }] }, [
    { send: `${request('POST', 'content-length: 3\r\n')}abc` },
    { send: request('HEAD') },
  ]),
  replies(
    'refused-upstream-by-method',
    {},
    ['GET', 'HEAD', 'POST'].map((method) => ({ send: request(method) })),
    { upstreams: { up: { refuse: true } } },
  ),
  replies(
    'refused-upstream-with-suppressed-headers',
    {
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
    },
    [{ send: get }],
    { upstreams: { up: { refuse: true } } },
  ),
  replies(
    'refused-upstream-to-http10',
    { hcm: { http_protocol_options: { accept_http_10: true } } },
    [{ send: 'GET / HTTP/1.0\r\nhost: a\r\n\r\n', untilClosed: true }],
    { upstreams: { up: { refuse: true } } },
  ),
  replies(
    'overflow-headers',
    { clusters: { up: { circuit_breakers: { thresholds: [{ max_pending_requests: 0 }] } } } },
    [{ send: get }, { send: request('HEAD') }],
  ),
  ...[
    [200, 'ok'],
    [400, 'bad'],
    [404, ''],
    [500, 'oh no'],
    [503, 'ä\n%'],
  ].map(
    ([status, body]): Case => ({
      name: `local-reply/grpc-of-${status}`,
      config: { routes: direct(Number(status), String(body)) },
      exchanges: [{ send: request('POST', `${grpc}content-length: 0\r\n`) }],
    }),
  ),
  {
    name: 'local-reply/grpc-of-no-route',
    config: { routes: [{ match: { prefix: '/none' }, route: { cluster: 'up' } }] },
    exchanges: [{ send: request('POST', `${grpc}content-length: 0\r\n`) }],
  },
  {
    name: 'local-reply/grpc-of-a-refused-upstream',
    upstreams: { up: { refuse: true } },
    exchanges: [{ send: request('POST', `${grpc}content-length: 0\r\n`) }],
  },
  {
    name: 'local-reply/grpc-of-an-overflow',
    config: { clusters: { up: { circuit_breakers: { thresholds: [{ max_pending_requests: 0 }] } } } },
    exchanges: [{ send: request('POST', `${grpc}content-length: 0\r\n`) }],
  },
  {
    name: 'local-reply/grpc-of-a-timeout',
    upstreams: { up: { answers: [{ raw: '' }] } },
    config: { routes: [{ match: { prefix: '/' }, route: { cluster: 'up', timeout: '0.2s' } }] },
    exchanges: [{ send: request('POST', `${grpc}content-length: 0\r\n`) }],
  },
  {
    name: 'local-reply/of-400-keeps-open-one-by-one',
    config: { hcm: keep, routes: direct(400, 'bad') },
    exchanges: [{ send: [get, { afterResponses: 1 }, get, { afterResponses: 2 }, get], responses: 3 }],
    logLines: 3,
  },
  {
    name: 'local-reply/of-400-keeps-open-with-a-body',
    config: { hcm: keep, routes: direct(400, 'bad') },
    exchanges: [{ send: `${request('POST', 'content-length: 3\r\n')}abc${get}`, responses: 2 }],
    logLines: 2,
  },
  {
    name: 'local-reply/of-400-keeps-open-by-http1-option',
    config: {
      hcm: { http_protocol_options: { override_stream_error_on_invalid_http_message: true } },
      routes: direct(400, 'bad'),
    },
    exchanges: [{ send: [get, { afterResponses: 1 }, get], responses: 2 }],
    logLines: 2,
  },
  {
    name: 'local-reply/of-400-closes-by-http1-option',
    config: {
      hcm: { ...keep, http_protocol_options: { override_stream_error_on_invalid_http_message: false } },
      routes: direct(400, 'bad'),
    },
    exchanges: [{ send: get, untilClosed: true }],
  },
  {
    name: 'local-reply/missing-host-keeps-open',
    config: { hcm: keep },
    exchanges: [{ send: ['GET / HTTP/1.1\r\n\r\n', { afterResponses: 1 }, get], responses: 2 }],
    logLines: 2,
  },
  {
    name: 'local-reply/of-400-from-an-upstream-stays-open',
    upstreams: { up: { answers: [{ raw: 'HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n' }] } },
    exchanges: [{ send: [get, { afterResponses: 1 }, get], responses: 2 }],
    logLines: 2,
  },
  {
    name: 'local-reply/of-400-closes-a-pipeline',
    config: { routes: direct(400, 'bad') },
    exchanges: [{ send: get + get, untilClosed: true }],
  },
  mapped(
    'first-mapper-wins',
    {
      mappers: [
        { filter: is(404), status_code: 500 },
        { filter: is(404), status_code: 501 },
      ],
    },
    [{ send: get }],
  ),
  mapped(
    'mapper-by-header',
    {
      mappers: [
        {
          filter: { header_filter: { header: { name: 'x', present_match: true } } },
          status_code: 403,
          body: { inline_string: 'for x' },
        },
      ],
    },
    [{ send: request('GET', 'x: 1\r\n') }, { send: get }],
  ),
  mapped(
    'mapper-by-flag',
    { mappers: [{ filter: { response_flag_filter: { flags: ['NR'] } }, status_code: 410 }] },
    [{ send: get }],
    { routes: [{ match: { prefix: '/none' }, route: { cluster: 'up' } }] },
  ),
  mapped(
    'mapper-with-its-own-format',
    {
      body_format: { text_format_source: { inline_string: 'all %LOCAL_REPLY_BODY%' } },
      mappers: [
        {
          filter: is(404),
          body_format_override: { json_format: { m: '%LOCAL_REPLY_BODY%', c: '%RESPONSE_CODE%' } },
        },
      ],
    },
    [{ send: get }],
  ),
  mapped(
    'headers-to-add',
    {
      mappers: [
        {
          filter: is(404),
          headers_to_add: [
            {
              header: { key: 'x-a', value: '%REQ(:METHOD)% %RESPONSE_CODE%' },
              append_action: 'OVERWRITE_IF_EXISTS_OR_ADD',
            },
            { header: { key: 'server', value: 'mine' }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' },
            { header: { key: 'content-type', value: 'a/b' }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' },
          ],
        },
      ],
    },
    [{ send: get }],
  ),
  mapped(
    'of-bad-requests',
    {
      mappers: [{ filter: is(400), status_code: 499, body: { inline_string: 'sorry' } }],
      body_format: { text_format_source: { inline_string: '<%LOCAL_REPLY_BODY%>' } },
    },
    [
      { send: 'GET / HTTP/1.1\r\nhost: a\r\nx y: 1\r\n\r\n', untilClosed: true },
      { send: 'GET / HTTP/1.1\r\n\r\n', untilClosed: true },
    ],
  ),
  mapped(
    'of-upgrades-refused',
    { body_format: { text_format_source: { inline_string: '<%LOCAL_REPLY_BODY%>%RESPONSE_CODE_DETAILS%' } } },
    [{ send: request('GET', 'connection: upgrade\r\nupgrade: x\r\n'), untilClosed: true }],
    { routes: [{ match: { prefix: '/' }, route: { cluster: 'up' } }] },
  ),
  mapped(
    'to-head-and-empty',
    { body_format: { text_format_source: { inline_string: 'x' } } },
    [{ send: request('HEAD') }],
    { routes: direct(404) },
  ),
  mapped('to-grpc', { mappers: [{ filter: is(404), status_code: 503, body: { inline_string: 'mapped' } }] }, [
    { send: request('POST', `${grpc}content-length: 0\r\n`) },
  ]),
  mapped(
    'of-redirects',
    { mappers: [{ filter: is(301), status_code: 302, body: { inline_string: 'there' } }] },
    [{ send: get }],
    { routes: [{ match: { prefix: '/' }, redirect: { host_redirect: 'n' } }] },
  ),
  mapped(
    'of-timeouts',
    { body_format: { text_format_source: { inline_string: '%RESPONSE_FLAGS% %LOCAL_REPLY_BODY%' } } },
    [{ send: get }],
    { routes: [{ match: { prefix: '/' }, route: { cluster: 'up', timeout: '0.2s' } }] },
  ),
].map((test) =>
  test.name === 'local-reply-config/of-timeouts'
    ? { ...test, upstreams: { up: { answers: [{ raw: '' }] } } }
    : test,
);
