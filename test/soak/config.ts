import { accessLog, address, endpoints } from '../conformance/config.ts';

export interface Places {
  readonly steady: number;
  readonly mortal: number;
  readonly named: number;
  readonly http2: number;
  readonly dns: number;
  /** The file of the TLS listener's secret, which is replaced while it runs. */
  readonly secret: string;
  readonly log: string;
}

const type = (name: string): string => `type.googleapis.com/${name}`;

/** Two listeners (plain and TLS, both for HTTP/1 and HTTP/2), and a cluster for each way in which upstreams behave. */
export function bootstrap(places: Places): unknown {
  return {
    node: { id: 'soak', cluster: 'soak' },
    admin: { address: address(0) },
    static_resources: {
      listeners: [listener('plain', places), listener('tls', places)],
      clusters: [
        { name: 'steady', connect_timeout: '5s', load_assignment: endpoints('steady', places.steady) },
        { name: 'mortal', connect_timeout: '5s', load_assignment: endpoints('mortal', places.mortal) },
        {
          name: 'http2',
          connect_timeout: '5s',
          load_assignment: endpoints('http2', places.http2),
          typed_extension_protocol_options: {
            'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
              '@type': type('envoy.extensions.upstreams.http.v3.HttpProtocolOptions'),
              explicit_http_config: { http2_protocol_options: {} },
            },
          },
        },
        named(places),
      ],
    },
  };
}

function listener(name: 'plain' | 'tls', places: Places): unknown {
  return {
    name,
    address: address(0),
    filter_chains: [
      {
        filters: [{ name: 'hcm', typed_config: manager(name, places) }],
        ...(name === 'tls' && { transport_socket: transport(places) }),
      },
    ],
  };
}

function manager(name: string, { log }: Places): unknown {
  const to = (cluster: string): unknown => ({ match: { prefix: `/${cluster}` }, route: { cluster } });
  return {
    '@type': type('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'),
    stat_prefix: name,
    upgrade_configs: [{ upgrade_type: 'websocket' }],
    route_config: {
      virtual_hosts: [
        { name: 'all', domains: ['*'], routes: ['steady', 'mortal', 'http2', 'named'].map(to) },
      ],
    },
    http_filters: [
      { name: 'router', typed_config: { '@type': type('envoy.extensions.filters.http.router.v3.Router') } },
    ],
    access_log: [accessLog(log, { code: '%RESPONSE_CODE%', flags: '%RESPONSE_FLAGS%' })],
  };
}

function transport({ secret }: Places): unknown {
  return {
    name: 'envoy.transport_sockets.tls',
    typed_config: {
      '@type': type('envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext'),
      common_tls_context: {
        alpn_protocols: ['h2', 'http/1.1'],
        tls_certificate_sds_secret_configs: [
          { name: 'own', sds_config: { path_config_source: { path: secret } } },
        ],
      },
    },
  };
}

/** Its addresses come from the test's DNS server, which changes them. */
function named({ named: port, dns }: Places): unknown {
  return {
    name: 'named',
    type: 'STRICT_DNS',
    connect_timeout: '5s',
    dns_lookup_family: 'V4_ONLY',
    dns_refresh_rate: '0.5s',
    typed_dns_resolver_config: {
      name: 'envoy.network.dns_resolver.cares',
      typed_config: {
        '@type': type('envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig'),
        resolvers: [{ socket_address: { address: '127.0.0.1', port_value: dns } }],
        dns_resolver_options: { no_default_search_domain: true },
      },
    },
    load_assignment: {
      cluster_name: 'named',
      endpoints: [
        {
          lb_endpoints: [
            { endpoint: { address: { socket_address: { address: 'soak.test', port_value: port } } } },
          ],
        },
      ],
    },
  };
}
