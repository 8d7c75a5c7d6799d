import type { Case, ConfigParts, Exchange, FrameExchange, TcpStep } from '../case.ts';
import { data, type Field, headers, hello, rstStream } from '../http2/frames.ts';
import type { Http2Answer } from '../http2/upstream.ts';
import { http2Cluster } from './http2-upstream.ts';

const stats =
  /^(http\.ingress\.downstream_(cx_upgrades|rq_(?!time))|cluster\.up\.(http2\.(?!outbound|pending|deferred)|upstream_(cx|rq)_(?!connect_ms|length|[tr]x_bytes|time)))/;
const clusters = { up: http2Cluster({ allow_connect: true }) };
const http2 = { http2_protocol_options: { allow_connect: true } };
const websocket: ConfigParts = {
  hcm: { ...http2, upgrade_configs: [{ upgrade_type: 'websocket' }] },
  clusters,
};
const connect: ConfigParts = {
  hcm: { ...http2, upgrade_configs: [{ upgrade_type: 'CONNECT' }] },
  routes: [{ match: { connect_matcher: {} }, route: { cluster: 'up' } }],
  clusters,
};
const ok: Field = [':status', '200'];
const refusal: Field = [':status', '403'];
const extended: readonly Field[] = [
  [':method', 'CONNECT'],
  [':protocol', 'websocket'],
  [':scheme', 'http'],
  [':path', '/chat'],
  [':authority', 'a'],
];
const plain: readonly Field[] = [
  [':method', 'CONNECT'],
  [':authority', 'db.example:5432'],
];
const upgrade =
  'GET /chat HTTP/1.1\r\nhost: a\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-key: k\r\n\r\n';
const tunnel = 'CONNECT db.example:5432 HTTP/1.1\r\nhost: a\r\n\r\n';

const one = (
  name: string,
  config: ConfigParts,
  frames: Http2Answer['frames'],
  exchange: Exchange | FrameExchange | { readonly tcp: readonly TcpStep[] },
): Case => ({
  name: `tunnels/${name}`,
  config: { ...config, log: { upstream: '%UPSTREAM_PROTOCOL%' } },
  upstreams: { up: { http2: { answers: [{ on: 'head', frames }] } } },
  stats,
  exchanges: [exchange],
});
const accepts: Http2Answer['frames'] = (id) => [headers(id, [ok], false), data(id, 'hi')];
const ends: Http2Answer['frames'] = (id) => [headers(id, [ok], false), data(id, 'bye', true)];
const breaks: Http2Answer['frames'] = (id) => [headers(id, [ok], false), rstStream(id, 10)];
const refuses: Http2Answer['frames'] = (id) => [headers(id, [refusal], false), data(id, 'no', true)];
const from2 = (fields: readonly Field[], ...more: FrameExchange['frames']): FrameExchange => ({
  frames: [hello + headers(1, fields, false), ...more],
});

/** WebSocket and CONNECT to upstreams that speak HTTP/2, from clients of either version. */
export const tunnels: readonly Case[] = [
  one(
    'websocket-from-http2',
    websocket,
    accepts,
    from2(extended, { afterData: 2 }, data(1, 'ping'), { afterMs: 100 }, rstStream(1)),
  ),
  one('websocket-from-http2-upstream-ends', websocket, ends, from2(extended)),
  one('websocket-from-http2-upstream-breaks', websocket, breaks, from2(extended)),
  one('websocket-from-http2-refused', websocket, refuses, from2(extended)),
  one('websocket-from-http1', websocket, accepts, {
    tcp: [upgrade, { afterBytes: 60 }, 'ping', { afterMs: 100 }, { do: 'end' }, { afterEnd: true }],
  }),
  one('websocket-from-http1-upstream-ends', websocket, ends, { tcp: [upgrade, { afterEnd: true }] }),
  one('websocket-from-http1-upstream-breaks', websocket, breaks, { tcp: [upgrade, { afterEnd: true }] }),
  one(
    'connect-from-http2',
    connect,
    accepts,
    from2(plain, { afterData: 2 }, data(1, 'ping'), { afterMs: 100 }, rstStream(1)),
  ),
  one(
    'connect-from-http2-client-ends',
    connect,
    accepts,
    from2(plain, { afterData: 2 }, data(1, 'ping', true), { afterMs: 100 }, rstStream(1)),
  ),
  one('connect-from-http2-upstream-ends', connect, ends, from2(plain)),
  one('connect-from-http2-upstream-breaks', connect, breaks, from2(plain)),
  one('connect-from-http2-refused', connect, refuses, from2(plain)),
  one('connect-from-http1', connect, accepts, {
    tcp: [tunnel, { afterBytes: 40 }, 'ping', { afterMs: 100 }, { do: 'end' }, { afterEnd: true }],
  }),
  one('connect-from-http1-upstream-ends', connect, ends, { tcp: [tunnel, { afterEnd: true }] }),
  one('connect-from-http1-upstream-breaks', connect, breaks, { tcp: [tunnel, { afterEnd: true }] }),
];
