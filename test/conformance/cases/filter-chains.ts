import type { Case } from '../case.ts';
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
  name: 'inspector',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector',
  },
};

/** A chain that says its name. */
const says = (name: string, match: unknown, plain = false) => ({
  ...(match ? { filter_chain_match: match } : {}),
  ...(plain ? {} : { transport_socket: tls }),
  filters: [
    {
      name: 'hcm',
      typed_config: {
        '@type':
          'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
        stat_prefix: 'ingress',
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
});
const named = (...server_names: string[]) => ({ server_names });
const to = (servername?: string) => ({ send: get, tls: servername === undefined ? {} : { servername } });
const chains = (filter_chains: readonly unknown[], more: object = {}) => ({
  listener: { filter_chains, listener_filters: [inspector], ...more },
});
const stats =
  /^listener\.127\.0\.0\.1_0\.(no_filter_chain_match|downstream_cx_total|ssl\.(handshake|connection_error))$/;

/** Which filter chain takes a connection. */
export const filterChains: readonly Case[] = [
  {
    name: 'filter-chains/by-server-name',
    config: chains([
      says('exact', named('www.lab.example')),
      says('near', named('*.lab.example')),
      says('far', named('*.example')),
      says('any', undefined),
    ]),
    exchanges: ['www.lab.example', 'x.lab.example', 'a.b.lab.example', 'lab.example', 'other', undefined].map(
      to,
    ),
    logLines: 0,
    stats,
  },
  {
    name: 'filter-chains/upper-case-server-name',
    config: chains([says('exact', named('www.lab.example')), says('any', undefined)]),
    exchanges: [to('WWW.lab.example')],
    logLines: 0,
  },
  {
    name: 'filter-chains/default',
    config: chains([says('exact', named('www.lab.example'))], {
      default_filter_chain: says('default', undefined),
    }),
    exchanges: [to('other'), to('www.lab.example')],
    logLines: 0,
    stats,
  },
  {
    name: 'filter-chains/plain-and-tls-on-one-port',
    config: chains([
      says('tls', { transport_protocol: 'tls' }),
      says('plain', { transport_protocol: 'raw_buffer' }, true),
    ]),
    exchanges: [{ send: get }, to('x')],
    logLines: 0,
    stats,
  },
  {
    name: 'filter-chains/by-application-protocol',
    config: chains([
      says('spoken', { application_protocols: ['special'] }),
      says('http', { application_protocols: ['http/1.1'] }),
      says('any', undefined),
    ]),
    exchanges: [
      { send: get, tls: { alpn: ['special', 'http/1.1'] } },
      { send: get, tls: { alpn: ['http/1.1'] } },
      to('x'),
    ],
    logLines: 0,
  },
  {
    name: 'filter-chains/same-match-twice',
    config: chains([says('a', named('x')), says('b', named('x'))]),
    exchanges: [],
    refused: true,
  },
  {
    name: 'filter-chains/requested-server-name-with-inspector',
    config: {
      listener: { listener_filters: [inspector] },
      filterChain: { transport_socket: tls },
      log: { name: '%REQUESTED_SERVER_NAME%' },
    },
    exchanges: [to('lab.example')],
  },
];
