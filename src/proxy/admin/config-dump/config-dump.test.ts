import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Server } from '../../server/server.ts';
import { ask, askJson, fakeServer } from '../admin.fake.ts';
import { applyMask, fits, parseMask } from './mask.ts';
import { printMessage } from './print.ts';

let server: Server;
before(async () => {
  const cluster = (name: string) => ({ name, type: 'STATIC', connect_timeout: '0.25s', alt_stat_name: '' });
  server = await fakeServer({
    admin: { address: { socket_address: { address: '127.0.0.1', port_value: 0 } } },
    static_resources: { clusters: [cluster('c'), cluster('dead')] },
  });
});
after(() => server.shutdown());

const staticCluster = (name: string) => ({
  '@type': 'type.googleapis.com/envoy.admin.v3.ClustersConfigDump.StaticCluster',
  cluster: {
    '@type': 'type.googleapis.com/envoy.config.cluster.v3.Cluster',
    name,
    type: 'STATIC',
    connect_timeout: '0.250s',
  },
  last_updated: '1970-01-01T00:00:00.000Z',
});

test('the parts of the dump', () => {
  const types = (target: string) =>
    (askJson(server, target) as { configs: Record<string, string>[] }).configs.map((part) =>
      part['@type']?.replace('type.googleapis.com/envoy.admin.v3.', ''),
    );
  const all = ['Bootstrap', 'Clusters', 'Listeners', 'ScopedRoutes', 'Routes', 'Secrets'];
  const withEndpoints = [
    'Bootstrap',
    'Clusters',
    'Endpoints',
    'Listeners',
    'ScopedRoutes',
    'Routes',
    'Secrets',
  ];
  assert.deepEqual(
    types('/config_dump'),
    all.map((name) => `${name}ConfigDump`),
  );
  assert.deepEqual(
    types('/config_dump?include_eds'),
    withEndpoints.map((name) => `${name}ConfigDump`),
  );
});

test('one resource, by name, through a mask', () => {
  assert.deepEqual(askJson(server, '/config_dump?resource=static_clusters'), {
    configs: [staticCluster('c'), staticCluster('dead')],
  });
  assert.deepEqual(askJson(server, '/config_dump?resource=static_clusters&name_regex=^de'), {
    configs: [staticCluster('dead')],
  });
  const { cluster, '@type': type } = staticCluster('c');
  assert.deepEqual(askJson(server, '/config_dump?resource=static_clusters&mask=cluster.name&name_regex=^c'), {
    configs: [{ '@type': type, cluster: { '@type': cluster['@type'], name: 'c' } }],
  });
  assert.deepEqual(askJson(server, '/config_dump?resource=dynamic_listeners'), {});
  assert.deepEqual(askJson(server, '/config_dump?mask=bootstrap.admin'), {
    configs: [
      {
        '@type': 'type.googleapis.com/envoy.admin.v3.BootstrapConfigDump',
        bootstrap: { admin: { address: { socket_address: { address: '127.0.0.1', port_value: 0 } } } },
      },
    ],
  });
});

test('what is refused, in the words of Envoy', () => {
  const cases: readonly (readonly [string, number, string])[] = [
    ['resource=nope', 404, 'nope not found in config dump'],
    [
      'resource=bootstrap',
      400,
      'bootstrap is not a repeated field. Use ?mask=bootstrap to get only this field',
    ],
    ['name_regex=(', 400, 'INVALID_ARGUMENT: Error while parsing name_regex from (: missing ): ('],
    ['mask=nope', 400, 'FieldMask nope could not be successfully applied to any configs.'],
    [
      'mask=static_clusters.cluster',
      400,
      'FieldMask static_clusters.cluster could not be successfully applied to any configs.',
    ],
  ];
  for (const [query, status, body] of cases) {
    const { saysNosniff = false, ...answer } = ask(server, `/config_dump?${query}`);
    assert.deepEqual(answer, { status, contentType: 'text/plain', body });
    assert.equal(saysNosniff, !query.startsWith('name_regex'), query);
  }
});

test('prints messages as protobuf does', () => {
  const printed = printMessage('envoy.config.cluster.v3.Cluster', {
    load_assignment: { cluster_name: 'c', endpoints: [] },
    // Zero of an optional duration is said, zero of a plain field is not.
    connect_timeout: 0,
    dns_refresh_rate: 1500.25,
    per_connection_buffer_limit_bytes: 0,
    alt_stat_name: '',
    type: 'STATIC',
    dns_lookup_family: 'AUTO',
    name: 'c',
    metadata: { filter_metadata: { a: { b: [1, null] } } },
  });
  assert.equal(
    JSON.stringify(printed),
    '{"name":"c","type":"STATIC","connect_timeout":"0s","per_connection_buffer_limit_bytes":0,' +
      '"dns_refresh_rate":"1.500250s","metadata":{"filter_metadata":{"a":{"b":[1,null]}}},' +
      '"load_assignment":{"cluster_name":"c"}}',
  );
});

test('redacts secrets, inside an Any too', () => {
  const tls = {
    '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
    common_tls_context: {
      tls_certificates: [
        { certificate_chain: { filename: 'c.pem' }, private_key: { inline_bytes: Buffer.from('key') } },
      ],
    },
  };
  const printed = printMessage('envoy.config.core.v3.TransportSocket', { name: 't', typed_config: tls });
  const redacted = Buffer.from('[redacted]').toString('base64');
  assert.deepEqual(printed, {
    name: 't',
    typed_config: {
      ...tls,
      common_tls_context: {
        tls_certificates: [
          { certificate_chain: { filename: 'c.pem' }, private_key: { inline_bytes: redacted } },
        ],
      },
    },
  });
});

test('masks', () => {
  const mask = parseMask('a.b,c');
  assert.deepEqual(applyMask(mask, { '@type': 't', a: { b: 1, x: 2 }, c: [3], d: 4 }), {
    '@type': 't',
    a: { b: 1 },
    c: [3],
  });
  const type = 'envoy.config.cluster.v3.Cluster';
  assert.equal(fits(parseMask('name,load_assignment.cluster_name'), type), true);
  assert.equal(fits(parseMask('load_assignment.nope'), type), false);
  assert.equal(fits(parseMask('load_assignment.endpoints.locality'), type), false);
});
