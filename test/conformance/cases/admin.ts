import type { Case } from '../case.ts';

const get = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';
const asks = (name: string, endpoints: readonly string[], more: Partial<Case> = {}): Case => ({
  name: `admin/${name}`,
  exchanges: [{ send: get }],
  admin: endpoints,
  ...more,
});

/** Admin endpoints after one request. */
export const admin: readonly Case[] = [
  asks('ready', ['GET /ready']),
  asks('clusters-text', ['GET /clusters']),
  asks('clusters-json', ['GET /clusters?format=json']),
  asks('listeners-text', ['GET /listeners']),
  asks('listeners-json', ['GET /listeners?format=json']),
  asks('stats-filter', [
    'GET /stats?filter=^cluster.up.upstream_rq_total$',
    'GET /stats?filter=^http.ingress.downstream_rq_[2-5]xx&usedonly',
    'GET /stats?filter=nosuch',
  ]),
  asks('stats-json', ['GET /stats?filter=^cluster.up.upstream_rq_total$&format=json']),
  asks('stats-prometheus', [
    'GET /stats?filter=^cluster.up.upstream_rq_(total|200|2xx)$&format=prometheus',
    'GET /stats/prometheus?filter=^http.ingress.downstream_rq_xx$',
  ]),
  asks('stats-bad-format', ['GET /stats?format=nosuch']),
  asks('stats-bad-regex', ['GET /stats?filter=[']),
  asks('stats-filter-no-utf8', [
    'GET /stats?filter=%ff',
    'GET /stats?filter=a%c3&format=json',
    'GET /stats?filter=^%6eosuch%c3%a9$',
    'GET /stats?filter=nosuch%z',
  ]),
  asks('stats-type', ['GET /stats?filter=^cluster.up.membership&type=Gauges']),
  asks('unknown-path', ['GET /nosuch'], {
    knownDifference: 'the help lists the same endpoints and parameters, described in our own words',
  }),
  asks('absolute-target', ['GET http://x/ready', 'GET ready', 'GET *']),
  asks('post-needed', ['GET /reset_counters', 'GET /quitquitquit', 'GET /healthcheck/fail', 'GET /logging']),
  asks('reset-counters', ['POST /reset_counters', 'GET /stats?filter=^cluster.up.upstream_rq_total$']),
  asks('healthcheck', ['POST /healthcheck/fail', 'GET /ready', 'POST /healthcheck/ok', 'GET /ready']),
  asks('runtime-empty', ['GET /runtime']),
  asks('runtime-static', ['GET /runtime'], {
    config: {
      bootstrap: {
        layered_runtime: {
          layers: [
            { name: 'base', static_layer: { a: { b: 1 }, c: true, d: 'x' } },
            { name: 'over', static_layer: { c: false } },
          ],
        },
      },
    },
  }),
  asks('certs-none', ['GET /certs']),
  asks('hot-restart-version', ['GET /hot_restart_version'], {
    knownDifference: 'Envoy prints the layout of its shared memory, which our data plane has none of',
  }),
  asks('config-dump-routes', [
    'GET /config_dump?mask=dynamic_route_configs',
    'GET /config_dump?resource=nosuch',
  ]),
  asks('drain-listeners', ['POST /drain_listeners', 'GET /listeners']),
];
