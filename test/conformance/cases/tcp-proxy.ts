import type { Case, ConfigParts, TcpStep, UpstreamScript } from '../case.ts';
import { accessLog } from '../config.ts';

const logFields = {
  flags: '%RESPONSE_FLAGS%',
  code: '%RESPONSE_CODE%',
  details: '%RESPONSE_CODE_DETAILS%',
  termination: '%CONNECTION_TERMINATION_DETAILS%',
  received: '%BYTES_RECEIVED%',
  sent: '%BYTES_SENT%',
  wire: '%DOWNSTREAM_WIRE_BYTES_RECEIVED% %DOWNSTREAM_WIRE_BYTES_SENT% %UPSTREAM_WIRE_BYTES_RECEIVED% %UPSTREAM_WIRE_BYTES_SENT%',
  cluster: '%UPSTREAM_CLUSTER%',
  host: '%UPSTREAM_HOST%',
  failure: '%UPSTREAM_TRANSPORT_FAILURE_REASON%',
  attempts: '%UPSTREAM_REQUEST_ATTEMPT_COUNT%',
  type: '%ACCESS_LOG_TYPE%',
  protocol: '%PROTOCOL%',
  closed:
    '%DOWNSTREAM_DETECTED_CLOSE_TYPE% %UPSTREAM_DETECTED_CLOSE_TYPE% %DOWNSTREAM_LOCAL_CLOSE_REASON% %UPSTREAM_LOCAL_CLOSE_REASON%',
};

/** A config whose one filter is a tcp_proxy with these fields; `log`: further fields of its log. */
function tcp(
  fields: Record<string, unknown> = {},
  parts: ConfigParts = {},
  log: Record<string, string> = {},
): ConfigParts {
  return {
    ...parts,
    networkFilters: [
      {
        name: 'envoy.filters.network.tcp_proxy',
        typed_config: {
          '@type': 'type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy',
          stat_prefix: 'tcp',
          ...('weighted_clusters' in fields ? {} : { cluster: 'up' }),
          access_log: [accessLog('<log>', { ...logFields, ...log })],
          ...fields,
        },
      },
    ],
  };
}

/** All that a tcp_proxy counts, and its cluster; not what depends on how reads and writes were cut. */
const stats =
  /^(tcp\.|cluster\.up\.(upstream_|circuit_breakers)|listener\.127.*downstream_cx_(total|active|destroy))/;

interface Named {
  readonly name: string;
  readonly client: readonly TcpStep[];
  readonly up?: readonly TcpStep[];
  readonly upstream?: UpstreamScript;
  readonly config?: ConfigParts;
  readonly rest?: Partial<Case>;
}

/** A connection of a client, what the upstream does on its own, and everything that is counted. */
function one({ name, client, up, upstream, config, rest }: Named): Case {
  return {
    name: `tcp-proxy/${name}`,
    config: config ?? tcp(),
    upstreams: { up: upstream ?? { tcp: up ?? [{ afterEnd: true }, { do: 'end' }] } },
    exchanges: [{ tcp: client }],
    stats,
    ...rest,
  };
}

const ends: readonly Case[] = [
  one({
    name: 'bytes both ways, the client ends first',
    client: ['hello', { afterBytes: 5 }, { do: 'end' }, { afterEnd: true }],
    up: [{ afterBytes: 5 }, 'world', { afterEnd: true }, { do: 'end' }],
  }),
  one({
    name: 'the upstream answers after the client has ended',
    client: ['question', { do: 'end' }, { afterEnd: true }],
    up: [{ afterEnd: true }, 'answer', { afterMs: 50 }, ' and more', { do: 'end' }],
  }),
  one({
    name: 'the upstream ends first and still reads',
    client: [
      { afterEnd: true },
      'late bytes',
      { afterUpstreamBytes: 10 },
      { do: 'end' },
      { afterUpstreamEnds: 1 },
    ],
    up: ['greeting', { do: 'end' }],
  }),
  one({
    name: 'the upstream speaks first',
    client: [{ afterBytes: 8 }, 'hi', { do: 'end' }, { afterEnd: true }],
    up: ['greeting', { afterEnd: true }, { do: 'end' }],
  }),
  one({
    name: 'the upstream ends at once',
    client: [{ afterEnd: true }, { do: 'end' }],
    up: [{ do: 'end' }],
  }),
  one({
    name: 'the upstream closes both ways at once',
    client: [{ afterEnd: true }],
    up: [{ do: 'close' }],
  }),
  one({ name: 'the client only comes and goes', client: [{ do: 'end' }, { afterEnd: true }] }),
  one({
    name: 'the client resets',
    client: ['hello', { afterUpstreamBytes: 5 }, { do: 'reset' }, { afterUpstreamEnds: 1 }],
  }),
  one({
    name: 'the client resets after the upstream has ended',
    client: ['hello', { afterEnd: true }, { do: 'reset' }, { afterUpstreamEnds: 1 }],
    up: [{ afterBytes: 5 }, 'bye', { do: 'end' }],
  }),
  one({
    name: 'the upstream resets',
    client: ['hello', { afterEnd: true }],
    up: [{ afterBytes: 5 }, { do: 'reset' }],
  }),
  one({
    name: 'the upstream resets after an answer',
    client: ['hello', { afterEnd: true }],
    up: [{ afterBytes: 5 }, 'answer', { afterMs: 100 }, { do: 'reset' }],
  }),
  one({
    name: 'the upstream resets once the client has ended',
    client: ['hello', { do: 'end' }, { afterEnd: true }],
    up: [{ afterEnd: true }, { do: 'reset' }],
  }),
  one({
    name: 'the client closes with an answer under way',
    client: ['hello', { afterBytes: 1 }, { do: 'close' }, { afterUpstreamEnds: 1 }],
    up: [{ afterBytes: 5 }, 'answer', { afterMs: 100 }, 'more', { afterEnd: true }, { do: 'close' }],
  }),
];

/** How often reading was paused depends on how the bytes were cut. */
const bulkStats = /^(tcp\.tcp\.(downstream_cx|idle|up)|cluster\.up\.upstream_(cx|rq)_)/;

/** A cluster that takes whatever the client sends, and its upstream ends before it stalls: the client can be gone before it. */
const patient = (fields: Record<string, unknown> = {}): ConfigParts =>
  tcp(fields, { clusters: { up: { per_connection_buffer_limit_bytes: 64_000_000 } } });

const bulk: readonly Case[] = [
  one({
    name: 'four megabytes up, then FIN',
    client: [{ send: 4_000_000 }, { do: 'end' }, { afterEnd: true }],
    up: [{ afterEnd: true }, 'got it', { do: 'end' }],
    rest: { stats: bulkStats },
  }),
  one({
    name: 'four megabytes down, then FIN',
    client: ['go', { afterBytes: 4_000_000 }, { afterEnd: true }, { do: 'end' }],
    up: [{ afterBytes: 2 }, { send: 4_000_000 }, { do: 'end' }],
    rest: { stats: bulkStats },
  }),
  one({
    name: 'both at once',
    client: [{ send: 2_000_000 }, { afterBytes: 3_000_000 }, { do: 'end' }, { afterEnd: true }],
    up: [{ send: 3_000_000 }, { afterBytes: 2_000_000 }, { afterEnd: true }, { do: 'end' }],
    rest: { stats: bulkStats },
  }),
  one({
    name: 'a client that stalls gets all once it reads on',
    client: ['go', { do: 'stall' }, { afterMs: 300 }, { do: 'resume' }, { afterEnd: true }, { do: 'end' }],
    up: [{ afterBytes: 2 }, { send: 12_000_000 }, { do: 'end' }],
    rest: { stats: bulkStats },
  }),
  one({
    name: 'an upstream that stalls gets all once it reads on',
    client: [{ send: 12_000_000 }, { do: 'end' }, { afterEnd: true }],
    up: [{ do: 'stall' }, { afterMs: 300 }, { do: 'resume' }, { afterEnd: true }, { do: 'end' }],
    rest: { stats: bulkStats },
  }),
  one({
    name: 'what is left for a stalling upstream is sent after the client closed',
    client: [{ send: 16_000_000 }, { afterEnd: true }, { do: 'end' }, { afterUpstreamEnds: 1 }],
    up: [{ do: 'end' }, { do: 'stall' }, { afterMs: 800 }, { do: 'resume' }, { afterEnd: true }],
    config: patient(),
    rest: { stats: bulkStats },
  }),
  one({
    name: 'what is left for an upstream that stalls for too long is lost',
    client: [{ send: 9_000_000 }, { afterEnd: true }, { do: 'end' }, { afterMs: 900 }],
    up: [{ do: 'end' }, { do: 'stall' }, { afterMs: 1500 }, { do: 'close' }],
    config: patient({ idle_timeout: '0.4s' }),
    rest: { stats: /^tcp\.tcp\.(idle|up)|upstream_cx_(total|active|destroy)/ },
  }),
  one({
    name: 'the upstream resets what is being left for it',
    client: [{ send: 16_000_000 }, { afterEnd: true }, { do: 'end' }, { afterMs: 600 }],
    up: [{ do: 'end' }, { do: 'stall' }, { afterMs: 300 }, { do: 'reset' }],
    config: patient(),
    rest: { stats: /^tcp\.tcp\.(idle|up)|upstream_cx_(total|active|destroy)/ },
  }),
  one({
    name: 'half a stalled answer, and the client ended long before',
    client: ['go', { do: 'end' }, { do: 'stall' }, { afterMs: 300 }, { do: 'resume' }, { afterEnd: true }],
    up: [{ afterEnd: true }, { send: 12_000_000 }, { do: 'end' }],
    rest: { stats: bulkStats },
  }),
];

const refusing = { refuse: true };

/** Their number is left to chance, and is not logged. */
const manyAttempts = {
  max_connect_attempts: 60,
  backoff_options: { base_interval: '0.02s', max_interval: '0.04s' },
  access_log: [accessLog('<log>', { ...logFields, attempts: '' })],
};

const failures: readonly Case[] = [
  one({ name: 'nobody listens', client: [{ afterEnd: true }], upstream: refusing }),
  one({
    name: 'three attempts and nobody listens',
    client: [{ afterEnd: true }],
    upstream: refusing,
    config: tcp({ max_connect_attempts: 3 }),
  }),
  one({
    name: 'two attempts, with a pause between them',
    client: [{ afterEnd: true }],
    upstream: refusing,
    config: tcp({
      max_connect_attempts: 2,
      backoff_options: { base_interval: '0.02s', max_interval: '0.05s' },
    }),
  }),
  one({
    name: 'a further attempt finds somebody who listens',
    client: [
      'hello',
      { afterMs: 200 },
      { do: 'listen' },
      { afterBytes: 5 },
      { do: 'end' },
      { afterEnd: true },
    ],
    upstream: { refuse: true, tcp: [{ afterBytes: 5 }, 'world', { afterEnd: true }, { do: 'end' }] },
    config: tcp(manyAttempts),
    rest: { stats: /^tcp\./ },
  }),
  one({
    name: 'a connection that needed a further attempt is never idle',
    client: [
      { afterMs: 100 },
      { do: 'listen' },
      { afterMs: 900 },
      'hello',
      { afterBytes: 5 },
      { do: 'end' },
      { afterEnd: true },
    ],
    upstream: { refuse: true, tcp: [{ afterBytes: 5 }, 'world', { afterEnd: true }, { do: 'end' }] },
    config: tcp({ ...manyAttempts, idle_timeout: '0.3s' }),
    rest: { stats: /^tcp\./ },
  }),
  one({
    name: 'the client is gone before the next attempt',
    client: [{ afterMs: 100 }, { do: 'end' }, { afterMs: 50 }, { do: 'close' }, { afterMs: 600 }],
    upstream: refusing,
    config: tcp({ ...manyAttempts, access_log: [accessLog('<log>', { flags: logFields.flags })] }),
    rest: { stats: /^tcp\./ },
  }),
  one({
    name: 'nobody answers in time',
    client: ['hello', { afterEnd: true }],
    upstream: { deaf: true },
    config: tcp({}, { clusters: { up: { connect_timeout: '0.2s' } } }),
  }),
  one({
    name: 'nobody answers twice in time',
    client: [{ afterEnd: true }],
    upstream: { deaf: true },
    config: tcp({ max_connect_attempts: 2 }, { clusters: { up: { connect_timeout: '0.2s' } } }),
  }),
  one({
    name: 'the client resets while nobody answers',
    client: ['hello', { afterMs: 100 }, { do: 'reset' }, { afterMs: 400 }],
    upstream: { deaf: true },
    config: tcp({}, { clusters: { up: { connect_timeout: '0.3s' } } }),
  }),
  one({
    name: 'the client ends while nobody answers',
    client: ['hello', { afterMs: 100 }, { do: 'end' }, { afterEnd: true }],
    upstream: { deaf: true },
    config: tcp({}, { clusters: { up: { connect_timeout: '0.3s' } } }),
  }),
  one({
    name: 'it lasts too long while nobody answers',
    client: ['hello', { afterEnd: true }],
    upstream: { deaf: true },
    config: tcp({ max_downstream_connection_duration: '0.2s' }),
  }),
  one({
    name: 'idle while nobody answers',
    client: [{ afterEnd: true }],
    upstream: { deaf: true },
    config: tcp({ idle_timeout: '0.2s' }),
  }),
  one({
    name: 'no host is there',
    client: [{ afterEnd: true }],
    config: tcp({}, { clusters: { up: { load_assignment: { cluster_name: 'up', endpoints: [] } } } }),
  }),
  one({ name: 'a cluster without a name', client: [{ afterEnd: true }], config: tcp({ cluster: '' }) }),
  one({ name: 'no such cluster', client: [{ afterEnd: true }], config: tcp({ cluster: 'nosuch' }) }),
  {
    ...one({
      name: 'one connection is all there may be',
      client: [],
      config: tcp({}, { clusters: { up: { circuit_breakers: { thresholds: [{ max_connections: 1 }] } } } }),
    }),
    exchanges: [
      { tcp: ['first', { afterUpstreamBytes: 5 }], hold: true },
      { tcp: [{ afterEnd: true }] },
      { tcp: [{ afterEnd: true }] },
    ],
    logLines: 2,
  },
  one({
    name: 'nobody may wait for a connection',
    client: [{ afterEnd: true }],
    config: tcp(
      {},
      { clusters: { up: { circuit_breakers: { thresholds: [{ max_pending_requests: 0 }] } } } },
    ),
  }),
  one({
    name: 'the limit of requests is not one of connections',
    client: ['hello', { afterUpstreamBytes: 5 }, { do: 'end' }, { afterEnd: true }],
    config: tcp({}, { clusters: { up: { circuit_breakers: { thresholds: [{ max_requests: 0 }] } } } }),
  }),
];

const times: readonly Case[] = [
  one({
    name: 'idle for too long',
    client: ['hello', { afterEnd: true }],
    config: tcp({ idle_timeout: '0.2s' }),
  }),
  one({
    name: 'idle after both have spoken',
    client: ['hello', { afterBytes: 5 }, { afterEnd: true }],
    up: [{ afterBytes: 5 }, 'world', { afterEnd: true }, { do: 'end' }],
    config: tcp({ idle_timeout: '0.2s' }),
  }),
  one({
    name: 'idle with one direction closed',
    client: ['hello', { do: 'end' }, { afterEnd: true }],
    up: [{ afterMs: 600 }],
    config: tcp({ idle_timeout: '0.2s' }),
  }),
  one({
    name: 'bytes now and then keep it from being idle',
    client: [
      ...Array.from({ length: 6 }, (): TcpStep[] => ['x', { afterMs: 60 }]).flat(),
      { do: 'end' },
      { afterEnd: true },
    ],
    config: tcp({ idle_timeout: '0.3s' }),
  }),
  one({
    name: 'idle is never too long',
    client: ['hello', { afterMs: 300 }, { do: 'end' }, { afterEnd: true }],
    config: tcp({ idle_timeout: '0s' }),
  }),
  one({
    name: 'it may last so long',
    client: ['hello', { afterEnd: true }],
    config: tcp({ max_downstream_connection_duration: '0.2s' }),
  }),
  one({
    name: 'it may last so long, give or take',
    client: ['hello', { afterEnd: true }],
    config: tcp({
      max_downstream_connection_duration: '0.2s',
      max_downstream_connection_duration_jitter_percentage: { value: 50 },
    }),
  }),
  one({
    name: 'it may last so long, upstream connections not at all',
    client: ['hello', { afterMs: 300 }, 'more', { afterUpstreamBytes: 9 }, { do: 'end' }, { afterEnd: true }],
    config: tcp(
      {},
      {
        clusters: { up: { common_http_protocol_options: { max_connection_duration: '0.1s' } } },
      },
    ),
  }),
];

const logs: readonly Case[] = [
  one({
    name: 'a line when it begins, one when the upstream is there',
    client: ['hello', { afterUpstreamBytes: 5 }, { do: 'end' }, { afterEnd: true }],
    config: tcp({
      access_log_options: { flush_access_log_on_start: true, flush_access_log_on_connected: true },
    }),
    rest: { logLines: 3 },
  }),
  one({
    name: 'a line now and then',
    client: ['hello', { afterMs: 500 }, { do: 'end' }, { afterEnd: true }],
    config: tcp({ access_log_options: { access_log_flush_interval: '0.3s' } }),
    rest: { logLines: 2 },
  }),
  one({
    name: 'the fields that say so before access_log_options',
    client: ['hello', { afterUpstreamBytes: 5 }, { do: 'end' }, { afterEnd: true }],
    config: tcp({ flush_access_log_on_connected: true, access_log_flush_interval: '10s' }),
    rest: { logLines: 2 },
  }),
  one({
    name: 'addresses and names in the log',
    client: ['hello', { do: 'end' }, { afterEnd: true }],
    config: tcp(
      {},
      { listener: { name: 'main' } },
      {
        listener:
          '%LISTENER_NAME% %FILTER_CHAIN_NAME% %DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%',
        upstream:
          '%UPSTREAM_REMOTE_ADDRESS% %UPSTREAM_HOST_NAME% %UPSTREAM_PROTOCOL% %UPSTREAM_HOSTS_ATTEMPTED%',
        headers: '%REQ(:METHOD)% %RESP(x)% %ROUTE_NAME% %STREAM_ID(x)%'.replace(' %STREAM_ID(x)%', ''),
        sni: '%REQUESTED_SERVER_NAME%',
      },
    ),
  }),
  one({
    name: 'only connections that failed are logged',
    client: [{ afterEnd: true }],
    upstream: refusing,
    config: tcp({
      access_log: [
        {
          ...(accessLog('<log>', logFields) as object),
          filter: { response_flag_filter: { flags: ['UF'] } },
        },
      ],
    }),
  }),
];

const early: readonly Case[] = [
  one({
    name: 'the upstream is connected to when bytes come',
    client: [{ afterMs: 100 }, 'hello', { afterBytes: 5 }, { do: 'end' }, { afterEnd: true }],
    up: [{ afterBytes: 5 }, 'world', { afterEnd: true }, { do: 'end' }],
    config: tcp({ upstream_connect_mode: 'ON_DOWNSTREAM_DATA', max_early_data_bytes: 1024 }),
  }),
  one({
    name: 'nothing to connect for',
    client: [{ do: 'end' }, { afterEnd: true }],
    config: tcp({
      upstream_connect_mode: 'ON_DOWNSTREAM_DATA',
      max_early_data_bytes: 1024,
      idle_timeout: '0.3s',
    }),
  }),
  one({
    name: 'all that the client has to say comes early',
    client: ['hello', { do: 'end' }, { afterEnd: true }],
    config: tcp({ max_early_data_bytes: 1024 }),
    rest: { stats: /^tcp\.tcp\.(idle|downstream_cx)/ },
  }),
  one({
    name: 'more comes early than there is room for',
    client: [{ send: 100_000 }, { do: 'end' }, { afterEnd: true }],
    config: tcp({ upstream_connect_mode: 'ON_DOWNSTREAM_DATA', max_early_data_bytes: 10 }),
    rest: { stats: /^tcp\.tcp\.(idle|downstream_cx_(total|rx))/ },
  }),
  one({
    name: 'early bytes nobody listens for',
    client: ['hello', { afterEnd: true }],
    upstream: refusing,
    config: tcp({ upstream_connect_mode: 'ON_DOWNSTREAM_DATA', max_early_data_bytes: 1024 }),
  }),
];

const weighted = (clusters: unknown): ConfigParts => tcp({ weighted_clusters: { clusters } }, {}, {});

const routes: readonly Case[] = [
  one({
    name: 'of one weighted cluster',
    client: ['hello', { afterUpstreamBytes: 5 }, { do: 'end' }, { afterEnd: true }],
    config: weighted([{ name: 'up', weight: 3 }]),
  }),
  one({
    name: 'of a weighted cluster that does not exist',
    client: [{ afterEnd: true }],
    config: weighted([{ name: 'nosuch', weight: 1 }]),
  }),
  ...[
    ['a weight of nothing', { weighted_clusters: { clusters: [{ name: 'up', weight: 0 }] } }],
    ['no weighted clusters', { weighted_clusters: { clusters: [] } }],
    ['no attempt at all', { max_connect_attempts: 0 }],
    ['no prefix of stats', { stat_prefix: '' }],
    ['two hash policies', { hash_policy: [{ source_ip: {} }, { source_ip: {} }] }],
    ['a pause that ends before it begins', { backoff_options: { base_interval: '2s', max_interval: '1s' } }],
    ['log options said twice', { flush_access_log_on_connected: true, access_log_options: {} }],
    ['log interval said twice', { access_log_flush_interval: '1s', access_log_options: {} }],
    ['a log interval of nothing', { access_log_options: { access_log_flush_interval: '0s' } }],
    ['a duration of nothing', { max_downstream_connection_duration: '0s' }],
    ['to connect later without early data', { upstream_connect_mode: 'ON_DOWNSTREAM_DATA' }],
  ].map(
    ([what, fields]): Case => ({
      name: `tcp-proxy/refused: ${what as string}`,
      config: tcp(fields as Record<string, unknown>),
      exchanges: [],
      refused: true,
    }),
  ),
  {
    name: 'tcp-proxy/what it counts has names before anybody came',
    config: tcp(),
    upstreams: { up: { tcp: [] } },
    exchanges: [],
    logLines: 0,
    statNames: /^(tcp|listener)\./,
    stats: /^tcp\./,
    admin: ['GET /stats?filter=^tcp'],
  },
];

const places: readonly Case[] = [
  {
    ...one({ name: 'hosts, connections and streams in /clusters', client: [] }),
    exchanges: [
      { tcp: ['held', { afterUpstreamBytes: 4 }], hold: true },
      { tcp: ['hello', { afterUpstreamBytes: 9 }, { do: 'end' }, { afterMs: 100 }] },
    ],
    upstreams: { up: { tcp: [{ afterEnd: true }, { do: 'end' }] } },
    logLines: 1,
    admin: ['GET /clusters'],
  },
  {
    ...one({
      name: 'the filter in the config that is dumped',
      client: [],
      config: tcp({ idle_timeout: '5s' }),
    }),
    exchanges: [],
    logLines: 0,
    admin: ['GET /config_dump?resource=dynamic_listeners'],
    adminHeads: ['GET /config_dump'],
  },
  {
    ...one({ name: 'a drained listener keeps its connections', client: [] }),
    before: ['POST /drain_listeners?graceful'],
    exchanges: [{ tcp: ['hello', { afterUpstreamBytes: 5 }, { do: 'end' }, { afterEnd: true }] }],
  },
  {
    ...one({
      name: 'a hash of the client chooses among hosts',
      client: [],
      config: tcp(
        { hash_policy: [{ source_ip: {} }] },
        {
          clusters: { up: { lb_policy: 'MAGLEV' } },
        },
      ),
    }),
    exchanges: Array.from({ length: 3 }, () => ({
      tcp: ['x', { do: 'end' }, { afterEnd: true }] as const,
    })),
  },
];

export const tcpProxy: readonly Case[] = [
  ...ends,
  ...bulk,
  ...failures,
  ...times,
  ...early,
  ...logs,
  ...routes,
  ...places,
];
