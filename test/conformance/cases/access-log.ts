import type { Case } from '../case.ts';
import { accessLog } from '../config.ts';

const get = 'GET /p?q=1 HTTP/1.1\r\nhost: a\r\nuser-agent: ua\r\nx-a: b\r\n\r\n';

/** A case whose only log field is this format string. */
const format = (name: string, text: string, more: Partial<Case> = {}): Case => ({
  name: `access-log/${name}`,
  exchanges: [{ send: get }],
  ...more,
  config: { ...more.config, log: { value: text } },
});

/** A text log in the case's own file needs the file's path, which only the harness knows: `filter` and friends do with JSON. */
export const accessLogs: readonly Case[] = [
  format(
    'request-headers',
    '%REQ(:METHOD)% %REQ(:PATH)% %REQ(:AUTHORITY)% %REQ(:SCHEME)% %REQ(X-A)% %REQ(x-none)% %REQ(X-NONE?USER-AGENT)% %REQ(USER-AGENT):1%',
  ),
  format('response-headers', '%RESP(CONTENT-LENGTH)% %RESP(X-NONE?SERVER)% %RESP(:STATUS)%'),
  format('without-query-is-an-extension', '%REQ_WITHOUT_QUERY(:PATH)%', { refused: true }),
  format('query-param', '%QUERY_PARAM(q)% %QUERY_PARAM(z)%'),
  format('path', '%PATH(NQ)% %PATH(WQ)% %PATH(NQ:PATH)%'),
  format(
    'addresses',
    '%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT% %DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT% %DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT% 127.0.0.1:%DOWNSTREAM_LOCAL_PORT%',
  ),
  format(
    'upstream',
    '%UPSTREAM_HOST% %UPSTREAM_CLUSTER% %UPSTREAM_CLUSTER_RAW% %UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT% %UPSTREAM_REMOTE_ADDRESS% 127.0.0.1:%UPSTREAM_REMOTE_PORT% %UPSTREAM_PROTOCOL% %UPSTREAM_REQUEST_ATTEMPT_COUNT%',
  ),
  format('bytes', '%BYTES_RECEIVED% %BYTES_SENT% %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_FLAGS_LONG%', {
    exchanges: [{ send: 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhello' }],
  }),
  format(
    'wire-bytes',
    '%UPSTREAM_WIRE_BYTES_RECEIVED% %UPSTREAM_HEADER_BYTES_RECEIVED% %DOWNSTREAM_WIRE_BYTES_RECEIVED% %DOWNSTREAM_HEADER_BYTES_RECEIVED%',
  ),
  format('route', '%ROUTE_NAME% %VIRTUAL_CLUSTER_NAME% %REQUESTED_SERVER_NAME%'),
  format('tls-absent', '%DOWNSTREAM_TLS_VERSION% %DOWNSTREAM_TLS_CIPHER%'),
  format('percent', '100%% %PROTOCOL%'),
  format('literal-only', 'nothing to see'),
  format('access-log-type', '%ACCESS_LOG_TYPE%'),
  format('local-reply-body', '%LOCAL_REPLY_BODY%', {
    config: {
      routes: [{ match: { prefix: '/' }, direct_response: { status: 503, body: { inline_string: 'gone' } } }],
    },
  }),
  format('flags-long-no-route', '%RESPONSE_FLAGS% %RESPONSE_FLAGS_LONG% %RESPONSE_CODE_DETAILS%', {
    config: { routes: [{ match: { prefix: '/none' }, route: { cluster: 'up' } }] },
  }),
  format('start-time-format', '%START_TIME(literal %%)%'),
  {
    name: 'access-log/json-types',
    config: {
      log: {
        number: '%RESPONSE_CODE%',
        two: '%RESPONSE_CODE% %BYTES_SENT%',
        missing: '%REQ(nope)%',
        duration: '%BYTES_RECEIVED%',
        host: '%UPSTREAM_HOST%',
        nul: '%UPSTREAM_TRANSPORT_FAILURE_REASON%',
      },
    },
    exchanges: [{ send: get }],
  },
  ...(['200', '500'] as const).map(
    (code): Case => ({
      name: `access-log/filter-status-at-least-400-of-${code}`,
      upstreams: { up: { answers: [{ raw: `HTTP/1.1 ${code} X\r\ncontent-length: 0\r\n\r\n` }] } },
      config: {
        accessLog: [
          {
            ...(accessLog('/dev/null', { c: '%RESPONSE_CODE%' }) as object),
            filter: {
              status_code_filter: {
                comparison: { op: 'GE', value: { default_value: 400, runtime_key: 'k' } },
              },
            },
          },
        ],
      },
      exchanges: [{ send: get }],
      logLines: 0,
      stats: /^access_logs\./,
    }),
  ),
];
