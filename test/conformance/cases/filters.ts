import type { Case } from '../case.ts';

const get = 'GET / HTTP/1.1\r\nhost: a\r\nx-in: 1\r\n\r\n';
const direct = (status: number, body: string) => [
  { match: { prefix: '/' }, direct_response: { status, body: { inline_string: body } } },
];
const append = (key: string, value: string, append_action?: string) => ({
  append: { header: { key, value }, ...(append_action ? { append_action } : {}) },
});
const mutation = (request: readonly unknown[], response: readonly unknown[]) => ({
  name: 'mutate',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.filters.http.header_mutation.v3.HeaderMutation',
    mutations: { request_mutations: request, response_mutations: response },
  },
});
const both = mutation(
  [append('x-new', '%REQ(:PATH)%'), { remove: 'x-in' }, append('x-in', 'again')],
  [
    append('x-out', '%RESPONSE_CODE%'),
    { remove: 'content-type' },
    append('server', 'x', 'OVERWRITE_IF_EXISTS_OR_ADD'),
  ],
);
const statusIs = (value: number) => ({
  status_code_filter: { comparison: { op: 'EQ', value: { default_value: value, runtime_key: 'k' } } },
});
const mapped = (config: unknown) => ({ hcm: { local_reply_config: config } });
const websocket = { hcm: { upgrade_configs: [{ upgrade_type: 'websocket' }] } };
const upgrade =
  'GET /chat HTTP/1.1\r\nhost: a\r\nconnection: keep-alive, Upgrade\r\nupgrade: WebSocket\r\nsec-websocket-key: k\r\n\r\n';
const switched = 'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n\r\n';

/** HTTP filters, local replies on their way through them, and upgrades. */
export const filters: readonly Case[] = [
  { name: 'header-mutation/proxied', config: { filters: [both] }, exchanges: [{ send: get }] },
  {
    name: 'header-mutation/direct-response',
    config: { filters: [both], routes: direct(200, 'hi') },
    exchanges: [{ send: get }],
  },
  {
    name: 'header-mutation/bad-request',
    config: { filters: [both] },
    exchanges: [{ send: 'GET / HTTP/1.1\r\nhost: a\r\nbad header: 1\r\n\r\n', untilClosed: true }],
  },
  {
    name: 'header-mutation/two-filters',
    config: {
      filters: [
        mutation([append('x-a', '1')], [append('x-r', 'first')]),
        mutation([append('x-a', '2')], [append('x-r', 'second')]),
      ],
    },
    exchanges: [{ send: get }],
  },
  {
    name: 'local-reply-config/format',
    config: {
      ...mapped({
        body_format: { text_format_source: { inline_string: '<%LOCAL_REPLY_BODY%> %RESPONSE_CODE%\n' } },
      }),
      routes: direct(404, 'gone'),
    },
    exchanges: [{ send: get }, { send: get.replace('GET', 'HEAD') }],
  },
  {
    name: 'local-reply-config/json',
    config: {
      ...mapped({ body_format: { json_format: { status: '%RESPONSE_CODE%', text: '%LOCAL_REPLY_BODY%' } } }),
      routes: direct(404, 'gone'),
    },
    exchanges: [{ send: get }],
  },
  {
    name: 'local-reply-config/content-type',
    config: {
      ...mapped({ body_format: { text_format: '<p>%LOCAL_REPLY_BODY%</p>', content_type: 'text/html' } }),
      routes: direct(500, 'oh'),
    },
    exchanges: [{ send: get }],
  },
  {
    name: 'local-reply-config/mapper',
    config: {
      ...mapped({
        mappers: [
          { filter: statusIs(500), status_code: 501 },
          {
            filter: statusIs(404),
            status_code: 410,
            body: { inline_string: 'never was' },
            headers_to_add: [{ header: { key: 'x-why', value: '%RESPONSE_CODE_DETAILS%' } }],
          },
        ],
      }),
      routes: direct(404, 'gone'),
    },
    exchanges: [{ send: get }],
    stats: /^http\.ingress\.downstream_rq_/,
  },
  {
    name: 'local-reply-config/not-for-upstream',
    config: mapped({ mappers: [{ filter: statusIs(404), status_code: 410 }] }),
    upstreams: { up: { answers: [{ raw: 'HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n' }] } },
    exchanges: [{ send: get }],
  },
  {
    name: 'local-reply/of-400-closes',
    config: { routes: direct(400, 'bad') },
    exchanges: [{ send: get, untilClosed: true }],
  },
  {
    name: 'local-reply/of-400-keeps-open',
    config: { hcm: { stream_error_on_invalid_http_message: true }, routes: direct(400, 'bad') },
    exchanges: [{ send: get + get, responses: 2 }],
    logLines: 2,
  },
  {
    name: 'local-reply/grpc',
    config: { routes: direct(503, 'no %') },
    exchanges: [
      { send: 'POST / HTTP/1.1\r\nhost: a\r\ncontent-type: application/grpc\r\ncontent-length: 0\r\n\r\n' },
    ],
  },
  {
    name: 'upgrade/accepted-and-ended-by-client',
    config: websocket,
    upstreams: { up: { answers: [{ raw: `${switched}hello` }] } },
    exchanges: [{ send: [upgrade, { afterResponses: 1 }], finally: 'end', untilClosed: true }],
    stats: /^http\.ingress\.downstream_(cx_upgrades|rq)/,
  },
  {
    name: 'upgrade/ended-by-upstream',
    config: websocket,
    upstreams: { up: { answers: [{ raw: `${switched}hello`, finally: 'close' }] } },
    exchanges: [{ send: upgrade, untilClosed: true }],
    stats: /^http\.ingress\.downstream_(cx_upgrades|rq)/,
  },
  {
    name: 'upgrade/answered-200',
    config: websocket,
    upstreams: { up: { answers: [{ raw: 'HTTP/1.1 200 OK\r\nx-a: 1\r\ncontent-length: 2\r\n\r\nok' }] } },
    exchanges: [{ send: upgrade, untilClosed: true }],
  },
  {
    name: 'upgrade/answered-403',
    config: websocket,
    upstreams: { up: { answers: [{ raw: 'HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno' }] } },
    exchanges: [{ send: upgrade, untilClosed: true }],
  },
  {
    name: 'upgrade/of-another-type',
    config: websocket,
    exchanges: [{ send: upgrade.replace('WebSocket', 'foo'), untilClosed: true }],
    stats: /^http\.ingress\.downstream_(cx_upgrades|rq_ws)/,
  },
  {
    name: 'upgrade/disabled',
    config: { hcm: { upgrade_configs: [{ upgrade_type: 'websocket', enabled: false }] } },
    exchanges: [{ send: upgrade, untilClosed: true }],
  },
  {
    name: 'upgrade/refused-upstream',
    config: websocket,
    upstreams: { up: { refuse: true } },
    exchanges: [{ send: upgrade, untilClosed: true }],
  },
  {
    name: 'upgrade/timeout',
    config: { ...websocket, routes: [{ match: { prefix: '/' }, route: { cluster: 'up', timeout: '0.2s' } }] },
    upstreams: { up: { answers: [{ raw: '' }] } },
    exchanges: [{ send: upgrade, untilClosed: true }],
  },
];
