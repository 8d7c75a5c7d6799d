import type { Answer, Case } from '../case.ts';

const get = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';
const websocket = 'GET / HTTP/1.1\r\nhost: a\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n';
const connect = 'CONNECT a:80 HTTP/1.1\r\nhost: a\r\n\r\n';
const fields = 'connection: upgrade\r\nupgrade: websocket\r\n';
const stats =
  /^(http\.ingress\.downstream_(cx_(upgrades|destroy|protocol)|rq_(?!http|time))|cluster\.up\.upstream_(cx|rq)_(?!connect_ms|length))/;
const answering = (raw: string, more: Partial<Answer> = {}) => ({
  up: { answers: [{ raw, on: 'head' as const, ...more }] },
});
const one = (name: string, send: string, raw: string, more: Partial<Answer> = {}): Case => ({
  name,
  config: { hcm: { upgrade_configs: [{ upgrade_type: 'websocket' }] } },
  stats,
  upstreams: answering(raw, more),
  exchanges: [{ send }],
});
const hcm = { upgrade_configs: [{ upgrade_type: 'CONNECT' }] };
const tunnelRoute = (route: object) => [
  { match: { connect_matcher: {} }, route: { cluster: 'up', ...route } },
];
const ends = { upgrade_configs: [{ upgrade_type: 'CONNECT', connect_config: {} }] };
const rewritten = (name: string, route: object, raw = 'HTTP/1.1 200 OK\r\n\r\n'): Case => ({
  name: `connect/path-rewritten-by-${name}`,
  config: { hcm, routes: tunnelRoute(route) },
  upstreams: answering(raw),
  stats,
  exchanges: [{ send: connect }],
});
const part = 'HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\npart';
const freed = { 'cluster.up.upstream_cx_destroy_local_with_active_rq': 1 };
const aborted = (how: 'reset' | 'end' | 'close'): Case => ({
  name: `proxying/client-aborts-mid-response-by-${how}`,
  upstreams: answering(part),
  exchanges: [{ tcp: [get, { afterBytes: 100 }, { do: how }, { afterUpstreamEnds: 1 }] }],
  waitForAfter: freed,
  stats:
    /^cluster\.up\.upstream_(cx_(active|total|destroy.*)|rq_(active|cancelled|tx_reset|total))$|rx_reset/,
});

/** Exchanges of HTTP/1 that end otherwise than they began. */
export const http1Corners: readonly Case[] = [
  aborted('reset'),
  aborted('end'),
  aborted('close'),
  {
    name: 'proxying/20-gets-over-one-upstream-connection',
    exchanges: [
      {
        send: Array.from({ length: 20 }, (_, i) => (i === 0 ? [get] : [{ afterResponses: i }, get])).flat(),
        responses: 20,
      },
    ],
    logLines: 20,
    stats: /^cluster\.up\.upstream_(cx|rq)_(total|active)$/,
  },
  {
    name: 'proxying/20-gets-of-20-clients-over-one-upstream-connection',
    exchanges: Array.from({ length: 20 }, () => ({ send: get })),
    stats: /^cluster\.up\.upstream_(cx|rq)_(total|active)$/,
  },
  {
    name: 'attacks/responses-queued-by-one-read',
    config: { routes: [{ match: { prefix: '/' }, direct_response: { status: 200 } }] },
    exchanges: [{ send: get.repeat(8), untilClosed: true }],
    logLines: 0,
    stats: /response_flood|^http\.ingress\.downstream_rq_(total|completed)$/,
  },
  one(
    'upgrade/fields-in-a-200-with-length',
    websocket,
    `HTTP/1.1 200 OK\r\n${fields}content-length: 2\r\n\r\nok`,
  ),
  one(
    'upgrade/fields-in-a-200-of-no-length',
    websocket,
    `HTTP/1.1 200 OK\r\n${fields}content-length: 0\r\n\r\n`,
  ),
  one('upgrade/fields-in-a-200-without-length', websocket, `HTTP/1.1 200 OK\r\n${fields}\r\nok`, {
    finally: 'close',
  }),
  one(
    'upgrade/fields-in-a-chunked-200',
    websocket,
    `HTTP/1.1 200 OK\r\n${fields}transfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
  ),
  one('upgrade/fields-in-a-403', websocket, `HTTP/1.1 403 No\r\n${fields}content-length: 2\r\n\r\nno`),
  one('upgrade/fields-in-a-426-to-get', get, `HTTP/1.1 426 Do\r\n${fields}content-length: 2\r\n\r\nno`),
  one('upgrade/fields-in-a-426-to-get-without-length', get, `HTTP/1.1 426 Do\r\n${fields}\r\nno`, {
    finally: 'close',
  }),
  one('upgrade/101-to-get', get, `HTTP/1.1 101 Switching\r\n${fields}\r\nno`),
  ...['201', '204', '299', '302', '404'].map((status) => ({
    name: `connect/answered-${status}-and-the-client-goes-on`,
    config: { hcm, routes: tunnelRoute({}) },
    upstreams: answering(`HTTP/1.1 ${status} Made\r\n\r\n`),
    stats,
    exchanges: [{ send: [connect, { afterResponses: 1 }, 'more', { afterMs: 300 }] }],
  })),
  rewritten('prefix', { prefix_rewrite: '/x' }),
  rewritten('regex', { regex_rewrite: { pattern: { regex: '.*' }, substitution: '/x' } }),
  rewritten('prefix-and-ended-here', { prefix_rewrite: '/x', ...ends }, 'hello'),
];
