import type { Case, Exchange } from '../case.ts';

const request = (path = '/', ...fields: string[]) =>
  `${[`GET ${path} HTTP/1.1`, 'host: a', ...fields].join('\r\n')}\r\n\r\n`;
const get = request();

/** One connection to a proxy that fails its health check, with a drain timeout the client can wait for. */
const failing = (name: string, exchange: Exchange, more: Partial<Case> = {}): Case => ({
  name: `drain/${name}`,
  config: { hcm: { drain_timeout: '0.2s' } },
  before: ['POST /healthcheck/fail'],
  exchanges: [{ untilClosed: true, ...exchange }],
  stats: /^http\.ingress\.downstream_(cx_(drain_close|destroy|idle|max_duration)|rq_(total|rx_reset|2xx))/,
  ...more,
});
const direct = {
  hcm: { drain_timeout: '0.2s' },
  routes: [{ match: { prefix: '/' }, direct_response: { status: 200, body: { inline_string: 'd' } } }],
};

/** Winding down: what a connection is told, and when it ends. */
export const drain: readonly Case[] = [
  failing(
    'serves-on-until-the-timeout',
    { send: [get, { afterResponses: 1 }, get], responses: 2 },
    { logLines: 2 },
  ),
  failing('default-timeout-outlasts-the-client', { send: get }, { config: {}, stats: /cx_drain_close$/ }),
  failing('pipelined', { send: get + get + get, responses: 3 }, { logLines: 3 }),
  failing(
    'pipelined-direct-responses',
    { send: get + get, responses: 2 },
    { config: direct, upstreams: {}, logLines: 2 },
  ),
  failing('request-that-closes', { send: request('/', 'connection: close') }),
  failing(
    'pipelined-behind-a-request-that-closes',
    { send: request('/', 'connection: close') + get, responses: 2 },
    { logLines: 2 },
  ),
  failing('head', { send: get.replace('GET', 'HEAD') }),
  failing('missing-host', { send: 'GET / HTTP/1.1\r\n\r\n' }),
  failing('http10-refused', { send: 'GET / HTTP/1.0\r\nhost: a\r\n\r\n' }),
  failing(
    'response-before-the-request-ends',
    { send: 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 30\r\n\r\nabc' },
    { config: direct, upstreams: {} },
  ),
  failing(
    'healthy-again',
    { send: [get, { afterResponses: 1 }, get], responses: 2, untilClosed: false },
    { before: ['POST /healthcheck/fail', 'POST /healthcheck/ok'], logLines: 2 },
  ),
  failing(
    'idle-connection',
    { send: [get, { afterResponses: 1 }], responses: 1 },
    {
      before: [],
      config: { hcm: { drain_timeout: '0.2s', common_http_protocol_options: { idle_timeout: '0.2s' } } },
    },
  ),
  failing(
    'connection-duration-over',
    { send: [get, { afterResponses: 1 }], responses: 1 },
    {
      before: [],
      config: {
        hcm: { drain_timeout: '0.2s', common_http_protocol_options: { max_connection_duration: '0.2s' } },
      },
    },
  ),
  failing(
    'pipelined-behind-the-last-request-of-a-connection',
    { send: get + get + get, responses: 2 },
    {
      before: [],
      config: { hcm: { common_http_protocol_options: { max_requests_per_connection: 2 } } },
      logLines: 2,
    },
  ),
  failing(
    'pipelined-behind-a-request-that-closes-while-all-is-well',
    { send: request('/', 'connection: close') + get, responses: 1 },
    { before: [] },
  ),
];
