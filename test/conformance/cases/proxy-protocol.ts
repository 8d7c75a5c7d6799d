import type { Case, Exchange } from '../case.ts';

const get = 'GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n';
const filter = (more: object = {}) => ({
  name: 'proxy',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol',
    ...more,
  },
});
const log = {
  remote: '%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%',
  direct: '%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%',
  local: '%DOWNSTREAM_LOCAL_ADDRESS%',
  directLocal: '%DOWNSTREAM_DIRECT_LOCAL_ADDRESS_WITHOUT_PORT%',
};
const stats = /proxy_proto|^listener\.127.*(\d\.downstream_cx_total|listener_filter_\w+|pre_cx_\w+)$/;
const hcm = { use_remote_address: true };

/** Where the header says so. */
const port = { port: '%DOWNSTREAM_REMOTE_PORT%' };

/** A header of version 2. */
function v2(command: number, family: number, body: string, length = body.length): string {
  const head = `\r\n\r\n\0\r\nQUIT\n${String.fromCharCode(command, family, length >> 8, length & 255)}`;
  return head + body;
}
const bytes = (...values: number[]) => String.fromCharCode(...values);
const ipv4 = bytes(10, 1, 2, 3, 10, 9, 9, 9, 0x12, 0x34, 0, 80);
const ipv6 = `${bytes(0x20, 1, 0xd, 0xb8)}${'\0'.repeat(11)}${bytes(1)}${bytes(0x20, 1, 0xd, 0xb8)}${'\0'.repeat(11)}${bytes(2, 0, 99, 1, 187)}`;
const tlv = (type: number, value: string) => bytes(type, value.length >> 8, value.length & 255) + value;

/** Headers that are followed by a request. */
const answered: Readonly<Record<string, string>> = {
  'v1-tcp4': 'PROXY TCP4 10.1.2.3 10.9.9.9 1234 80\r\n',
  'v1-tcp6': 'PROXY TCP6 2001:DB8:0:0::1 2001:db8::2 1234 80\r\n',
  'v1-ipv4-in-ipv6': 'PROXY TCP6 ::ffff:10.0.0.1 ::2 1234 80\r\n',
  'v1-loopback': 'PROXY TCP4 127.0.0.1 127.0.0.1 1234 80\r\n',
  'v1-unknown': 'PROXY UNKNOWN\r\n',
  'v1-unknown-with-more': 'PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n',
  'v1-spaces-at-the-end': 'PROXY TCP4 10.1.2.3 10.9.9.9 1234 80  \r\n',
  'v1-nul-behind-an-address': 'PROXY TCP4 10.1.2.3\0x 10.9.9.9 1234 80\r\n',
  'v1-port-0': 'PROXY TCP4 10.1.2.3 10.9.9.9 0 0\r\n',
  'v2-ipv4': v2(0x21, 0x11, ipv4),
  'v2-ipv6': v2(0x21, 0x21, ipv6),
  'v2-datagram': v2(0x21, 0x12, ipv4),
  'v2-local': v2(0x20, 0, ''),
  'v2-local-with-addresses': v2(0x20, 0x11, ipv4),
  'v2-tlvs': v2(0x21, 0x11, ipv4 + tlv(1, 'h2') + tlv(4, '') + tlv(2, 'name')),
};

/** Headers that are refused, or are none. */
const refused: Readonly<Record<string, string>> = {
  'no-header': get,
  'v1-lower-case': 'proxy TCP4 10.1.2.3 10.9.9.9 1234 80\r\n',
  'v1-family': 'PROXY TCP5 10.1.2.3 10.9.9.9 1234 80\r\n',
  'v1-two-spaces': 'PROXY TCP4  10.1.2.3 10.9.9.9 1234 80\r\n',
  'v1-no-port': 'PROXY TCP4 10.1.2.3 10.9.9.9 1234\r\n',
  'v1-port-too-large': 'PROXY TCP4 10.1.2.3 10.9.9.9 65536 80\r\n',
  'v1-port-negative': 'PROXY TCP4 10.1.2.3 10.9.9.9 -1 80\r\n',
  'v1-other-family': 'PROXY TCP4 ::1 ::1 1234 80\r\n',
  'v1-other-family-6': 'PROXY TCP6 10.1.2.3 10.9.9.9 1234 80\r\n',
  'v1-multicast': 'PROXY TCP4 224.0.0.1 10.9.9.9 1234 80\r\n',
  'v1-unspecified': 'PROXY TCP4 0.0.0.0 10.9.9.9 1234 80\r\n',
  'v1-broadcast': 'PROXY TCP4 10.1.2.3 255.255.255.255 1234 80\r\n',
  'v1-multicast-6': 'PROXY TCP6 ff02::1 ::1 1234 80\r\n',
  'v1-too-long': `PROXY UNKNOWN ${'x'.repeat(100)}\r\n`,
  'v1-without-end': `PROXY TCP4 ${'1'.repeat(200)}`,
  'v2-version': v2(0x11, 0x11, ipv4),
  'v2-command': v2(0x22, 0x11, ipv4),
  'v2-family': v2(0x21, 0x31, ipv4),
  'v2-transport': v2(0x21, 0x10, ipv4),
  'v2-too-short': v2(0x21, 0x11, ipv4.slice(1)),
  'v2-ipv6-too-short': v2(0x21, 0x21, ipv4),
  'v2-multicast': v2(0x21, 0x11, bytes(239, 1, 1, 1) + ipv4.slice(4)),
  'v2-tlv-cut-short': v2(0x21, 0x11, ipv4 + bytes(1, 0, 9, 65)),
  'v2-tlv-without-length': v2(0x21, 0x11, ipv4 + bytes(1, 0)),
};

const goes = (header: string): Exchange => ({ send: header + get });
const listener = { listener_filters: [filter()] };

/** The PROXY header in front of a connection, of both versions. */
export const proxyProtocol: readonly Case[] = [
  ...Object.entries(answered).map(
    ([name, header]): Case => ({
      name: `proxy-protocol/${name}`,
      config: { listener, log: /unknown|local/.test(name) ? log : { ...log, ...port }, hcm },
      exchanges: [goes(header)],
      stats,
    }),
  ),
  ...Object.entries(refused).map(
    ([name, header]): Case => ({
      name: `proxy-protocol/refused-${name}`,
      config: { listener, log },
      exchanges: [{ send: header, responses: 0, untilClosed: true }],
      logLines: 0,
      stats,
    }),
  ),
  {
    name: 'proxy-protocol/in-pieces',
    config: { listener, log },
    exchanges: [
      { send: ['PRO', { afterMs: 30 }, 'XY TCP4 10.1.2.3 10.9.9.9 12', { afterMs: 30 }, `34 80\r\n${get}`] },
      {
        send: [
          answered['v2-tlvs']!.slice(0, 14),
          { afterMs: 30 },
          answered['v2-tlvs']!.slice(14, 30),
          { afterMs: 30 },
          answered['v2-tlvs']!.slice(30),
          { afterMs: 30 },
          get,
        ],
      },
    ],
    stats,
  },
  {
    name: 'proxy-protocol/optional',
    config: {
      listener: { listener_filters: [filter({ allow_requests_without_proxy_protocol: true })] },
      log,
    },
    exchanges: [goes(''), goes(answered['v1-tcp4']!), goes(answered['v2-ipv4']!), goes('')],
    stats,
  },
  {
    name: 'proxy-protocol/optional-but-broken',
    config: { listener: { listener_filters: [filter({ allow_requests_without_proxy_protocol: true })] } },
    exchanges: [
      { send: refused['v1-family']!, responses: 0, untilClosed: true },
      { send: refused['v2-version']!, responses: 0, untilClosed: true },
    ],
    logLines: 0,
    stats,
  },
  ...['V1', 'V2'].map(
    (version): Case => ({
      name: `proxy-protocol/disallowed-${version.toLowerCase()}`,
      config: {
        listener: { listener_filters: [filter({ disallowed_versions: [version], stat_prefix: 'mine' })] },
      },
      exchanges: [answered['v1-tcp4']!, answered['v2-ipv4']!].map((header) => ({
        send: header + get,
        responses: 0,
        untilClosed: true,
      })),
      logLines: 0,
      stats,
    }),
  ),
  {
    name: 'proxy-protocol/disallowed-and-optional',
    config: {
      listener: {
        listener_filters: [
          filter({ disallowed_versions: ['V1'], allow_requests_without_proxy_protocol: true }),
        ],
      },
    },
    exchanges: [goes(''), goes(answered['v2-ipv4']!), goes(answered['v1-tcp4']!)],
    stats,
  },
  {
    name: 'proxy-protocol/all-versions-disallowed',
    config: { listener: { listener_filters: [filter({ disallowed_versions: ['V1', 'V2'] })] } },
    exchanges: [],
    refused: true,
  },
  {
    name: 'proxy-protocol/never-comes',
    config: { listener: { listener_filters: [filter()], listener_filters_timeout: '0.3s' } },
    exchanges: [
      { send: '', responses: 0, untilClosed: true },
      { send: 'PROXY ', responses: 0, untilClosed: true },
    ],
    logLines: 0,
    stats,
  },
  {
    name: 'proxy-protocol/never-comes-and-goes-on',
    config: {
      listener: {
        listener_filters: [filter()],
        listener_filters_timeout: '0.3s',
        continue_on_listener_filters_timeout: true,
      },
    },
    exchanges: [{ send: ['GET / H', { afterMs: 500 }, 'TTP/1.1\r\nhost: a\r\n\r\n'] }],
    stats,
  },
  {
    name: 'proxy-protocol/forwarded-for',
    config: { listener, log, hcm: { use_remote_address: true, append_x_forwarded_port: true } },
    exchanges: [
      { send: `${answered['v1-tcp4']}GET / HTTP/1.1\r\nhost: a\r\nx-forwarded-for: 1.2.3.4\r\n\r\n` },
    ],
  },
  {
    name: 'proxy-protocol/matches-filter-chains',
    config: {
      listener,
      filterChain: {
        filter_chain_match: {
          destination_port: 80,
          prefix_ranges: [{ address_prefix: '10.9.9.0', prefix_len: 24 }],
          source_prefix_ranges: [{ address_prefix: '10.1.2.3', prefix_len: 32 }],
          direct_source_prefix_ranges: [{ address_prefix: '127.0.0.0', prefix_len: 8 }],
          source_type: 'EXTERNAL',
          source_ports: [1234],
        },
      },
      log,
    },
    exchanges: [
      goes(answered['v1-tcp4']!),
      { send: answered['v1-loopback']!, responses: 0, untilClosed: true },
    ],
    logLines: 1,
    stats: /no_filter_chain_match/,
  },
  {
    name: 'proxy-protocol/tlvs-to-metadata',
    config: {
      listener: {
        listener_filters: [
          filter({
            rules: [
              { tlv_type: 2, on_tlv_present: { key: 'authority' } },
              { tlv_type: 0xea, on_tlv_present: { key: 'raw', metadata_namespace: 'mine' } },
              {
                tlv_type: 0xeb,
                on_tlv_present: { key: 'b', metadata_namespace: 'mine', value_string_encoding: 'BASE64' },
              },
            ],
          }),
        ],
      },
      networkFilters: [
        {
          name: 'tcp',
          typed_config: {
            '@type': 'type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy',
            stat_prefix: 'tcp',
            cluster: 'up',
            access_log: [
              {
                name: 'file',
                typed_config: {
                  '@type': 'type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog',
                  path: '<log>',
                  log_format: {
                    json_format: {
                      authority: '%DYNAMIC_METADATA(envoy.filters.listener.proxy_protocol:authority)%',
                      mine: '%DYNAMIC_METADATA(mine)%',
                      ...log,
                    },
                  },
                },
              },
            ],
          },
        },
      ],
    },
    upstreams: { up: { tcp: [{ afterBytes: 2 }, 'ok', { do: 'end' }] } },
    exchanges: [
      {
        tcp: [
          `${v2(0x21, 0x11, ipv4 + tlv(2, 'a.example') + tlv(0xea, 'x\xff\xc3\xa9y\xc3') + tlv(0xeb, '\x00\xff'))}hi`,
          { afterEnd: true },
          { do: 'end' },
        ],
      },
    ],
  },
];
