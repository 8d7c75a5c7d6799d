import type { Case } from '../case.ts';

const get = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';
const direct = { routes: [{ match: { prefix: '/' }, direct_response: { status: 200 } }] };
const three = [{ send: get }, { send: get }, { send: get }];

/** Each request has a connection of its own: pools are the workers'. */
const upstreams = {
  up: {
    answers: [
      {
        raw: 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok',
        finally: 'close' as const,
      },
    ],
  },
};

/** Two worker threads: what is seen of them from outside. Which of them takes a connection is chance in both. */
export const workers: readonly Case[] = [
  {
    name: 'workers/names-when-idle',
    concurrency: 2,
    exchanges: [],
    logLines: 0,
    statNames: /^(listener|server|thread_local|main_thread|workers|cluster|runtime|filesystem|dns)/,
  },
  {
    name: 'workers/names-after-requests',
    concurrency: 2,
    upstreams,
    exchanges: three,
    statNames: /^(listener|http\.ingress|cluster|vhost|filesystem)/,
  },
  {
    name: 'workers/what-is-counted-once',
    concurrency: 2,
    config: { clusters: { up: { type: 'STRICT_DNS', dns_lookup_family: 'V4_ONLY' } } },
    upstreams,
    exchanges: three,
    stats:
      /^(listener_manager\.|cluster_manager\.(active|cluster|warming)|thread_local|runtime\.|server\.(concurrency|live|state)$|cluster\.up\.(membership|max_host|default|version|warming|circuit|update_(failure|empty)))/,
  },
  {
    name: 'workers/what-is-added-up',
    concurrency: 2,
    upstreams,
    exchanges: three,
    stats:
      /^(http\.ingress\.downstream_(rq|cx_(total|http1_total|active))|listener\.127\.0\.0\.1_0\.(downstream_cx_total|http)|cluster\.up\.(upstream_rq|internal|external)|filesystem\.write_buffered)/,
    admin: ['GET /listeners', 'GET /ready'],
  },
  {
    name: 'workers/reset-counters',
    concurrency: 2,
    config: direct,
    upstreams: {},
    exchanges: three,
    admin: ['POST /reset_counters', 'GET /stats?filter=ingress.downstream_rq_(total|2xx)$&usedonly'],
  },
  {
    name: 'workers/failed-health-check',
    concurrency: 2,
    config: direct,
    upstreams: {},
    before: ['POST /healthcheck/fail'],
    exchanges: three,
    admin: ['GET /ready'],
    stats: /^server\.(live|state)$/,
  },
  {
    name: 'workers/drained-listeners',
    concurrency: 2,
    config: direct,
    upstreams: {},
    exchanges: three,
    // That they have stopped Envoy counts once its last worker says so, which is later.
    admin: ['POST /drain_listeners', 'GET /ready'],
  },
];
