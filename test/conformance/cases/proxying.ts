import type { Case } from '../case.ts';

const get = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';
const log = { upstreamFlags: '%RESPONSE_FLAGS%' };

/** What any proxy meets in odd traffic: framing, keep-alive, aborts. */
export const proxying: readonly Case[] = [
  { name: 'proxying/get', exchanges: [{ send: get }] },
  {
    name: 'proxying/keep-alive-reuses-one-upstream-connection',
    exchanges: [
      {
        send: Array(5)
          .fill(get)
          .flatMap((r, i) => (i === 0 ? [r] : [{ afterResponses: i }, r])),
        responses: 5,
      },
    ],
    logLines: 5,
    stats: /^cluster\.up\.upstream_(cx|rq)_(total|active|destroy|http1_total|completed)/,
  },
  {
    name: 'proxying/pipelined-requests',
    exchanges: [{ send: get + get.replace('/ ', '/2 ') + get.replace('/ ', '/3 '), responses: 3 }],
    logLines: 3,
  },
  {
    name: 'proxying/post-with-length',
    exchanges: [{ send: 'POST /p HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhello' }],
  },
  {
    name: 'proxying/post-chunked',
    exchanges: [
      { send: 'POST /p HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n' },
    ],
  },
  {
    name: 'proxying/delete-chunked-keeps-transfer-encoding',
    exchanges: [
      { send: 'DELETE /d HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n' },
    ],
  },
  {
    name: 'proxying/options-chunked-keeps-transfer-encoding',
    exchanges: [
      { send: 'OPTIONS /d HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n' },
    ],
  },
  {
    name: 'proxying/get-with-body',
    exchanges: [{ send: 'GET / HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nabc' }],
  },
  {
    name: 'proxying/get-with-trailer-header',
    exchanges: [{ send: 'GET / HTTP/1.1\r\nhost: a\r\ntrailer: z\r\n\r\n' }],
  },
  {
    name: 'proxying/request-trailers-are-dropped',
    exchanges: [
      {
        send: 'POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nx-t: 1\r\n\r\n',
      },
    ],
  },
  {
    name: 'proxying/chunk-extension',
    exchanges: [
      { send: 'POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n2;a=b\r\nhi\r\n0\r\n\r\n' },
    ],
  },
  {
    name: 'proxying/head',
    upstreams: { up: { answers: [{ raw: 'HTTP/1.1 200 OK\r\ncontent-length: 1234\r\n\r\n' }] } },
    exchanges: [{ send: 'HEAD / HTTP/1.1\r\nhost: a\r\n\r\n' }],
  },
  {
    name: 'proxying/put-empty',
    exchanges: [{ send: 'PUT / HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n' }],
  },
  { name: 'proxying/post-without-length', exchanges: [{ send: 'POST / HTTP/1.1\r\nhost: a\r\n\r\n' }] },
  { name: 'proxying/unknown-method', exchanges: [{ send: 'PURGE / HTTP/1.1\r\nhost: a\r\n\r\n' }] },
  {
    name: 'proxying/expect-100-continue',
    exchanges: [
      {
        send: [
          'POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n',
          { afterUpstreamBytes: 1 },
          'hi',
        ],
      },
    ],
  },
  {
    name: 'proxying/upstream-sends-100',
    upstreams: {
      up: { answers: [{ raw: 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n' }] },
    },
    exchanges: [{ send: get }],
  },
  {
    name: 'proxying/upstream-sends-103',
    upstreams: {
      up: {
        answers: [
          {
            raw: 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n',
          },
        ],
      },
    },
    exchanges: [{ send: get }],
  },
  {
    name: 'proxying/response-chunked',
    upstreams: {
      up: {
        answers: [{ raw: 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n' }],
      },
    },
    exchanges: [{ send: get }],
  },
  {
    name: 'proxying/response-trailers-are-dropped',
    upstreams: {
      up: {
        answers: [
          { raw: 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nx-t: 1\r\n\r\n' },
        ],
      },
    },
    exchanges: [{ send: get }],
  },
  {
    name: 'proxying/response-until-close',
    upstreams: { up: { answers: [{ raw: 'HTTP/1.1 200 OK\r\n\r\nhello', finally: 'close' }] } },
    exchanges: [{ send: get }],
  },
  {
    name: 'proxying/response-204',
    upstreams: { up: { answers: [{ raw: 'HTTP/1.1 204 No Content\r\n\r\n' }] } },
    exchanges: [{ send: get }],
  },
  {
    name: 'proxying/response-304-with-length',
    upstreams: {
      up: { answers: [{ raw: 'HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\netag: "x"\r\n\r\n' }] },
    },
    exchanges: [{ send: get }],
  },
  {
    name: 'proxying/response-connection-close',
    upstreams: {
      up: {
        answers: [
          { raw: 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok', finally: 'close' },
        ],
      },
    },
    exchanges: [{ send: [get, { afterResponses: 1 }, get], responses: 2 }],
    logLines: 2,
    stats: /^cluster\.up\.upstream_cx_(total|destroy.*|close_notify)$/,
  },
  {
    name: 'proxying/response-http10',
    upstreams: {
      up: { answers: [{ raw: 'HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok', finally: 'close' }] },
    },
    exchanges: [{ send: get }],
  },
  {
    name: 'proxying/response-named-connection-headers-pass',
    upstreams: {
      up: {
        answers: [
          {
            raw: 'HTTP/1.1 200 OK\r\nconnection: x-hop\r\nx-hop: 1\r\nkeep-alive: timeout=5\r\ncontent-length: 0\r\n\r\n',
          },
        ],
      },
    },
    exchanges: [{ send: get }],
  },
  {
    name: 'proxying/response-header-case-and-order',
    upstreams: {
      up: {
        answers: [
          {
            raw: 'HTTP/1.1 200 Fine\r\nX-B: 1\r\nX-A:  2 \r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 0\r\n\r\n',
          },
        ],
      },
    },
    exchanges: [{ send: get }],
  },
  {
    name: 'proxying/response-odd-status',
    upstreams: { up: { answers: [{ raw: 'HTTP/1.1 299 Whatever\r\ncontent-length: 0\r\n\r\n' }] } },
    exchanges: [{ send: get }],
  },
  {
    name: 'proxying/upstream-keeps-server-and-date',
    upstreams: {
      up: {
        answers: [{ raw: 'HTTP/1.1 200 OK\r\nserver: mine\r\nx-powered-by: y\r\ncontent-length: 0\r\n\r\n' }],
      },
    },
    exchanges: [{ send: get }],
  },
  {
    name: 'proxying/client-connection-close',
    exchanges: [{ send: get.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n') }],
  },
  {
    name: 'proxying/client-half-closes-while-the-upstream-works',
    upstreams: { up: { answers: [{ raw: '' }] } },
    exchanges: [{ send: [get, { afterUpstreamBytes: 1 }], finally: 'end', responses: 0, untilClosed: true }],
  },
  { name: 'proxying/http10-is-refused', exchanges: [{ send: 'GET / HTTP/1.0\r\nhost: a\r\n\r\n' }] },
  {
    name: 'proxying/http10-accepted',
    config: { hcm: { http_protocol_options: { accept_http_10: true, default_host_for_http_10: 'dflt' } } },
    exchanges: [{ send: 'GET / HTTP/1.0\r\n\r\n', untilClosed: true }],
  },
  {
    name: 'proxying/http10-refused-once-read',
    config: { hcm: { http_protocol_options: { accept_http_10: true } } },
    exchanges: ['transfer-encoding: gzip', 'connection: x-forwarded-for', 'content-length: x', 'a b: c'].map(
      (field) => ({ send: `POST / HTTP/1.0\r\nhost: a\r\n${field}\r\n\r\n`, untilClosed: true }),
    ),
  },
  {
    name: 'proxying/http10-expects-continue',
    config: { hcm: { http_protocol_options: { accept_http_10: true } } },
    exchanges: [{ send: 'GET / HTTP/1.0\r\nhost: a\r\nexpect: 100-continue\r\n\r\n', untilClosed: true }],
  },
  {
    name: 'proxying/connect-has-no-path-to-match',
    config: { routes: [{ match: { prefix: '' }, route: { cluster: 'up' } }] },
    exchanges: [{ send: 'CONNECT a:80 HTTP/1.1\r\nhost: a:80\r\n\r\n' }],
  },
  {
    name: 'proxying/query-without-content-type',
    exchanges: ['/a', '/a#b', '/%00'].map((path) => ({
      send: `QUERY ${path} HTTP/1.1\r\nhost: a\r\n\r\n`,
    })),
  },
  {
    name: 'proxying/hop-fields-of-a-1xx',
    config: { hcm: { proxy_100_continue: true } },
    upstreams: {
      up: {
        answers: [100, 102, 103].map((status) => ({
          raw:
            `HTTP/1.1 ${status} X\r\nconnection: a\r\nkeep-alive: x\r\nproxy-connection: y\r\nupgrade: z\r\n` +
            'a: b\r\n\r\nHTTP/1.1 200 OK\r\nkeep-alive: x\r\ncontent-length: 0\r\n\r\n',
        })),
      },
    },
    exchanges: [{ send: get }, { send: get }, { send: get }],
  },
  {
    name: 'proxying/upgrade-without-handler',
    exchanges: [{ send: 'GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n' }],
  },
  {
    name: 'proxying/connect-without-handler',
    exchanges: [{ send: 'CONNECT a:80 HTTP/1.1\r\nhost: a:80\r\n\r\n' }],
  },
  {
    name: 'proxying/absolute-form',
    exchanges: [{ send: 'GET http://other.example/x?y=1 HTTP/1.1\r\nhost: a\r\n\r\n' }],
  },
  {
    name: 'proxying/upstream-refuses',
    upstreams: { up: { refuse: true } },
    exchanges: [{ send: get }],
    stats: /^cluster\.up\.(upstream_(cx|rq)_|circuit|membership)/,
    config: { log },
  },
  {
    name: 'proxying/upstream-closes-before-answer',
    upstreams: { up: { answers: [{ raw: '', finally: 'close' }] } },
    exchanges: [{ send: get }],
    stats: /^cluster\.up\.upstream_(cx_destroy|rq_)/,
  },
  {
    name: 'proxying/upstream-resets-before-answer',
    upstreams: { up: { answers: [{ raw: '', finally: 'reset' }] } },
    exchanges: [{ send: get }],
    stats: /^cluster\.up\.upstream_(cx_destroy|rq_)/,
  },
  {
    name: 'proxying/upstream-dies-mid-body',
    upstreams: {
      up: { answers: [{ raw: 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc', finally: 'reset' }] },
    },
    exchanges: [{ send: get, untilClosed: true }],
  },
  {
    name: 'proxying/upstream-closes-mid-body',
    upstreams: {
      up: { answers: [{ raw: 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc', finally: 'close' }] },
    },
    exchanges: [{ send: get, untilClosed: true }],
  },
  {
    name: 'proxying/upstream-sends-garbage',
    upstreams: { up: { answers: [{ raw: 'what is this\r\n\r\n' }] } },
    exchanges: [{ send: get }],
    stats: /^cluster\.up\.upstream_(cx_protocol_error|rq_(total|5xx|503|502))$/,
  },
  {
    name: 'proxying/upstream-both-length-and-chunked',
    upstreams: {
      up: {
        answers: [
          {
            raw: 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
          },
        ],
      },
    },
    exchanges: [{ send: get }],
  },
  {
    name: 'proxying/upstream-sends-more-than-length',
    upstreams: { up: { answers: [{ raw: 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokextra' }] } },
    exchanges: [{ send: get }],
  },
  {
    name: 'proxying/early-answer-before-body-is-complete',
    upstreams: {
      up: { answers: [{ on: 'head', raw: 'HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno' }] },
    },
    exchanges: [{ send: 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nabc', untilClosed: true }],
  },
  {
    name: 'proxying/client-aborts-before-answer',
    upstreams: { up: { answers: [{ raw: '' }] } },
    exchanges: [{ send: get, abortAfterUpstreamBytes: 10 }],
    stats:
      /^(cluster\.up\.upstream_rq_(total|cancelled|tx_reset|rx_reset|active)|http\.ingress\.downstream_(rq_(rx_reset|total|completed|active)|cx_destroy.*))$/,
  },
  {
    name: 'proxying/client-aborts-mid-request-body',
    upstreams: { up: { answers: [{ raw: '' }] } },
    exchanges: [
      { send: 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nabc', abortAfterUpstreamBytes: 20 },
    ],
  },
];
