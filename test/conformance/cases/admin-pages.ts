import type { Case } from '../case.ts';
import { certificate, privateKey } from '../certificate.ts';
import { address } from '../config.ts';

const get = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';
const page = (name: string, admin: readonly string[], more: Partial<Case> = {}): Case => ({
  name: `admin/${name}`,
  exchanges: [],
  logLines: 0,
  admin,
  ...more,
});
const heads = (name: string, adminHeads: readonly string[]): Case => ({
  ...page(name, []),
  adminHeads,
});
const after = (name: string, admin: readonly string[], more: Partial<Case> = {}): Case =>
  page(name, admin, { exchanges: [{ send: get }], logLines: 1, ...more });
const layers = (...names: string[]) => ({
  bootstrap: {
    layered_runtime: {
      layers: [
        { name: 'base', static_layer: { a: 1, b: { c: 'x', d: true } } },
        ...names.map((name) => ({ name, admin_layer: {} })),
      ],
    },
  },
});
const post = [
  '/reset_counters',
  '/drain_listeners',
  '/healthcheck/fail',
  '/healthcheck/ok',
  '/logging',
  '/quitquitquit',
  '/reopen_logs',
  '/runtime_modify',
  '/cpuprofiler',
  '/heapprofiler',
  '/allocprofiler',
  '/stats/recentlookups/clear',
  '/stats/recentlookups/disable',
  '/stats/recentlookups/enable',
];
const readable = ['/certs', '/clusters', '/contention', '/init_dump', '/listeners', '/ready', '/runtime'];
const rq = '^cluster.up.upstream_rq_(200|2xx|total|completed)$';

/** Every page, in its formats and filters, and by the methods it does not take. */
export const adminPages: readonly Case[] = [
  ...post.map((path) =>
    page(`method${path.replaceAll('/', '-')}-by-get`, [`GET ${path}`, `HEAD ${path}`, `PUT ${path}`]),
  ),
  ...readable.map((path) => page(`page${path.replaceAll('/', '-')}`, [`GET ${path}`, `POST ${path}`])),
  heads('near-misses', [
    'GET /ready/',
    'GET /stats/',
    'GET //ready',
    'GET /./ready',
    'GET /READY',
    'GET /%72eady',
    'GET /nosuch',
    'POST /nosuch',
    'HEAD /nosuch',
  ]),
  heads('home-and-help', ['GET /', 'GET /help', 'POST /help', 'GET /?x', 'HEAD /']),
  page('clusters-formats', [
    'GET /clusters?format=json',
    'GET /clusters?format=text',
    'GET /clusters?format=',
    'GET /clusters?x=y',
  ]),
  page('clusters-filter', [
    'GET /clusters?filter=up',
    'GET /clusters?filter=nosuch',
    'GET /clusters?filter=nosuch&format=json',
  ]),
  page('listeners-formats', [
    'GET /listeners?format=json',
    'GET /listeners?format=text',
    'GET /listeners?format=zz',
  ]),
  page('certs-of-a-listener', ['GET /certs'], {
    config: {
      filterChain: {
        transport_socket: {
          name: 'tls',
          typed_config: {
            '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
            common_tls_context: {
              tls_certificates: [
                {
                  certificate_chain: { inline_string: certificate },
                  private_key: { inline_string: privateKey },
                },
              ],
            },
          },
        },
      },
    },
  }),
  after('stats-text-selections', [
    `GET /stats?filter=${rq}`,
    `GET /stats?filter=${rq}&type=Counters`,
    `GET /stats?filter=${rq}&type=Gauges`,
    `GET /stats?filter=${rq}&type=All`,
    `GET /stats?filter=^cluster.up.upstream_rq&usedonly&type=Counters`,
    `GET /stats?filter=^cluster.up.upstream_rq_total&format=text`,
    `GET /stats?usedonly=&filter=^cluster.up.membership_total$`,
    `GET /stats?filter=^CLUSTER`,
  ]),
  after('stats-types', [
    'GET /stats?type=nosuch',
    'GET /stats?type=counters',
    'GET /stats?type=TextReadouts',
    'GET /stats?type=&filter=^runtime.num',
    'GET /stats/prometheus?type=nosuch&filter=^runtime.num',
  ]),
  after('stats-json-selections', [
    `GET /stats?filter=${rq}&format=json`,
    `GET /stats?filter=${rq}&format=json&pretty`,
    `GET /stats?filter=nosuch&format=json`,
    `GET /stats?filter=^cluster.up.membership&type=Gauges&format=json`,
  ]),
  after('stats-histograms-when-empty', [
    ...[
      '',
      '&histogram_buckets=cumulative',
      '&histogram_buckets=disjoint',
      '&histogram_buckets=detailed',
      '&histogram_buckets=summary',
      '&histogram_buckets=none',
    ].flatMap((mode) => [
      `GET /stats?filter=^cluster.up.upstream_cx_length_ms$${mode}`,
      `GET /stats?filter=^cluster.up.upstream_cx_length_ms$&format=json${mode}`,
    ]),
  ]),
  after('stats-histogram-modes-unknown', [
    'GET /stats?filter=nosuch&histogram_buckets=zz',
    'GET /stats?filter=nosuch&histogram_buckets=',
    'GET /stats/prometheus?filter=nosuch&histogram_buckets=zz',
  ]),
  after('stats-prometheus-selections', [
    `GET /stats/prometheus?filter=${rq}`,
    `GET /stats/prometheus?filter=${rq}&usedonly`,
    `GET /stats/prometheus?filter=^cluster.up.membership&type=Gauges`,
    `GET /stats?format=prometheus&filter=^http.ingress.downstream_cx_(active|total)$`,
    `GET /stats/prometheus?filter=nosuch`,
    `GET /stats/prometheus?filter=^http.ingress.downstream_rq_[2-5]xx$`,
    `GET /stats/prometheus?filter=^cluster.up.upstream_cx_length_ms$`,
    `GET /stats/prometheus?filter=^cluster.up.upstream_cx_length_ms$&histogram_buckets=summary`,
    `GET /stats/prometheus?filter=^cluster.up.upstream_cx_length_ms$&text_readouts`,
    `GET /stats/prometheus?filter=[`,
    `GET /stats/prometheus?format=json&filter=${rq}`,
  ]),
  after(
    'stats-names-prometheus-makes',
    [
      'GET /stats/prometheus?filter=^(listener_manager|runtime|cluster_manager).*(added|error|num_keys|active)',
    ],
    {
      config: layers(),
    },
  ),
  page('ready-while-draining', [
    'POST /healthcheck/fail',
    'GET /ready',
    'GET /stats?filter=^server.(live|state)$',
    'POST /healthcheck/ok',
    'GET /stats?filter=^server.(live|state)$',
  ]),
  page('healthcheck-twice', [
    'POST /healthcheck/fail',
    'POST /healthcheck/fail',
    'GET /ready',
    'POST /healthcheck/ok',
    'POST /healthcheck/ok',
    'GET /ready',
  ]),
  page('drain-listeners-ways', [
    'POST /drain_listeners?graceful',
    'POST /drain_listeners?inboundonly',
    'POST /drain_listeners?skip_exit',
    'POST /drain_listeners?graceful&skip_exit',
  ]),
  heads('logging-answers', [
    'POST /logging',
    'POST /logging?level=info',
    'POST /logging?level=nosuch',
    'POST /logging?nosuch=info',
    'POST /logging?paths=admin:debug,http:trace',
    'POST /logging?paths=nosuch:debug',
    'POST /logging?paths=admin:nosuch',
    'POST /logging?paths=',
    'POST /logging?admin=debug&http=debug',
    'POST /logging?level=warning',
    'POST /logging?level=',
    'POST /logging?nosuch=',
    'POST /logging?=',
    'POST /logging?group=x:debug',
    'POST /logging?level=INFO',
  ]),
  page('logging-texts', ['POST /logging', 'POST /logging?level=nosuch'], {
    knownDifference: 'each data plane lists the loggers it has, and they are named after parts of its code',
  }),
  page('runtime-modify-without-admin-layer', ['POST /runtime_modify?k=v', 'GET /runtime'], {
    config: layers(),
  }),
  page(
    'runtime-modify',
    [
      'POST /runtime_modify',
      'POST /runtime_modify?a=7&n=x%20y',
      'GET /runtime',
      'POST /runtime_modify?a=',
      'GET /runtime',
      'POST /runtime_modify?b.d=false',
      'GET /runtime',
      'GET /stats?filter=^runtime.',
    ],
    { config: layers('admin') },
  ),
  page('runtime-formats', ['GET /runtime?format=json', 'GET /runtime?format=text', 'GET /runtime?zz'], {
    config: layers('admin'),
  }),
  after('reset-counters-keeps-gauges', [
    'POST /reset_counters',
    `GET /stats?filter=${rq}`,
    'GET /stats?filter=^cluster.up.membership_total$',
    `GET /stats?filter=${rq}&usedonly`,
  ]),
  page('config-dump-selections', [
    'GET /config_dump?resource=static_clusters&mask=cluster.name',
    'GET /config_dump?resource=static_listeners&mask=listener.name',
    'GET /config_dump?resource=static_route_configs&mask=route_config.name',
    'GET /config_dump?resource=dynamic_active_clusters',
    'GET /config_dump?resource=bootstrap&mask=bootstrap.admin.address',
    'GET /config_dump?mask=bootstrap.admin.address',
    'GET /config_dump?mask=nosuch',
    'GET /config_dump?name_regex=^up$&resource=static_clusters&mask=cluster.name',
    'GET /config_dump?name_regex=nosuch&resource=static_clusters',
    'GET /config_dump?name_regex=[',
  ]),
  page('config-dump-eds', [
    'GET /config_dump?resource=static_endpoint_configs&include_eds',
    'GET /config_dump?resource=dynamic_endpoint_configs&include_eds',
  ]),
  // Its text holds spaces that Envoy's protobuf library strews in at random.
  heads('config-dump-mask-unknown', ['GET /config_dump?resource=static_clusters&mask=nosuch']),
  page('init-dump', ['GET /init_dump', 'GET /init_dump?mask=listener', 'GET /init_dump?mask=nosuch']),
  page('profilers', [
    'POST /cpuprofiler',
    'POST /cpuprofiler?enable=n',
    'POST /cpuprofiler?enable=zz',
    'POST /heapprofiler?enable=n',
    'POST /allocprofiler?enable=n',
  ]),
  page('heap-dumps', ['GET /heap_dump', 'GET /peak_heap_dump'], {
    knownDifference: 'Envoy dumps the heap of its C++ allocator, which our data plane has none of',
  }),
  page('recent-lookups', ['POST /stats/recentlookups/clear', 'POST /stats/recentlookups/disable']),
  heads('recent-lookups-page', ['GET /stats/recentlookups']),
  page('recent-lookups-total', ['GET /stats/recentlookups'], {
    knownDifference: 'Envoy counts the look-ups in its table of symbols; our data plane looks no name up',
  }),
  page('reopen-logs', ['POST /reopen_logs']),
  after('allow-paths', ['GET /ready', 'GET /clusters', 'GET /nosuch', 'POST /quitquitquit'], {
    config: {
      bootstrap: {
        admin: {
          address: address(0),
          allow_paths: [{ exact: '/ready' }, { prefix: '/listeners' }, { exact: '/quitquitquit/not' }],
        },
      },
    },
  }),
];
