import type { ConfigParts } from './case.ts';

/** Where things are in one run; all on 127.0.0.1. */
export interface Places {
  /** Port by upstream name. */
  readonly upstreams: ReadonlyMap<string, number>;
  readonly accessLog: string;
  /** The folder of the case's files. */
  readonly files?: string;
  readonly dns?: number;
}

/** The access log line every case compares: what the proxy thought of the request. */
const logFields = {
  code: '%RESPONSE_CODE%',
  flags: '%RESPONSE_FLAGS%',
  details: '%RESPONSE_CODE_DETAILS%',
  method: '%REQ(:METHOD)%',
  path: '%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%',
  authority: '%REQ(:AUTHORITY)%',
  protocol: '%PROTOCOL%',
  received: '%BYTES_RECEIVED%',
  sent: '%BYTES_SENT%',
  cluster: '%UPSTREAM_CLUSTER%',
  route: '%ROUTE_NAME%',
  failure: '%UPSTREAM_TRANSPORT_FAILURE_REASON%',
};

/** An ordinary bootstrap, as an object that both engines read as JSON. */
export function bootstrap(parts: ConfigParts, places: Places): unknown {
  const clusters = [...places.upstreams].map(([name, port]) => ({
    name,
    connect_timeout: '1s',
    load_assignment: endpoints(name, port),
    ...parts.clusters?.[name],
  }));
  const virtualHosts = parts.virtualHosts ?? [
    {
      name: 'all',
      domains: ['*'],
      routes: parts.routes ?? [
        { match: { prefix: '/' }, route: { cluster: [...places.upstreams.keys()][0] } },
      ],
      ...parts.virtualHost,
    },
  ];
  const hcm = {
    '@type':
      'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    stat_prefix: 'ingress',
    route_config: { name: 'local', virtual_hosts: virtualHosts, ...parts.routeConfig },
    http_filters: [
      ...(parts.filters ?? []),
      {
        name: 'envoy.filters.http.router',
        typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' },
      },
    ],
    access_log: parts.accessLog ?? [accessLog(places.accessLog, { ...logFields, ...parts.log })],
    ...parts.hcm,
  };
  return withPlaces(places, {
    admin: { address: address(0) },
    static_resources: {
      listeners: [
        {
          name: 'main',
          address: address(0),
          filter_chains: [
            {
              filters: parts.networkFilters ?? [
                { name: 'envoy.filters.network.http_connection_manager', typed_config: hcm },
              ],
              ...parts.filterChain,
            },
          ],
          ...parts.listener,
        },
      ],
      clusters: [...clusters, ...(parts.extraClusters ?? [])],
      ...(parts.secrets && { secrets: parts.secrets }),
    },
    ...parts.bootstrap,
  });
}

/** Puts ports and paths in the place of their names. */
function withPlaces({ upstreams, dns, accessLog, files }: Places, config: unknown): unknown {
  const ports = new Map(upstreams);
  if (dns !== undefined) ports.set('dns', dns);
  const text = JSON.stringify(config, (key, value) => {
    if (key === 'path' && value === '<log>') return accessLog;
    if (typeof value === 'string' && value.startsWith('<files>'))
      return value.replace('<files>', files ?? '');
    const name = key === 'port_value' && /^<(.*)>$/.exec(String(value))?.[1];
    return name ? ports.get(name) : value;
  });
  return JSON.parse(text);
}

/** A socket address on the loopback. */
export function address(port: number): unknown {
  return { socket_address: { address: '127.0.0.1', port_value: port } };
}

/** A load assignment of one locality whose endpoints are these ports on the loopback. */
export function endpoints(cluster: string, ...ports: number[]): unknown {
  const lb_endpoints = ports.map((port) => ({ endpoint: { address: address(port) } }));
  return { cluster_name: cluster, endpoints: [{ lb_endpoints }] };
}

/** A file access log of one JSON object a line. */
export function accessLog(path: string, format: Readonly<Record<string, string>>): unknown {
  return {
    name: 'envoy.access_loggers.file',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog',
      path,
      log_format: { json_format: format },
    },
  };
}
