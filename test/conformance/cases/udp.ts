import type { Case, UdpExchange } from '../case.ts';
import { accessLog } from '../config.ts';

const proxy = (more: object = {}) => ({
  name: 'envoy.filters.udp_listener.udp_proxy',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.filters.udp.udp_proxy.v3.UdpProxyConfig',
    stat_prefix: 'foo',
    matcher: {
      on_no_match: {
        action: {
          name: 'route',
          typed_config: {
            '@type': 'type.googleapis.com/envoy.extensions.filters.udp.udp_proxy.v3.Route',
            cluster: 'up',
          },
        },
      },
    },
    ...more,
  },
});
const at = { socket_address: { protocol: 'UDP', address: '127.0.0.1', port_value: 0 } };
const listener = (more: object = {}, listen: object = {}) => ({
  address: at,
  filter_chains: [],
  listener_filters: [proxy(more)],
  ...listen,
});
const upstreams = { up: { udp: {} } };
const stats =
  /^(udp\.|cluster\..*(udp|upstream_cx_(rx|tx)_bytes_total|none_healthy|overflow))|rx_datagram_dropped$/;
const base = { upstreams, stats, logLines: 0 } as const;
const hello: UdpExchange = { udp: [{ send: 'hello' }, { afterDatagrams: 1 }] };

/** Datagrams, from UDP listeners to clusters and back. */
export const udp: readonly Case[] = [
  { ...base, name: 'udp/to-and-fro', config: { listener: listener() }, exchanges: [hello] },
  {
    ...base,
    name: 'udp/cluster-as-of-old',
    config: { listener: listener({ matcher: undefined, cluster: 'up' }) },
    exchanges: [hello],
  },
  {
    ...base,
    name: 'udp/upstream-that-no-route-leads-to',
    config: {
      listener: listener({ matcher: undefined, cluster: 'nowhere' }),
      extraClusters: [
        {
          name: 'nowhere',
          load_assignment: {
            cluster_name: 'nowhere',
            endpoints: [
              {
                lb_endpoints: [
                  {
                    endpoint: { address: { socket_address: { address: '255.255.255.255', port_value: 53 } } },
                  },
                ],
              },
            ],
          },
        },
      ],
    },
    exchanges: [{ udp: [{ send: 'a' }, { send: 'b' }, { afterMs: 60 }] }],
  },
  {
    ...base,
    name: 'udp/one-session-a-client',
    config: { listener: listener() },
    exchanges: [
      {
        udp: [
          { send: 'a1' },
          { afterDatagrams: 1 },
          { send: 'b1', client: 1 },
          { afterDatagrams: 1, client: 1 },
          { send: 'a2' },
          { afterDatagrams: 2 },
          { send: 'b2', client: 1 },
          { afterDatagrams: 2, client: 1 },
        ],
      },
    ],
  },
  {
    ...base,
    name: 'udp/several-answers',
    config: { listener: listener() },
    upstreams: { up: { udp: { answers: ['one', 'two', ''] } } },
    exchanges: [{ udp: [{ send: 'x' }, { afterDatagrams: 3 }] }],
  },
  {
    ...base,
    name: 'udp/empty-datagrams',
    config: { listener: listener() },
    exchanges: [{ udp: [{ send: '' }, { afterDatagrams: 1 }] }],
  },
  {
    ...base,
    name: 'udp/idle-sessions-end',
    config: { listener: listener({ idle_timeout: '0.3s' }) },
    exchanges: [
      {
        udp: [
          { send: 'one' },
          { afterDatagrams: 1 },
          { afterMs: 600 },
          { send: 'two' },
          { afterDatagrams: 2 },
        ],
      },
    ],
    waitForAfter: { 'udp.foo.idle_timeout': 2 },
  },
  {
    ...base,
    name: 'udp/nobody-listens',
    config: { listener: listener() },
    upstreams: { up: { udp: {}, refuse: true } },
    exchanges: [{ udp: [{ send: 'one' }, { afterMs: 100 }, { send: 'two' }, { afterMs: 100 }] }],
  },
  {
    ...base,
    name: 'udp/no-such-cluster',
    config: { listener: listener({ matcher: undefined, cluster: 'nosuch' }) },
    exchanges: [{ udp: [{ send: 'one' }, { afterMs: 100 }] }],
  },
  {
    ...base,
    name: 'udp/no-host',
    config: { listener: listener(), clusters: { up: { load_assignment: { cluster_name: 'up' } } } },
    exchanges: [{ udp: [{ send: 'one' }, { send: 'two' }, { afterMs: 100 }] }],
  },
  {
    ...base,
    name: 'udp/as-many-sessions-as-connections',
    config: {
      listener: listener(),
      clusters: { up: { circuit_breakers: { thresholds: [{ max_connections: 1 }] } } },
    },
    exchanges: [
      {
        udp: [
          { send: 'a' },
          { afterDatagrams: 1 },
          { send: 'b', client: 1 },
          { afterMs: 100 },
          { send: 'c' },
          { afterDatagrams: 2 },
        ],
      },
    ],
  },
  {
    ...base,
    name: 'udp/datagram-as-long-as-allowed',
    config: { listener: listener() },
    exchanges: [{ udp: [{ send: 1500 }, { afterDatagrams: 1 }] }],
  },
  {
    ...base,
    name: 'udp/datagram-too-long',
    config: { listener: listener() },
    exchanges: [{ udp: [{ send: 1501 }, { send: 'x' }, { afterDatagrams: 1 }] }],
  },
  {
    ...base,
    name: 'udp/longer-datagrams-allowed',
    config: {
      listener: listener(
        {},
        { udp_listener_config: { downstream_socket_config: { max_rx_datagram_size: 9000 } } },
      ),
    },
    exchanges: [{ udp: [{ send: 8000 }, { afterDatagrams: 1 }] }],
  },
  {
    ...base,
    name: 'udp/long-answer',
    config: { listener: listener() },
    upstreams: { up: { udp: { answers: ['y'.repeat(4000), 'end'] } } },
    exchanges: [{ udp: [{ send: 'x' }, { afterDatagrams: 2 }] }],
  },
  {
    ...base,
    name: 'udp/long-answer-without-gro',
    config: { listener: listener({ upstream_socket_config: { prefer_gro: false } }) },
    upstreams: { up: { udp: { answers: ['y'.repeat(4000), 'end'] } } },
    exchanges: [{ udp: [{ send: 'x' }, { afterDatagrams: 1 }] }],
  },
  {
    ...base,
    name: 'udp/a-host-a-packet',
    config: { listener: listener({ use_per_packet_load_balancing: true }) },
    exchanges: [{ udp: [{ send: 'a' }, { afterDatagrams: 1 }, { send: 'b' }, { afterDatagrams: 2 }] }],
  },
  {
    ...base,
    name: 'udp/hash-policies',
    config: {
      listener: listener({ hash_policies: [{ source_ip: true }] }),
      clusters: { up: { lb_policy: 'MAGLEV' } },
    },
    exchanges: [hello],
  },
  {
    ...base,
    name: 'udp/session-log',
    config: {
      listener: listener({
        idle_timeout: '0.2s',
        access_log: [
          accessLog('<log>', {
            session: '%DYNAMIC_METADATA(udp.proxy.session)%',
            remote: '%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%',
            local: '%DOWNSTREAM_LOCAL_ADDRESS%',
            host: '%UPSTREAM_HOST%',
            cluster: '%UPSTREAM_CLUSTER%',
            type: '%ACCESS_LOG_TYPE%',
            sent: '%BYTES_SENT%',
            received: '%BYTES_RECEIVED%',
            protocol: '%PROTOCOL%',
            flags: '%RESPONSE_FLAGS%',
          }),
        ],
      }),
    },
    exchanges: [hello],
    logLines: 1,
  },
  {
    ...base,
    name: 'udp/two-workers',
    config: { listener: listener() },
    concurrency: 2,
    exchanges: [hello],
    statNames: /^listener\.127|^udp\./,
    admin: ['GET /listeners', 'GET /listeners?format=json'],
  },
  {
    ...base,
    name: 'udp/stat-names',
    config: { listener: listener() },
    exchanges: [],
    statNames: /^listener\.127|^udp\.|^cluster\.up\.udp/,
    admin: ['GET /listeners'],
  },
  {
    name: 'udp/filter-chains',
    config: { listener: { address: at, listener_filters: [proxy()] } },
    upstreams,
    exchanges: [],
    refused: true,
  },
  {
    name: 'udp/filter-of-connections',
    config: {
      listener: {
        address: at,
        filter_chains: [],
        listener_filters: [
          {
            name: 'tls',
            typed_config: {
              '@type': 'type.googleapis.com/envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector',
            },
          },
        ],
      },
    },
    upstreams,
    exchanges: [],
    refused: true,
  },
  {
    name: 'udp/filter-of-datagrams-on-tcp',
    config: { listener: { listener_filters: [proxy()] } },
    upstreams,
    exchanges: [],
    refused: true,
  },
];
