import type { Case, Exchange } from '../case.ts';
import { certificate, privateKey } from '../certificate.ts';

const get = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';
const tls = {
  name: 'tls',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
    common_tls_context: {
      tls_certificates: [
        { certificate_chain: { inline_string: certificate }, private_key: { inline_string: privateKey } },
      ],
    },
  },
};
const inspector = {
  name: 'tls',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector',
  },
};
const httpInspector = {
  name: 'http',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.filters.listener.http_inspector.v3.HttpInspector',
  },
};

/** A chain that says its name. */
const says = (name: string, match: unknown, more: object = {}) => ({
  name,
  filter_chain_match: match,
  filters: [
    {
      name: 'hcm',
      typed_config: {
        '@type':
          'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
        stat_prefix: 'ingress',
        http_protocol_options: { accept_http_10: true },
        route_config: {
          virtual_hosts: [
            {
              name: 'all',
              domains: ['*'],
              routes: [
                { match: { prefix: '/' }, direct_response: { status: 200, body: { inline_string: name } } },
              ],
            },
          ],
        },
        http_filters: [
          {
            name: 'router',
            typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' },
          },
        ],
      },
    },
  ],
  ...more,
});
const overTls = { transport_socket: tls };
const range = (address_prefix: string, prefix_len: number) => ({ address_prefix, prefix_len });
const anywhere = { socket_address: { address: '0.0.0.0', port_value: 0 } };
const default_filter_chain = says('default', undefined);
/** The same request from and to each of these addresses. */
const from = (...pairs: readonly (readonly [localAddress: string, host: string])[]): Exchange[] =>
  pairs.map(([localAddress, host]) => ({ send: get, localAddress, host }));
const base = {
  logLines: 0,
  stats: /^listener\.\d.*(no_filter_chain_match|\d\.downstream_cx_total)$/,
} as const;

/** Which filter chain takes a connection: by where it comes from and goes to, and what its first bytes say. */
export const filterChainFields: readonly Case[] = [
  {
    ...base,
    name: 'filter-chains/destination-port',
    config: {
      listener: {
        filter_chains: [says('elsewhere', { destination_port: 1 }), says('any', {})],
      },
    },
    exchanges: [{ send: get }],
  },
  {
    ...base,
    name: 'filter-chains/destination-port-only',
    config: { listener: { filter_chains: [says('elsewhere', { destination_port: 1 })] } },
    exchanges: [{ send: '', responses: 0, untilClosed: true }],
  },
  {
    ...base,
    name: 'filter-chains/destination-prefix',
    config: {
      listener: {
        address: anywhere,
        filter_chains: [
          says('one', { prefix_ranges: [range('127.0.0.5', 32)] }),
          says('net', { prefix_ranges: [range('127.0.0.77', 24), range('10.0.0.0', 8)] }),
          says('wide', { prefix_ranges: [range('127.0.0.0', 8)] }),
        ],
      },
    },
    exchanges: from(['127.0.0.1', '127.0.0.5'], ['127.0.0.1', '127.0.0.9'], ['127.0.0.1', '127.9.0.1']),
  },
  {
    ...base,
    name: 'filter-chains/destination-prefix-none',
    config: {
      listener: {
        address: anywhere,
        filter_chains: [says('one', { prefix_ranges: [range('127.0.0.5', 32)] })],
        default_filter_chain,
      },
    },
    exchanges: from(['127.0.0.1', '127.0.0.5'], ['127.0.0.1', '127.0.0.6']),
  },
  {
    ...base,
    name: 'filter-chains/source-prefix',
    config: {
      listener: {
        filter_chains: [
          says('one', { source_prefix_ranges: [range('127.0.0.5', 32)] }),
          says('net', { source_prefix_ranges: [range('127.0.3.0', 24), range('127.0.4.0', 24)] }),
          says('any', {}),
        ],
      },
    },
    exchanges: from(
      ['127.0.0.5', '127.0.0.1'],
      ['127.0.3.9', '127.0.0.1'],
      ['127.0.4.9', '127.0.0.1'],
      ['127.0.0.2', '127.0.0.1'],
    ),
  },
  {
    ...base,
    name: 'filter-chains/direct-source-prefix',
    config: {
      listener: {
        filter_chains: [
          says('direct', { direct_source_prefix_ranges: [range('127.0.0.5', 32)] }),
          says('source', { source_prefix_ranges: [range('127.0.0.6', 32)] }),
        ],
      },
    },
    exchanges: [
      ...from(['127.0.0.5', '127.0.0.1'], ['127.0.0.6', '127.0.0.1']),
      { send: '', localAddress: '127.0.0.7', responses: 0, untilClosed: true },
    ],
  },
  {
    ...base,
    name: 'filter-chains/source-type',
    config: {
      listener: {
        address: anywhere,
        filter_chains: [
          says('near', { source_type: 'SAME_IP_OR_LOOPBACK' }),
          says('far', { source_type: 'EXTERNAL' }),
        ],
      },
    },
    exchanges: from(['127.0.0.1', '127.0.0.9'], ['127.0.0.9', '127.0.0.9'], ['127.0.0.8', '127.0.0.9']),
  },
  {
    ...base,
    name: 'filter-chains/source-type-external-only',
    config: {
      listener: {
        filter_chains: [says('far', { source_type: 'EXTERNAL' }), says('any', {})],
      },
    },
    exchanges: from(['127.0.0.1', '127.0.0.1'], ['127.0.0.8', '127.0.0.1']),
  },
  {
    ...base,
    name: 'filter-chains/source-ports',
    config: {
      listener: {
        filter_chains: [says('ports', { source_ports: [1, 2] }), says('any', { source_ports: [] })],
      },
    },
    exchanges: [{ send: get }],
  },
  {
    ...base,
    name: 'filter-chains/no-way-back-from-a-range',
    config: {
      listener: {
        filter_chains: [
          says('narrow', { prefix_ranges: [range('127.0.0.1', 32)], source_ports: [1] }),
          says('wide', { prefix_ranges: [range('127.0.0.0', 8)] }),
        ],
        default_filter_chain,
      },
    },
    exchanges: [{ send: get }],
  },
  {
    ...base,
    name: 'filter-chains/no-way-back-from-a-source-type',
    config: {
      listener: {
        filter_chains: [
          says('near', {
            source_type: 'SAME_IP_OR_LOOPBACK',
            source_prefix_ranges: [range('127.0.0.2', 32)],
          }),
          says('any', {}),
        ],
      },
    },
    exchanges: [{ send: '', responses: 0, untilClosed: true }],
  },
  {
    ...base,
    name: 'filter-chains/no-way-back-from-a-server-name',
    config: {
      listener: {
        listener_filters: [inspector],
        filter_chains: [
          says('named', { server_names: ['a.example'], source_ports: [1] }, overTls),
          says('wild', { server_names: ['*.example'] }, overTls),
        ],
        default_filter_chain: says('default', undefined, overTls),
      },
    },
    exchanges: [
      { send: get, tls: { servername: 'a.example' } },
      { send: get, tls: { servername: 'b.example' } },
    ],
  },
  {
    ...base,
    name: 'filter-chains/server-name-before-application-protocol',
    config: {
      listener: {
        listener_filters: [inspector],
        filter_chains: [
          says('name', { server_names: ['a.example'] }, overTls),
          says('protocol', { application_protocols: ['http/1.1'] }, overTls),
        ],
      },
    },
    exchanges: [
      { send: get, tls: { servername: 'a.example', alpn: ['http/1.1'] } },
      { send: get, tls: { servername: 'b.example', alpn: ['http/1.1'] } },
    ],
  },
  {
    ...base,
    name: 'filter-chains/server-names-without-an-inspector',
    config: {
      listener: {
        filter_chains: [says('named', { server_names: ['a.example'] }, overTls), says('any', {}, overTls)],
      },
    },
    exchanges: [{ send: get, tls: { servername: 'a.example' } }],
    stats: /tls_inspector|no_filter_chain_match/,
  },
  {
    ...base,
    name: 'filter-chains/transport-protocol-without-an-inspector',
    config: {
      listener: {
        filter_chains: [
          says('tls', { transport_protocol: 'tls' }, overTls),
          says('plain', { transport_protocol: 'raw_buffer' }),
        ],
      },
    },
    exchanges: [{ send: get }],
    stats: /tls_inspector|no_filter_chain_match/,
  },
  {
    ...base,
    name: 'filter-chains/by-http-version',
    config: {
      listener: {
        listener_filters: [httpInspector],
        filter_chains: [
          says('old', { application_protocols: ['http/1.0'] }),
          says('new', { application_protocols: ['http/1.1'] }),
          says('other', {}),
        ],
      },
    },
    exchanges: [
      { send: get },
      { send: 'GET / HTTP/1.0\r\nhost: a\r\n\r\n' },
      { send: 'hello\r\n\r\n', responses: 0, untilClosed: true },
    ],
    stats: /http_inspector/,
  },
  ...['partial*.example', '*', 'a.*'].map(
    (name): Case => ({
      name: `filter-chains/wildcard-${name.replaceAll('*', 'star')}`,
      config: { listener: { filter_chains: [says('a', { server_names: [name] })] } },
      exchanges: [],
      refused: true,
    }),
  ),
  {
    name: 'filter-chains/ranges-that-overlap',
    config: {
      listener: {
        filter_chains: [
          says('a', { prefix_ranges: [range('127.0.0.1', 8)] }),
          says('b', { prefix_ranges: [range('127.1.2.3', 8)] }),
        ],
      },
    },
    exchanges: [],
    refused: true,
  },
  {
    name: 'filter-chains/range-that-is-none',
    config: { listener: { filter_chains: [says('a', { prefix_ranges: [range('nowhere', 8)] })] } },
    exchanges: [],
    refused: true,
  },
];
