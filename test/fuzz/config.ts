import type { Variant } from '../../src/proxy/codec/http1/battery/case.ts';
import { address, endpoints } from '../conformance/config.ts';

/** What names a connection in the access log, and to the upstream in this field. */
export const keyField = 'x-case';
const key = '%DOWNSTREAM_DIRECT_REMOTE_PORT%-%DOWNSTREAM_LOCAL_PORT%';

/** The listener whose upstream answers what a case says. */
export const scripted = 'scripted';

const settings: Readonly<Record<Variant | typeof scripted, object>> = {
  default: {},
  http10: { http_protocol_options: { accept_http_10: true, default_host_for_http_10: 'dflt' } },
  trailers: { http_protocol_options: { enable_trailers: true } },
  'chunked-length': { http_protocol_options: { allow_chunked_length: true } },
  'reject-underscores': {
    common_http_protocol_options: { headers_with_underscores_action: 'REJECT_REQUEST' },
  },
  'drop-underscores': { common_http_protocol_options: { headers_with_underscores_action: 'DROP_HEADER' } },
  scripted: { proxy_100_continue: true },
};

/** A bootstrap with a listener a variant, for either engine: nothing in it makes two runs differ but dates and ports. */
export function bootstrap(recorder: number, script: number, log: string): unknown {
  return {
    admin: { address: address(0) },
    static_resources: {
      listeners: Object.entries(settings).map(([name, hcm]) => ({
        name,
        address: address(0),
        filter_chains: [{ filters: [{ name: 'hcm', typed_config: manager(name, hcm, log) }] }],
      })),
      clusters: [cluster('recorder', recorder), cluster(scripted, script)],
    },
  };
}

function manager(name: string, hcm: object, log: string): unknown {
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
        {
          name: 'all',
          domains: ['*'],
          routes: [{ match: { prefix: '' }, route: { cluster: name === scripted ? scripted : 'recorder' } }],
        },
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
    access_log: [
      {
        name: 'file',
        typed_config: {
          '@type': 'type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog',
          path: log,
          log_format: {
            text_format_source: {
              inline_string: `${key} %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS%\n`,
            },
          },
        },
      },
    ],
    ...hcm,
  };
}

function cluster(name: string, port: number): unknown {
  const options = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';
  const most = 100_000;
  return {
    name,
    connect_timeout: '30s',
    load_assignment: endpoints(name, port),
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
