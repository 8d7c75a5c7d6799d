import { address, endpoints } from '../conformance/config.ts';

/** The field that names a client's connection to the upstream: no client can say it itself. */
export const keyField = 'x-connection';
const key = '%DOWNSTREAM_DIRECT_REMOTE_PORT%-%DOWNSTREAM_LOCAL_PORT%';

/** The listeners of the battery: the connection manager's fields of each. */
const listeners = {
  default: {},
  http10: { http_protocol_options: { accept_http_10: true, default_host_for_http_10: 'dflt' } },
  trailers: { http_protocol_options: { enable_trailers: true } },
  'chunked-length': { http_protocol_options: { allow_chunked_length: true } },
  'reject-underscores': {
    common_http_protocol_options: { headers_with_underscores_action: 'REJECT_REQUEST' },
  },
  'drop-underscores': { common_http_protocol_options: { headers_with_underscores_action: 'DROP_HEADER' } },
  normalized: {
    normalize_path: true,
    merge_slashes: true,
    path_with_escaped_slashes_action: 'UNESCAPE_AND_FORWARD',
  },
  'no-absolute-url': { http_protocol_options: { allow_absolute_url: false } },
  http2: { codec_type: 'HTTP2' },
} as const;
export type ListenerName = keyof typeof listeners;

/** A bootstrap for either engine; nothing in it makes two runs differ but dates and ports. */
export function bootstrap(upstream: number): unknown {
  return {
    admin: { address: address(0) },
    static_resources: {
      listeners: Object.entries(listeners).map(([name, fields]) => ({
        name,
        address: address(0),
        filter_chains: [{ filters: [{ name: 'hcm', typed_config: manager(name, fields) }] }],
      })),
      clusters: [cluster(upstream)],
    },
  };
}

function manager(name: string, fields: object): unknown {
  return {
    '@type':
      'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    stat_prefix: name,
    codec_type: 'HTTP1',
    generate_request_id: false,
    delayed_close_timeout: '0.03s',
    route_config: {
      request_headers_to_add: [
        { header: { key: keyField, value: key }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' },
      ],
      virtual_hosts: [
        { name: 'all', domains: ['*'], routes: [{ match: { prefix: '' }, route: { cluster: 'up' } }] },
      ],
    },
    http_filters: [
      {
        name: 'envoy.filters.http.router',
        typed_config: {
          '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router',
          suppress_envoy_headers: true,
        },
      },
    ],
    ...fields,
  };
}

function cluster(port: number): unknown {
  const options = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';
  const most = 100_000;
  return {
    name: 'up',
    connect_timeout: '30s',
    load_assignment: endpoints('up', port),
    circuit_breakers: {
      thresholds: [{ max_connections: most, max_pending_requests: most, max_requests: most }],
    },
    typed_extension_protocol_options: {
      [options]: {
        '@type': `type.googleapis.com/${options}`,
        explicit_http_config: { http_protocol_options: { enable_trailers: true } },
      },
    },
  };
}
