import type { Case } from '../case.ts';
import { certificate, privateKey } from '../certificate.ts';

const get = 'GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n';
const typed = (name: string, message: string, more: object = {}) => ({
  name,
  typed_config: {
    '@type': `type.googleapis.com/envoy.extensions.filters.listener.${message}`,
    ...more,
  },
});
const tlsInspector = (more: object = {}) => typed('tls', 'tls_inspector.v3.TlsInspector', more);
const httpInspector = typed('http', 'http_inspector.v3.HttpInspector');
const transport_socket = {
  name: 'tls',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
    common_tls_context: {
      tls_certificates: [
        { certificate_chain: { inline_string: certificate }, private_key: { inline_string: privateKey } },
      ],
      alpn_protocols: ['http/1.1'],
    },
  },
};
const stats = /inspector|pre_cx|listener_filter|ssl\.(handshake|connection_error)/;
const record = (body: string, type = 0x16) =>
  String.fromCharCode(type, 3, 1, body.length >> 8, body.length & 255) + body;
/** The head of a handshake message. */
const message = (type: number, length: number) =>
  String.fromCharCode(type, length >> 16, (length >> 8) & 255, length & 255);
/** A ClientHello of TLS 1.2 that asks for nothing. */
const hello = `${message(1, 41)}\x03\x03${'r'.repeat(32)}\0\0\x02\xc0\x2f\x01\0`;
const silent = { logLines: 0, stats } as const;
const closes = (send: string) => ({ send, responses: 0, untilClosed: true }) as const;

/** First bytes that are not the usual, before an HTTP connection manager without TLS. */
const plain: Readonly<Record<string, string>> = {
  request: get,
  'other-record': record('xxxx', 0x17),
  'other-version': `\x16\x02\x01\0\x04abcd${get}`,
  'empty-record': `${record('')}${get}`,
  'server-hello': record(`${message(2, 4)}abcd`),
  'hello-too-long': record(`${message(1, 20000)}abcd`),
  'hello-cut-short': record(`${message(1, 4)}abcd`),
  'record-too-long': `\x16\x03\x01\xff\xff${get}`,
};

/** How TLS may be cut into records, before an HTTP connection manager without TLS. */
const records: Readonly<Record<string, string>> = {
  'of-a-hello': record(hello),
  'of-a-byte-each': Array.from(hello, (byte) => record(byte)).join(''),
  'empty-before': record('') + record(hello),
  '32-empty-before': record('').repeat(32) + record(hello),
  '33-empty-before': record('').repeat(33) + record(hello),
  'empty-between': record(hello.slice(0, 9)) + record('').repeat(20) + record(hello.slice(9)),
  'empty-alone': record(''),
  'of-16384-bytes': record(message(1, 16380) + 'x'.repeat(16380)),
  'of-16385-bytes': record(message(1, 16380) + 'x'.repeat(16381)),
  'of-16640-bytes-begun': record('\x01'.repeat(16640)).slice(0, 100),
  'of-16704-bytes-begun': record('\x01'.repeat(16704)).slice(0, 100),
  'of-16705-bytes-begun': record('\x01'.repeat(16705)).slice(0, 100),
  'of-an-alert-before': record('\x01\0', 0x15) + record(hello),
  'of-a-fatal-alert-before': record('\x02\x28', 0x15) + record(hello),
  'of-a-longer-hello': record(`${hello}more`),
  'of-a-hello-and-more-behind': record(hello) + record('more'),
  'of-warnings-before': record('\x01\x5a', 0x15).repeat(4) + record(hello),
  'of-5-warnings-before': record('\x01\x5a', 0x15).repeat(5) + record(hello),
  'of-an-alert-of-3-bytes': record('\x01\x5a\0', 0x15) + record(hello),
  'of-an-alert-of-no-level': record('\x03\x5a', 0x15) + record(hello),
  'of-data-begun': record('x'.repeat(100), 0x17).slice(0, 50),
  'of-another-type-begun': record('x'.repeat(100), 0x63).slice(0, 50),
  'of-version-3.9': `\x16\x03\x09${record(hello).slice(3)}`,
  'of-another-version-behind': `\x16\x03\x01\0\x04${hello.slice(0, 4)}\x16\x02\x01\0\x29${hello.slice(4)}`,
};

/** A ClientHello of these parts, of TLS 1.2 unless they say otherwise. */
const helloOf = ({
  version = '\x03\x03',
  session = '\0',
  ciphers = '\0\x02\xc0\x2f',
  compression = '\x01\0',
  rest = '',
}: Partial<Record<'version' | 'session' | 'ciphers' | 'compression' | 'rest', string>>): string => {
  const body = version + 'r'.repeat(32) + session + ciphers + compression + rest;
  return record(message(1, body.length) + body);
};
const name = '\0\0\0\x06\0\x04\0\0\x01a';
const extensions = (list: string) => String.fromCharCode(list.length >> 8, list.length & 255) + list;
/** What a ClientHello may say, before an HTTP connection manager without TLS. */
const hellos: Readonly<Record<string, string>> = {
  'no-extensions': helloOf({ rest: extensions('') }),
  'a-name': helloOf({ rest: extensions(name) }),
  'a-name-twice': helloOf({ rest: extensions(name + name) }),
  'bytes-behind-extensions': helloOf({ rest: `${extensions(name)}x` }),
  'a-byte-of-extensions': helloOf({ rest: '\0' }),
  'an-unknown-extension-twice': helloOf({ rest: extensions(`\xfa\xfb\0\0\xfa\xfb\0\0${name}`) }),
  'bytes-behind-the-name': helloOf({ rest: extensions('\0\0\0\x07\0\x04\0\0\x01ax') }),
  'two-names': helloOf({ rest: extensions('\0\0\0\x0a\0\x08\0\0\x01a\0\0\x01b') }),
  'session-of-33-bytes': helloOf({ session: `\x21${'s'.repeat(33)}` }),
  'session-of-32-bytes': helloOf({ session: `\x20${'s'.repeat(32)}` }),
  'no-ciphers': helloOf({ ciphers: '\0\0' }),
  'ciphers-of-odd-length': helloOf({ ciphers: '\0\x03\xc0\x2f\xc0' }),
  'unknown-ciphers': helloOf({ ciphers: '\0\x02\xfe\xfe' }),
  'no-compression': helloOf({ compression: '\0' }),
  'other-compression': helloOf({ compression: '\x01\x01' }),
  'version-3.0': helloOf({ version: '\x03\0' }),
  'version-2.0': helloOf({ version: '\x02\0' }),
  'version-9.9': helloOf({ version: '\x09\x09' }),
  'version-3.0-and-a-name': helloOf({ version: '\x03\0', rest: extensions(name) }),
  'version-3.0-and-a-protocol': helloOf({
    version: '\x03\0',
    rest: extensions('\0\x10\0\x05\0\x03\x02h2'),
  }),
  'version-3.0-of-1.3': helloOf({ version: '\x03\0', rest: extensions('\0\x2b\0\x03\x02\x03\x04') }),
  'version-3.1': helloOf({ version: '\x03\x01' }),
  'version-3.4': helloOf({ version: '\x03\x04' }),
  'version-3.5': helloOf({ version: '\x03\x05' }),
  'version-4.0': helloOf({ version: '\x04\0' }),
  'version-2.9': helloOf({ version: '\x02\x09' }),
  'protocols-of-none': helloOf({ rest: extensions('\0\x10\0\x02\0\0') }),
  'a-protocol-of-no-bytes': helloOf({ rest: extensions('\0\x10\0\x03\0\x01\0') }),
  'supported-versions-of-none': helloOf({ rest: extensions(`\0\x2b\0\x03\x02\x09\x09`) }),
};

const named = (of: string, all: Readonly<Record<string, string>>) =>
  Object.entries(all).map(([name, send]) => [`${of}-${name}`, send] as const);

/** What listener filters find out, and when they give up. */
export const listenerFilters: readonly Case[] = [
  {
    name: 'listener-filters/tls-found',
    config: { listener: { listener_filters: [tlsInspector()] }, filterChain: { transport_socket } },
    exchanges: [
      { send: get, tls: {} },
      { send: get, tls: { servername: 'a.example' } },
      { send: get, tls: { servername: 'a.example', alpn: ['http/1.1'] } },
      { send: get, tls: { alpn: ['nothing'] } },
    ],
    stats,
  },
  ...Object.entries(plain).map(
    ([name, send]): Case => ({
      ...silent,
      name: `listener-filters/tls-not-found-${name}`,
      config: { listener: { listener_filters: [tlsInspector()] } },
      exchanges: [closes(send)],
    }),
  ),
  {
    ...silent,
    name: 'listener-filters/tls-hello-errors-close',
    config: {
      listener: {
        listener_filters: [tlsInspector({ close_connection_on_client_hello_parsing_errors: true })],
      },
    },
    exchanges: [closes(get), closes(plain['hello-cut-short']!)],
  },
  {
    ...silent,
    name: 'listener-filters/tls-hello-too-large',
    config: {
      listener: { listener_filters: [tlsInspector({ max_client_hello_size: 300 })] },
    },
    exchanges: [closes(record(message(1, 1000) + 'x'.repeat(600)).slice(0, 500))],
  },
  {
    ...silent,
    name: 'listener-filters/tls-hello-too-large-by-default',
    config: { listener: { listener_filters: [tlsInspector()] } },
    exchanges: [
      closes(
        record(message(1, 16384) + 'x'.repeat(8000)) + record('x'.repeat(8000)) + record('x'.repeat(800)),
      ),
    ],
  },
  ...[...named('records', records), ...named('hello', hellos)].map(
    ([name, send]): Case => ({
      ...silent,
      name: `listener-filters/tls-${name}`,
      config: { listener: { listener_filters: [tlsInspector()], listener_filters_timeout: '0.3s' } },
      exchanges: [closes(send)],
    }),
  ),
  {
    ...silent,
    name: 'listener-filters/tls-too-few-bytes-to-tell',
    config: { listener: { listener_filters: [tlsInspector()], listener_filters_timeout: '0.3s' } },
    exchanges: [closes('GET'), closes('')],
  },
  {
    ...silent,
    name: 'listener-filters/client-goes-first',
    config: { listener: { listener_filters: [tlsInspector()] } },
    exchanges: [{ tcp: ['GE', { afterMs: 50 }, { do: 'end' }, { afterEnd: true }] }],
  },
  {
    name: 'listener-filters/http-versions',
    config: {
      listener: { listener_filters: [httpInspector] },
      hcm: { http_protocol_options: { accept_http_10: true } },
    },
    exchanges: [{ send: get }, { send: 'GET / HTTP/1.0\r\nhost: a\r\n\r\n' }],
    stats,
  },
  ...Object.entries({
    'no-version': 'GET /\r\n\r\n',
    'custom-method': 'FOO / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n',
    'no-method': '(x) / HTTP/1.1\r\n\r\n',
    'no-text': '\x15\x03\x01\x00\x02\x02\x28',
    text: 'SSH-2.0-OpenSSH_9.2\r\n',
    version: 'GET / HTTP/2.0\r\nhost: a\r\n\r\n',
    'empty-line': '\r\nGET / HTTP/1.1\r\nhost: a\r\n\r\n',
    'bad-target': 'GET x HTTP/1.1\r\nhost: a\r\n\r\n',
    'bare-newlines': 'GET / HTTP/1.1\nhost: a\nconnection: close\n\n',
  }).map(
    ([name, send]): Case => ({
      ...silent,
      name: `listener-filters/http-${name}`,
      config: { listener: { listener_filters: [httpInspector] } },
      exchanges: [closes(send)],
    }),
  ),
  ...[16_384, 20_000, 70_000].flatMap((length): Case[] =>
    ['line', 'head'].map((what) => ({
      ...silent,
      name: `listener-filters/http-${what}-of-${length}-bytes`,
      config: { listener: { listener_filters: [httpInspector], listener_filters_timeout: '0.5s' } },
      exchanges: [
        closes(
          what === 'line'
            ? `GET /${'x'.repeat(length - 15)} HTTP/1.1\nh: a\n\n`
            : `GET / HTTP/1.1\nh: ${'x'.repeat(length)}\n\n`,
        ),
      ],
    })),
  ),
  {
    ...silent,
    name: 'listener-filters/http-line-without-end',
    config: { listener: { listener_filters: [httpInspector] } },
    exchanges: [closes(`GET /${'x'.repeat(70_000)}`)],
  },
  {
    ...silent,
    name: 'listener-filters/http-after-tls',
    config: {
      listener: { listener_filters: [tlsInspector(), httpInspector] },
      filterChain: { transport_socket },
    },
    exchanges: [{ send: get, tls: {} }, closes(get)],
  },
  {
    ...silent,
    name: 'listener-filters/tls-after-a-proxy-header',
    config: {
      listener: {
        listener_filters: [typed('proxy', 'proxy_protocol.v3.ProxyProtocol'), httpInspector],
      },
    },
    exchanges: [closes(`PROXY TCP4 10.1.2.3 10.9.9.9 1234 80\r\n${get}`)],
  },
  {
    ...silent,
    name: 'listener-filters/disabled',
    config: {
      listener: {
        listener_filters: [
          {
            ...tlsInspector(),
            filter_disabled: {
              and_match: {
                rules: [
                  { destination_port_range: { start: 1, end: 65536 } },
                  { not_match: { destination_port_range: { start: 1, end: 2 } } },
                ],
              },
            },
          },
          { ...httpInspector, filter_disabled: { not_match: { any_match: true } } },
        ],
      },
    },
    exchanges: [closes(get)],
  },
];
