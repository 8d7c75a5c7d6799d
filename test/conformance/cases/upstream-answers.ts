import type { Case } from '../case.ts';

const get = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';
const upstreamCx =
  /^cluster\.up\.(upstream_cx_(total|protocol_error|destroy(_local|_remote)?)|upstream_rq_(\d\d\d|[0-9]xx|unknown|completed|total))$/;
const answers = (
  name: string,
  raws: readonly (string | { raw: string; finally: 'close' | 'keep' })[],
  more: Partial<Case> = {},
): Case => ({
  name: `proxying/${name}`,
  upstreams: { up: { answers: raws.map((raw) => (typeof raw === 'string' ? { raw } : raw)) } },
  exchanges: raws.map(() => ({ send: get })),
  stats: upstreamCx,
  ...more,
});
const empty = (line: string) => `HTTP/1.1 ${line}\r\ncontent-length: 0\r\n\r\n`;
const fields = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n';

/** What upstreams may answer that is not quite ordinary. */
export const upstreamAnswers: readonly Case[] = [
  answers('response-204-with-length-and-body', ['HTTP/1.1 204 No Content\r\ncontent-length: 2\r\n\r\nok']),
  answers('response-204-with-length-0', ['HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n']),
  answers('response-204-chunked', [
    'HTTP/1.1 204 No Content\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
  ]),
  answers('response-204-with-body-and-no-length', ['HTTP/1.1 204 No Content\r\n\r\nok']),
  answers('response-304-with-length-and-body', ['HTTP/1.1 304 Not Modified\r\ncontent-length: 2\r\n\r\nok']),
  answers('response-304-chunked', [
    'HTTP/1.1 304 Not Modified\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
  ]),
  answers('response-304-chunked-without-body', [
    'HTTP/1.1 304 Not Modified\r\ntransfer-encoding: chunked\r\n\r\n',
  ]),
  answers('response-205-with-body', ['HTTP/1.1 205 Reset Content\r\ncontent-length: 2\r\n\r\nok']),
  answers('response-204-then-another', [empty('204 No Content'), empty('200 OK')]),
  ...[
    '1',
    '099',
    '0200',
    '+200',
    '-200',
    '600',
    '700',
    '999',
    '1000',
    '1200',
    '65535',
    '65536',
    '99999999999',
    '',
    'abc',
    '2x0',
  ].map((status) => answers(`response-status-${status || 'none'}`, [empty(`${status} Odd`)])),
  ...['100', '101', '102', '103', '104', '105', '199'].map((status) =>
    answers(`response-status-${status}-before-200`, [
      `HTTP/1.1 ${status} Early\r\nx-early: 1\r\n\r\n${empty('200 OK')}`,
    ]),
  ),
  ...Array.from({ length: 4 }, (_, i) => 200 + 100 * i).map((base) =>
    answers(
      `response-reasons-of-${base}`,
      Array.from({ length: 32 }, (_, i) => empty(`${base + i} x`)).filter((raw) => !/ (204|304) /.test(raw)),
      { logLines: 0 },
    ),
  ),
  answers('response-without-a-reason', [
    'HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n',
    'HTTP/1.1 200 \r\ncontent-length: 0\r\n\r\n',
  ]),
  answers('response-http10-keep-alive', [
    'HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 0\r\n\r\n',
    empty('200 OK'),
  ]),
  answers('response-http10-with-length', [
    { raw: 'HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok', finally: 'close' },
  ]),
  answers('response-http2-version', ['HTTP/2 200 OK\r\ncontent-length: 0\r\n\r\n']),
  answers('response-http09', [{ raw: 'just text\n', finally: 'close' }]),
  answers('response-two-equal-lengths', [
    'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\nok',
  ]),
  answers('response-two-different-lengths', [
    'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok1',
  ]),
  answers('response-length-list', ['HTTP/1.1 200 OK\r\ncontent-length: 2, 2\r\n\r\nok']),
  answers('response-length-with-a-plus', ['HTTP/1.1 200 OK\r\ncontent-length: +2\r\n\r\nok']),
  answers('response-transfer-encoding-identity', [
    'HTTP/1.1 200 OK\r\ntransfer-encoding: identity\r\ncontent-length: 2\r\n\r\nok',
  ]),
  answers('response-transfer-encoding-gzip-chunked', [
    'HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
  ]),
  answers('response-chunk-extensions', [
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2;a=b\r\nok\r\n0\r\n\r\n',
  ]),
  answers('response-trailers-enabled-nowhere', [
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: x-t\r\n\r\n2\r\nok\r\n0\r\nx-t: 1\r\n\r\n',
  ]),
  answers(
    'response-trailers-enabled',
    ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: x-t\r\n\r\n2\r\nok\r\n0\r\nx-t: 1\r\n\r\n'],
    {
      config: {
        hcm: { http_protocol_options: { enable_trailers: true } },
        clusters: {
          up: {
            typed_extension_protocol_options: {
              'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
                '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
                explicit_http_config: { http_protocol_options: { enable_trailers: true } },
              },
            },
          },
        },
      },
    },
  ),
  answers('request-trailers-enabled', [empty('200 OK')], {
    config: {
      hcm: { http_protocol_options: { enable_trailers: true } },
      clusters: {
        up: {
          typed_extension_protocol_options: {
            'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
              '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
              explicit_http_config: { http_protocol_options: { enable_trailers: true } },
            },
          },
        },
      },
    },
    exchanges: [
      {
        send: 'POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nx-t: 1\r\n\r\n',
      },
    ],
  }),
  answers('response-obs-fold', [`${fields}x-a: 1\r\n 2\r\n\r\nok`]),
  answers('response-nul-in-value', [`${fields}x-a: 1\0\r\n\r\nok`]),
  answers('response-space-before-colon', [`${fields}x-a : 1\r\n\r\nok`]),
  answers('response-odd-names', [`${fields}x_a: 1\r\nX-B!#$: 2\r\n\r\nok`]),
  answers('response-bare-line-feeds', ['HTTP/1.1 200 OK\ncontent-length: 2\n\nok']),
  answers('response-set-cookies', [
    `${fields}set-cookie: a=1\r\nset-cookie: b=2\r\nvary: a\r\nvary: b\r\n\r\nok`,
  ]),
  answers('response-connection-close-twice', [
    { raw: 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok', finally: 'close' },
    { raw: 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok', finally: 'close' },
  ]),
];
