import type { Case, ConfigParts, UpstreamScript } from '../case.ts';
import { authority, server } from '../identities.ts';
import { hashOf } from '../mint.ts';
import type { UpstreamTls } from '../tls.ts';
import { upstreamTls } from './tls-upstreams.ts';

const get = (host: string, fields = '') => `GET / HTTP/1.1\r\nhost: ${host}\r\n${fields}\r\n`;
const trusted = { validation_context: { trusted_ca: { inline_string: authority.cert } } };
const both = { auto_sni: true, auto_san_validation: true };
const onlyVersion = (version: string) => ({
  tls_params: { tls_minimum_protocol_version: version, tls_maximum_protocol_version: version },
});

/** HTTP options that take names from the request. */
const options = (
  names: object,
  protocol: object = { explicit_http_config: { http_protocol_options: {} } },
) => ({
  typed_extension_protocol_options: {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
      '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
      upstream_http_protocol_options: names,
      ...protocol,
    },
  },
});

const kept = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const closed = 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok';
const stats =
  /^cluster\.up\.(ssl\.(?!certificate\.)|upstream_cx_(connect_fail|destroy|total|active|http1_total|http2_total)$|upstream_rq_total)/;

interface More {
  /** Of the UpstreamTlsContext. */
  readonly context?: Record<string, unknown>;
  readonly common?: Record<string, unknown>;
  readonly tls?: Partial<UpstreamTls>;
  readonly answer?: string;
  readonly config?: ConfigParts;
  readonly cluster?: Record<string, unknown>;
  readonly upstream?: UpstreamScript;
}

function test(name: string, names: object, requests: readonly string[], more: More = {}): Case {
  const up: UpstreamScript = more.upstream ?? {
    tls: { identity: server, ...more.tls },
    answers: [{ raw: more.answer ?? kept }],
  };
  const socket = upstreamTls(more.context ?? {}, { ...trusted, ...more.common });
  return {
    name: `auto-names/${name}`,
    upstreams: { up },
    config: {
      log: {
        server: '%UPSTREAM_SERVER_NAME%',
        connection: '%UPSTREAM_CONNECTION_ID%',
        failure: '%UPSTREAM_TRANSPORT_FAILURE_REASON%',
      },
      ...more.config,
      clusters: { up: { ...socket, ...options(names), ...more.cluster } },
    },
    exchanges: requests.map((send) => ({ send })),
    stats,
  };
}

const rewrites = (action: object, clusters: object = {}): More => ({
  config: { routes: [{ match: { prefix: '/' }, route: { cluster: 'up', ...action } }] },
  ...clusters,
});

/** SNI and names of certificates by each request's host, and the pools that are split by them. */
export const autoNames: readonly Case[] = [
  test('server-name-of-the-host', { auto_sni: true }, [get('a.example')]),
  test('pools-by-server-name', { auto_sni: true }, [
    get('a.example'),
    get('b.example'),
    get('a.example'),
    get('A.example'),
    get('a.example:8080'),
    get('a.example.'),
  ]),
  test('over-that-of-the-cluster', { auto_sni: true }, [get('a.example')], {
    context: { sni: 'cluster.example', auto_host_sni: true },
  }),
  test(
    'addresses-are-no-server-names',
    { auto_sni: true },
    [get('127.0.0.1'), get('127.0.0.1:80'), get('[::1]'), get('[::1]:80'), get('::1')],
    { context: { sni: 'cluster.example' } },
  ),
  test('ports-that-are-none', { auto_sni: true }, [
    get('a.example:99999'),
    get('a.example:'),
    get('a.example:x'),
    get('a.example:007'),
  ]),
  test('no-host', { auto_sni: true }, ['GET / HTTP/1.0\r\n\r\n'], {
    context: { sni: 'cluster.example' },
    config: { hcm: { http_protocol_options: { accept_http_10: true } } },
  }),
  test('by-another-field', { auto_sni: true, override_auto_sni_header: 'X-Name' }, [
    get('a.example', 'x-name: b.example:80\r\n'),
    get('a.example'),
    get('a.example', 'x-name:\r\n'),
    get('a.example', 'x-name: c.example\r\nx-name: d.example\r\n'),
    get('a.example', 'x-name: 127.0.0.1\r\n'),
  ]),
  test('by-the-path', { auto_sni: true, override_auto_sni_header: ':path' }, [get('a.example')]),
  test('by-the-host-field', { auto_sni: true, override_auto_sni_header: 'host' }, [get('a.example')]),
  test('other-field-alone', { override_auto_sni_header: 'x-name' }, [get('a', 'x-name: b.example\r\n')]),
  test(
    'rewritten-host',
    { auto_sni: true },
    [get('a.example')],
    rewrites({ host_rewrite_literal: 'new.example' }),
  ),
  test('host-rewritten-by-a-field', { auto_sni: true }, [get('a.example', 'x-host: new.example\r\n')], {
    ...rewrites({ host_rewrite_header: 'x-host' }),
  }),
  test('field-the-route-adds', { auto_sni: true, override_auto_sni_header: 'x-name' }, [get('a.example')], {
    config: {
      routes: [
        {
          match: { prefix: '/' },
          route: { cluster: 'up' },
          request_headers_to_add: [{ header: { key: 'x-name', value: 'added.example' } }],
        },
      ],
    },
  }),
  test('certificate-has-the-host', both, [get('server.example'), get('a.wild.example:443')]),
  test('certificate-lacks-the-host', both, [get('other.example'), get('server.example')]),
  test('certificate-has-the-address', both, [get('127.0.0.1'), get('[::1]:80')]),
  test('certificate-lacks-the-address', both, [get('127.0.0.2')]),
  test('certificate-has-the-uri', { ...both, override_auto_sni_header: 'x-name' }, [
    get('a.example', 'x-name: spiffe://lab/server\r\n'),
  ]),
  test('certificate-and-no-host', both, ['GET / HTTP/1.0\r\n\r\n'], {
    config: { hcm: { http_protocol_options: { accept_http_10: true } } },
  }),
  test('only-the-certificate', { auto_san_validation: true }, [get('server.example'), get('other.example')], {
    context: { sni: 'cluster.example' },
  }),
  test('certificate-of-host-and-of-config', both, [get('server.example')], {
    common: {
      validation_context: {
        ...trusted.validation_context,
        match_typed_subject_alt_names: [{ san_type: 'DNS', matcher: { exact: 'config.example' } }],
      },
    },
  }),
  test('certificate-of-config-and-not-of-host', both, [get('other.example')], {
    common: {
      validation_context: {
        ...trusted.validation_context,
        match_typed_subject_alt_names: [{ san_type: 'DNS', matcher: { exact: 'server.example' } }],
      },
    },
  }),
  test('certificate-of-host-and-server-name', both, [get('server.example'), get('other.example')], {
    context: { auto_sni_san_validation: true },
  }),
  test('certificate-of-server-name-without-validation', { auto_sni: true }, [get('other.example')], {
    context: { auto_sni_san_validation: true },
  }),
  test('names-of-who-is-not-trusted', both, [get('server.example'), get('other.example')], {
    common: { validation_context: {} },
  }),
  test('names-pinned-and-not-trusted', both, [get('server.example'), get('other.example')], {
    common: { validation_context: { verify_certificate_hash: [hashOf(server)] } },
  }),
  test('names-accepted-without-authority', both, [get('other.example')], {
    common: { validation_context: { trust_chain_verification: 'ACCEPT_UNTRUSTED' } },
  }),
  test('names-pinned-to-another', both, [get('server.example')], {
    common: {
      validation_context: { ...trusted.validation_context, verify_certificate_hash: ['00'.repeat(32)] },
    },
  }),
  test('untrusted-names-are-accepted', both, [get('other.example')], {
    common: {
      validation_context: { ...trusted.validation_context, trust_chain_verification: 'ACCEPT_UNTRUSTED' },
    },
  }),
  ...['TLSv1_2', 'TLSv1_3'].flatMap((version) => [
    test(
      `sessions-of-other-names-${version}`,
      { auto_sni: true },
      [get('a.example'), get('b.example'), get('b.example')],
      {
        common: onlyVersion(version),
        answer: closed,
      },
    ),
    test(
      `sessions-are-verified-${version}`,
      both,
      [get('server.example'), get('other.example'), get('server.example')],
      {
        common: onlyVersion(version),
        answer: closed,
      },
    ),
  ]),
  ...[1, 2, 3].flatMap((keys) =>
    ['TLSv1_2', 'TLSv1_3'].map((version) =>
      test(
        `${keys}-sessions-by-server-name-${version}`,
        { auto_sni: true },
        ['a', 'b', 'a', 'b', 'c', 'a', 'b', 'c', 'c', 'c'].map((name) => get(`${name}.example`)),
        { common: onlyVersion(version), context: { max_session_keys: keys }, answer: closed },
      ),
    ),
  ),
  test(
    'session-of-a-name-in-capitals',
    { auto_sni: true },
    [get('a.example'), get('A.example'), get('a.example')],
    {
      common: onlyVersion('TLSv1_2'),
      answer: closed,
    },
  ),
  ...['TLSv1_2', 'TLSv1_3'].map((version) =>
    test(
      `session-of-one-server-name-${version}`,
      { auto_san_validation: true },
      [get('server.example'), get('other.example'), get('server.example'), get('x.wild.example')],
      { context: { sni: 'server.example' }, common: onlyVersion(version), answer: closed },
    ),
  ),
  test('deprecated-field', {}, [get('a.example'), get('b.example')], {
    cluster: { typed_extension_protocol_options: {}, upstream_http_protocol_options: { auto_sni: true } },
  }),
  test('plain-pools-too', both, [get('a.example'), get('b.example'), get('127.0.0.1'), get('a.example')], {
    cluster: { transport_socket: undefined },
    upstream: { answers: [{ raw: kept }] },
  }),
  test('long-host', { auto_sni: true }, [get(`${'a'.repeat(300)}.example`)]),
  test('host-of-255', { auto_sni: true }, [get('a'.repeat(255)), get('a'.repeat(256))]),
  test('http2', both, [get('server.example'), get('x.wild.example'), get('server.example')], {
    cluster: options(both, { explicit_http_config: { http2_protocol_options: {} } }),
    upstream: { tls: { identity: server, alpn: ['h2'] }, http2: {} },
  }),
  test('auto-protocol', both, [get('server.example'), get('x.wild.example'), get('server.example')], {
    cluster: options(both, { auto_config: {} }),
    upstream: { tls: { identity: server, alpn: ['h2'] }, http2: {} },
  }),
  test('downstream-protocol', both, [get('server.example'), get('x.wild.example'), get('server.example')], {
    cluster: options(both, { use_downstream_protocol_config: {} }),
  }),
];
