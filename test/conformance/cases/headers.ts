import type { Case } from '../case.ts';

const request = (...headers: string[]) =>
  `GET /p?q=1 HTTP/1.1\r\nhost: a\r\n${headers.map((header) => `${header}\r\n`).join('')}\r\n`;
const add = (key: string, value: string, append_action?: string) => ({
  header: { key, value },
  ...(append_action && { append_action }),
});
const toUp = { match: { prefix: '/' }, route: { cluster: 'up' } };

/** Headers the proxy sets, strips and rewrites on the way. */
export const headers: readonly Case[] = [
  {
    name: 'headers/hop-by-hop-request',
    exchanges: [
      {
        send: request(
          'connection: x-a, keep-alive',
          'x-a: 1',
          'keep-alive: 5',
          'proxy-connection: keep-alive',
          'te: trailers',
          'x-b: 2',
        ),
      },
    ],
  },
  { name: 'headers/te-trailers-stays', exchanges: [{ send: request('connection: te', 'te: trailers') }] },
  { name: 'headers/te-gzip', exchanges: [{ send: request('te: gzip') }] },
  {
    name: 'headers/x-envoy-from-external-client',
    config: { hcm: { use_remote_address: true } },
    exchanges: [
      {
        send: request(
          'x-forwarded-for: 8.8.8.8',
          'x-envoy-internal: true',
          'x-envoy-retry-on: 5xx',
          'x-envoy-upstream-rq-timeout-ms: 100',
          'x-envoy-expected-rq-timeout-ms: 7',
          'x-envoy-decorator-operation: x',
        ),
      },
    ],
  },
  {
    name: 'headers/x-envoy-without-remote-address',
    exchanges: [
      {
        send: request(
          'x-envoy-internal: true',
          'x-envoy-retry-on: 5xx',
          'x-envoy-expected-rq-timeout-ms: 7',
          'x-envoy-external-address: 1.2.3.4',
        ),
      },
    ],
  },
  { name: 'headers/external-address', exchanges: [{ send: request('x-forwarded-for: 8.8.8.8') }] },
  {
    name: 'headers/xff-kept-without-remote-address',
    exchanges: [{ send: request('x-forwarded-for: 10.0.0.1, 10.0.0.2', 'x-forwarded-proto: https') }],
  },
  {
    name: 'headers/xff-use-remote-address',
    config: { hcm: { use_remote_address: true } },
    exchanges: [
      { send: request('x-forwarded-for: 10.0.0.1', 'x-forwarded-proto: https') },
      { send: request() },
    ],
  },
  {
    name: 'headers/xff-skip-append',
    config: { hcm: { use_remote_address: true, skip_xff_append: true } },
    exchanges: [{ send: request('x-forwarded-for: 10.0.0.1') }],
  },
  {
    name: 'headers/xff-trusted-hops',
    config: {
      hcm: { use_remote_address: true, xff_num_trusted_hops: 1 },
      log: { remote: '%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%' },
    },
    exchanges: [{ send: request('x-forwarded-for: 9.9.9.9, 8.8.8.8', 'x-forwarded-proto: https') }],
  },
  { name: 'headers/request-id-kept-internal', exchanges: [{ send: request('x-request-id: mine') }] },
  {
    name: 'headers/request-id-replaced-at-edge',
    config: { hcm: { use_remote_address: true } },
    exchanges: [{ send: request('x-request-id: mine', 'x-forwarded-for: 8.8.8.8') }],
  },
  {
    name: 'headers/request-id-preserved-by-option',
    config: { hcm: { use_remote_address: true, preserve_external_request_id: true } },
    exchanges: [{ send: request('x-request-id: mine') }],
  },
  {
    name: 'headers/request-id-off',
    config: { hcm: { generate_request_id: false } },
    exchanges: [{ send: request() }],
  },
  {
    name: 'headers/request-id-in-response',
    config: { hcm: { always_set_request_id_in_response: true } },
    exchanges: [{ send: request('x-request-id: mine') }],
  },
  {
    name: 'headers/server-overwrite',
    config: { hcm: { server_name: 'mine' } },
    exchanges: [{ send: request() }],
  },
  {
    name: 'headers/server-append-if-absent',
    upstreams: {
      up: { answers: [{ raw: 'HTTP/1.1 200 OK\r\nserver: theirs\r\ncontent-length: 0\r\n\r\n' }] },
    },
    config: { hcm: { server_header_transformation: 'APPEND_IF_ABSENT' } },
    exchanges: [{ send: request() }],
  },
  {
    name: 'headers/server-pass-through',
    config: { hcm: { server_header_transformation: 'PASS_THROUGH' } },
    exchanges: [{ send: request() }],
  },
  { name: 'headers/via', config: { hcm: { via: 'lab' } }, exchanges: [{ send: request('via: before') }] },
  {
    name: 'headers/user-agent-added',
    config: { hcm: { add_user_agent: true }, bootstrap: { node: { id: 'n', cluster: 'c' } } },
    exchanges: [{ send: request() }],
  },
  { name: 'headers/upstream-service-time', exchanges: [{ send: request() }] },
  {
    name: 'headers/suppress-envoy-headers',
    config: {
      hcm: {
        http_filters: [
          {
            name: 'envoy.filters.http.router',
            typed_config: {
              '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router',
              suppress_envoy_headers: true,
            },
          },
        ],
      },
    },
    exchanges: [{ send: request() }],
  },
  {
    name: 'headers/add-on-three-levels',
    config: {
      routes: [
        {
          ...toUp,
          request_headers_to_add: [add('x-l', 'route')],
          response_headers_to_add: [add('x-l', 'route')],
        },
      ],
      virtualHost: {
        request_headers_to_add: [add('x-l', 'vhost')],
        response_headers_to_add: [add('x-l', 'vhost')],
      },
      routeConfig: {
        request_headers_to_add: [add('x-l', 'config')],
        response_headers_to_add: [add('x-l', 'config')],
      },
    },
    exchanges: [{ send: request('x-l: client') }],
  },
  {
    name: 'headers/most-specific-wins',
    config: {
      routes: [{ ...toUp, request_headers_to_add: [add('x-l', 'route', 'OVERWRITE_IF_EXISTS_OR_ADD')] }],
      virtualHost: { request_headers_to_add: [add('x-l', 'vhost', 'OVERWRITE_IF_EXISTS_OR_ADD')] },
      routeConfig: { most_specific_header_mutations_wins: true },
    },
    exchanges: [{ send: request() }],
  },
  {
    name: 'headers/append-actions',
    config: {
      routes: [
        {
          ...toUp,
          request_headers_to_add: [
            add('x-a', '1', 'APPEND_IF_EXISTS_OR_ADD'),
            add('x-b', '1', 'ADD_IF_ABSENT'),
            add('x-c', '1', 'OVERWRITE_IF_EXISTS_OR_ADD'),
            add('x-d', '1', 'OVERWRITE_IF_EXISTS'),
            add('x-e', '1', 'OVERWRITE_IF_EXISTS'),
          ],
        },
      ],
    },
    exchanges: [{ send: request('x-a: 0', 'x-b: 0', 'x-c: 0', 'x-c: 00', 'x-d: 0') }],
  },
  {
    name: 'headers/remove',
    config: {
      routes: [
        { ...toUp, request_headers_to_remove: ['x-a', 'user-agent'], response_headers_to_remove: ['x-up'] },
      ],
    },
    upstreams: {
      up: { answers: [{ raw: 'HTTP/1.1 200 OK\r\nx-up: 1\r\nx-up: 2\r\ncontent-length: 0\r\n\r\n' }] },
    },
    exchanges: [{ send: request('x-a: 1', 'user-agent: z') }],
  },
  {
    name: 'headers/format-strings',
    config: {
      routes: [
        {
          ...toUp,
          request_headers_to_add: [
            add('x-addr', '%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%'),
            add('x-proto', '%PROTOCOL%'),
            add('x-req', '%REQ(x-none?:path)%'),
            add('x-pct', '100%%'),
            add('x-none', '%REQ(nope)%'),
            add('x-up', '%UPSTREAM_REMOTE_ADDRESS%'),
          ],
          response_headers_to_add: [
            add('x-code', '%RESPONSE_CODE%'),
            add('x-cluster', '%UPSTREAM_CLUSTER%'),
            add('x-route', '%ROUTE_NAME%'),
          ],
          name: 'r1',
        },
      ],
    },
    exchanges: [{ send: request() }],
  },
  {
    name: 'headers/response-added-to-local-reply',
    config: {
      routes: [
        {
          match: { prefix: '/' },
          direct_response: { status: 200 },
          response_headers_to_add: [add('x-a', '1')],
        },
      ],
    },
    exchanges: [{ send: request() }],
  },
  {
    name: 'headers/underscores-reject',
    config: { hcm: { common_http_protocol_options: { headers_with_underscores_action: 'REJECT_REQUEST' } } },
    exchanges: [{ send: request('x_a: 1') }],
  },
  {
    name: 'headers/underscores-drop',
    config: { hcm: { common_http_protocol_options: { headers_with_underscores_action: 'DROP_HEADER' } } },
    exchanges: [{ send: request('x_a: 1') }],
  },
  {
    name: 'headers/attempt-count',
    config: { virtualHost: { include_request_attempt_count: true, include_attempt_count_in_response: true } },
    exchanges: [{ send: request() }],
  },
  {
    name: 'headers/same-name-many-times',
    exchanges: [
      { send: request('x-a: 1', 'x-b: 2', 'x-a: 3', 'cookie: a=1', 'cookie: b=2', 'accept: x', 'accept: y') },
    ],
  },
  { name: 'headers/high-bytes-in-value', exchanges: [{ send: request('x-a: \xe4\xff') }] },
  {
    name: 'headers/normalize-path',
    config: { hcm: { normalize_path: true, merge_slashes: true } },
    exchanges: [{ send: 'GET /a/../b//c/./d%2fe?x=/../ HTTP/1.1\r\nhost: a\r\n\r\n' }],
  },
  {
    name: 'headers/escaped-slashes-reject',
    config: { hcm: { path_with_escaped_slashes_action: 'REJECT_REQUEST' } },
    exchanges: [{ send: 'GET /a%2Fb HTTP/1.1\r\nhost: a\r\n\r\n' }],
  },
  {
    name: 'headers/escaped-slashes-redirect',
    config: { hcm: { path_with_escaped_slashes_action: 'UNESCAPE_AND_REDIRECT' } },
    exchanges: [{ send: 'GET /a%2Fb HTTP/1.1\r\nhost: a\r\n\r\n' }],
  },
  {
    name: 'headers/strip-matching-host-port',
    config: { hcm: { strip_any_host_port: true } },
    exchanges: [{ send: 'GET / HTTP/1.1\r\nhost: a:123\r\n\r\n' }],
  },
];
