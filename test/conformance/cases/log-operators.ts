// Over 300 lines because it is one table of cases.
import type { Case } from '../case.ts';
import { certificate, privateKey } from '../certificate.ts';

const get =
  'GET /a/b?q=1&r=2&q=3 HTTP/1.1\r\nhost: h.example:8\r\nx-a: v1\r\nx-a: v2\r\nx-long: abcdefghij\r\n\r\n';
const tlsChain = {
  transport_socket: {
    name: 'tls',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
      common_tls_context: {
        tls_certificates: [
          { certificate_chain: { inline_string: certificate }, private_key: { inline_string: privateKey } },
        ],
      },
    },
  },
};
const log = (operators: readonly string[]) =>
  Object.fromEntries(operators.map((operator) => [operator.replaceAll(/[<>]/g, ''), `%${operator}%`]));
const operators = (name: string, list: readonly string[], more: Partial<Case> = {}): Case => ({
  name: `access-log/operators-${name}`,
  exchanges: [{ send: get }],
  ...more,
  config: { ...more.config, log: log(list) },
});
const refused = (name: string, text: string): Case => ({
  name: `access-log/refused-${name}`,
  config: { log: { value: text } },
  refused: true,
  exchanges: [],
});
const headerOperators = [
  'REQ(x-a)',
  'REQ(X-A):3',
  'REQ(x-none?x-a)',
  'REQ(x-none?x-none2)',
  'REQ(x-long):4',
  'REQ(:authority)',
  'REQ(:path):2',
  'RESP(server)',
  'RESP(x-none?server):2',
  'RESP(x-many)',
  'TRAILER(x)',
  'REQUEST_HEADERS_BYTES',
  'RESPONSE_HEADERS_BYTES',
  'RESPONSE_TRAILERS_BYTES',
];
const streamOperators = [
  'PROTOCOL',
  'RESPONSE_CODE',
  'RESPONSE_CODE_DETAILS',
  'CONNECTION_TERMINATION_DETAILS',
  'RESPONSE_FLAGS',
  'RESPONSE_FLAGS_LONG',
  'BYTES_RECEIVED',
  'BYTES_SENT',
  'ROUTE_NAME',
  'VIRTUAL_CLUSTER_NAME',
  'LISTENER_NAME',
  'FILTER_CHAIN_NAME',
  'ACCESS_LOG_TYPE',
  'UNIQUE_ID',
  'TRACE_ID',
  'SPAN_ID',
  'CUSTOM_FLAGS',
  'HOSTNAME',
  'LOCAL_REPLY_BODY',
  'GRPC_STATUS',
  'GRPC_STATUS_NUMBER',
  'STREAM_ID',
];
const upstreamOperators = [
  'UPSTREAM_HOST',
  'UPSTREAM_HOST_NAME',
  'UPSTREAM_HOST_NAME_WITHOUT_PORT',
  'UPSTREAM_CLUSTER',
  'UPSTREAM_CLUSTER_RAW',
  'UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT',
  'UPSTREAM_REMOTE_ADDRESS',
  'UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT',
  'UPSTREAM_TRANSPORT_FAILURE_REASON',
  'UPSTREAM_REQUEST_ATTEMPT_COUNT',
  'UPSTREAM_PROTOCOL',
  'UPSTREAM_PEER_SUBJECT',
  'UPSTREAM_TLS_VERSION',
  'UPSTREAM_HOSTS_ATTEMPTED',
  'UPSTREAM_HOSTS_ATTEMPTED_WITHOUT_PORT',
  'UPSTREAM_HOST_NAMES_ATTEMPTED',
  'UPSTREAM_DETECTED_CLOSE_TYPE',
  'UPSTREAM_LOCAL_CLOSE_REASON',
];
const byteOperators = [
  'UPSTREAM_WIRE_BYTES_SENT',
  'UPSTREAM_WIRE_BYTES_RECEIVED',
  'UPSTREAM_HEADER_BYTES_SENT',
  'UPSTREAM_HEADER_BYTES_RECEIVED',
  'DOWNSTREAM_WIRE_BYTES_RECEIVED',
  'DOWNSTREAM_HEADER_BYTES_SENT',
  'DOWNSTREAM_HEADER_BYTES_RECEIVED',
  'UPSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED',
  'DOWNSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED',
];
const addressOperators = [
  'DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT',
  'DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT',
  'DOWNSTREAM_LOCAL_ADDRESS',
  'DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT',
  'DOWNSTREAM_DIRECT_LOCAL_ADDRESS',
  'DOWNSTREAM_DIRECT_LOCAL_ADDRESS_WITHOUT_PORT',
  'DOWNSTREAM_LOCAL_ADDRESS_ENDPOINT_ID',
  'DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT(16)',
  'DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT(8)',
  'REQUESTED_SERVER_NAME',
  'REQUESTED_SERVER_NAME(SNI_ONLY)',
  'REQUESTED_SERVER_NAME(HOST_FIRST)',
  'REQUESTED_SERVER_NAME(SNI_FIRST:HOST)',
];
const tlsOperators = [
  'DOWNSTREAM_TLS_VERSION',
  'DOWNSTREAM_TLS_CIPHER',
  'DOWNSTREAM_PEER_SUBJECT',
  'DOWNSTREAM_PEER_ISSUER',
  'DOWNSTREAM_PEER_SERIAL',
  'DOWNSTREAM_PEER_FINGERPRINT_256',
  'DOWNSTREAM_PEER_URI_SAN',
  'DOWNSTREAM_PEER_CERT',
  'DOWNSTREAM_TRANSPORT_FAILURE_REASON',
  'REQUESTED_SERVER_NAME',
  'REQ(:SCHEME)',
];
const queryOperators = [
  'QUERY_PARAM(q)',
  'QUERY_PARAM(r)',
  'QUERY_PARAM(none)',
  'QUERY_PARAM(q):0',
  'QUERY_PARAMS',
  'QUERY_PARAMS(DECODED)',
  'PATH',
  'PATH(WQ)',
  'PATH(NQ)',
  'PATH(NQ:ORIG)',
  'PATH(NQ:ORIG_OR_PATH)',
  'PATH(WQ:PATH):3',
  'REQ(:PATH)',
].filter((operator) => !operator.startsWith('QUERY_PARAMS'));
const environment = [
  'ENVIRONMENT(PATH):1',
  'ENVIRONMENT(NOSUCH_VARIABLE)',

  'DYNAMIC_METADATA(a:b)',
  'METADATA(DYNAMIC:a)',
  'COALESCE({"operators":[{"command":"REQ","param":"x-none"},{"command":"REQ","param":"x-a"}]})',
];
const metadata = { filter_metadata: { a: { b: 'text', c: 1.5, d: [true, null] } } };
const many = {
  up: {
    answers: [
      {
        raw: 'HTTP/1.1 200 OK\r\nx-many: a\r\nx-many: b\r\nserver: upstream\r\ncontent-length: 3\r\n\r\nabc',
      },
    ],
  },
};
const json = (value: unknown) => ({
  accessLog: [
    {
      name: 'log',
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog',
        path: '<log>',
        log_format: value,
      },
    },
  ],
});
const filtered = (
  name: string,
  filter: unknown,
  exchanges: Case['exchanges'],
  logLines: number,
  config: Case['config'] = {},
): Case => ({
  name: `access-log/filter-${name}`,
  config: {
    ...config,
    accessLog: [
      {
        name: 'log',
        filter,
        typed_config: {
          '@type': 'type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog',
          path: '<log>',
          log_format: { text_format_source: { inline_string: '%REQ(:PATH)% %RESPONSE_CODE%\n' } },
        },
      },
      // So that there is always something to wait for.
      {
        name: 'all',
        typed_config: {
          '@type': 'type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog',
          path: '<log>',
          log_format: { text_format_source: { inline_string: 'all\n' } },
        },
      },
    ],
  },
  exchanges,
  logLines,
});
const at = (path: string, ...fields: string[]) => ({
  send: `GET ${path} HTTP/1.1\r\nhost: a\r\n${fields.map((field) => `${field}\r\n`).join('')}\r\n`,
});
const codes = {
  routes: ['200', '301', '404', '500', '503'].map((code) => ({
    match: { prefix: `/${code}` },
    direct_response: { status: Number(code) },
  })),
};
const allCodes = ['/200', '/301', '/404', '/500', '/503'].map((path) => at(path));
const status = (op: string, value: number) => ({
  status_code_filter: { comparison: { op, value: { default_value: value, runtime_key: 'k' } } },
});

/** Format operators, formats and filters of access logs. */
export const logOperators: readonly Case[] = [
  operators('of-headers', headerOperators, {
    // The upstream's time may have one digit or two, and the headers' bytes are counted.
    config: { virtualHost: { response_headers_to_remove: ['x-envoy-upstream-service-time'] } },
    upstreams: many,
  }),
  operators('of-streams', streamOperators, { config: { filterChain: { name: 'chain' } } }),
  operators('of-streams-that-fail', streamOperators, { upstreams: { up: { refuse: true } } }),
  operators('of-upstreams', upstreamOperators),
  operators('of-upstreams-that-refuse', upstreamOperators, { upstreams: { up: { refuse: true } } }),
  operators('of-upstreams-that-reset', upstreamOperators, {
    upstreams: { up: { answers: [{ raw: '', finally: 'reset' }] } },
  }),
  operators('of-upstreams-without-a-route', upstreamOperators, {
    config: { routes: [{ match: { prefix: '/none' }, route: { cluster: 'up' } }] },
  }),
  operators('of-upstreams-in-direct-responses', upstreamOperators, {
    config: { routes: [{ match: { prefix: '/' }, direct_response: { status: 200 } }] },
  }),
  operators('of-bytes-without-ids', byteOperators, {
    config: { hcm: { generate_request_id: false, server_name: 'x' } },
  }),
  operators('of-addresses', addressOperators),
  operators('of-tls', tlsOperators, {
    config: { filterChain: tlsChain },
    exchanges: [{ send: get, tls: { servername: 'lab.example' } }],
  }),
  operators('of-tls-in-plain-text', tlsOperators),
  operators('of-queries-and-paths', queryOperators),
  operators('of-paths-that-are-rewritten', queryOperators, {
    config: { routes: [{ match: { prefix: '/a' }, route: { cluster: 'up', prefix_rewrite: '/z' } }] },
  }),
  operators('of-metadata', environment, {
    config: {
      clusters: { up: { metadata } },
      routes: [{ name: 'r', match: { prefix: '/' }, route: { cluster: 'up' }, metadata }],
    },
  }),
  operators('of-client-aborts', streamOperators, {
    upstreams: { up: { answers: [{ raw: '' }] } },
    exchanges: [{ send: get, abortAfterUpstreamBytes: 20 }],
  }),
  operators('of-bad-requests', [...streamOperators, 'REQ(:METHOD)', 'REQ(:PATH)'], {
    exchanges: [{ send: 'GET / HTTP/1.1\r\nhost: a\r\nx y: 1\r\n\r\n', untilClosed: true }],
  }),
  ...[
    '%NOSUCH%',
    '%REQ%',
    '%REQ(',
    '%REQ()%',
    '%REQ(a?b?c)%',
    '%REQ(a):x%',
    '%PROTOCOL',
    '%',
    '%PROTOCOL(x)%',
    '%START_TIME(%E4n)%',
    '%DURATION(x)%',
    '%PATH(X)%',
    '%COALESCE({})%',
    '%REQ(a b)%',
    '%req(a)%',
    '%%%',
    '%RESPONSE_CODE%%',
  ].map((text, i) => refused(`${i}-${text.replaceAll(/[^A-Za-z_]+/g, '-')}`, text)),
  {
    name: 'access-log/text-format-source',
    config: json({
      text_format_source: { inline_string: '"%REQ(:PATH)%" [%RESPONSE_CODE%] %REQ(x-none)%\n' },
    }),
    exchanges: [{ send: get }],
  },
  {
    name: 'access-log/text-omits-empty-values',
    config: json({
      text_format_source: { inline_string: '[%REQ(x-none)%] [%UPSTREAM_CLUSTER%]\n' },
      omit_empty_values: true,
    }),
    exchanges: [{ send: get }],
  },
  {
    name: 'access-log/json-omits-empty-values',
    config: json({
      json_format: { a: '%REQ(x-none)%', b: '%RESPONSE_CODE%', c: { d: '%REQ(x-none)%' } },
      omit_empty_values: true,
    }),
    exchanges: [{ send: get }],
  },
  {
    name: 'access-log/json-nested-and-typed',
    config: json({
      json_format: {
        n: 1,
        t: true,
        z: null,
        list: ['%PROTOCOL%', 2, { x: '%BYTES_SENT%' }],
        o: { p: '%RESPONSE_CODE%', q: 'a%%b %RESPONSE_CODE%' },
      },
    }),
    exchanges: [{ send: get }],
  },
  {
    name: 'access-log/json-escapes',
    config: json({ json_format: { quote: '"\\ %REQ(x-q)%' } }),
    exchanges: [at('/', 'x-q: "a\\b"\t\xff')],
  },
  {
    name: 'access-log/json-keys-sorted',
    config: json({ json_format: { b: '1', a: '2', C: '3' }, json_format_options: { sort_properties: true } }),
    exchanges: [{ send: get }],
  },
  filtered('status-ge', status('GE', 404), allCodes, 8, codes),
  filtered('status-eq', status('EQ', 500), allCodes, 6, codes),
  filtered('status-le', status('LE', 301), allCodes, 7, codes),
  filtered('and', { and_filter: { filters: [status('GE', 300), status('LE', 499)] } }, allCodes, 7, codes),
  filtered('or', { or_filter: { filters: [status('EQ', 200), status('EQ', 503)] } }, allCodes, 7, codes),
  filtered('not-health-check', { not_health_check_filter: {} }, allCodes, 10, codes),
  filtered(
    'header-present',
    { header_filter: { header: { name: 'x-log', present_match: true } } },
    [at('/1', 'x-log: 1'), at('/2')],
    3,
  ),
  filtered(
    'header-inverted',
    { header_filter: { header: { name: 'x-log', string_match: { exact: 'no' }, invert_match: true } } },
    [at('/1', 'x-log: no'), at('/2')],
    3,
  ),
  filtered(
    'runtime-0',
    { runtime_filter: { runtime_key: 'r', percent_sampled: { numerator: 0 } } },
    [at('/1')],
    1,
  ),
  filtered(
    'runtime-100',
    { runtime_filter: { runtime_key: 'r', percent_sampled: { numerator: 100 } } },
    [at('/1')],
    2,
  ),
  filtered('response-flag-any', { response_flag_filter: {} }, [at('/1')], 2, {
    routes: [{ match: { prefix: '/none' }, route: { cluster: 'up' } }],
  }),
  filtered('response-flag-nr', { response_flag_filter: { flags: ['NR'] } }, [at('/1')], 2, {
    routes: [{ match: { prefix: '/none' }, route: { cluster: 'up' } }],
  }),
  filtered('response-flag-other', { response_flag_filter: { flags: ['UF'] } }, [at('/1')], 1, {
    routes: [{ match: { prefix: '/none' }, route: { cluster: 'up' } }],
  }),
  filtered(
    'duration',
    { duration_filter: { comparison: { op: 'GE', value: { default_value: 60_000, runtime_key: 'k' } } } },
    [at('/1')],
    1,
  ),
  filtered('grpc-status', { grpc_status_filter: { statuses: ['OK'] } }, [at('/1')], 2),
];
