import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { categoriesTake, extensionByName, extensions, extensionsOf } from './extension.ts';
import { enumSchema, Mark, messageNames, messageSchema, successorOfV2 } from './schema.ts';

const cluster = messageSchema('envoy.config.cluster.v3.Cluster')!;
const field = (name: string) => cluster.fields.get(name)!;

describe('messageSchema', () => {
  it('reads every message', () => {
    const names = messageNames();
    assert.ok(names.length > 1300);
    for (const name of names) {
      const schema = messageSchema(name)!;
      assert.equal(schema.name, name);
      for (const { type, oneof } of schema.fields.values()) {
        assert.ok(oneof === undefined || schema.oneofs[oneof] !== undefined, name);
        if (type.kind === 'message') assert.ok(messageSchema(type.name), `${name}: ${type.name}`);
        if (type.kind === 'enum') assert.ok(enumSchema(type.name), `${name}: ${type.name}`);
      }
    }
  });

  it('knows types, numbers, oneofs and rules', () => {
    assert.deepEqual(field('name').type, { kind: 'scalar', scalar: 'string' });
    assert.deepEqual(field('name').rules, { min_len: 1 });
    assert.equal(field('name').number, 1);
    assert.deepEqual(field('connect_timeout').type, { kind: 'duration' });
    assert.deepEqual(field('connect_timeout').rules, { gt: 0 });
    assert.deepEqual(field('load_assignment').type, {
      kind: 'message',
      name: 'envoy.config.endpoint.v3.ClusterLoadAssignment',
    });
    assert.deepEqual(field('per_connection_buffer_limit_bytes').type, { kind: 'wrapper', scalar: 'uint32' });
    assert.equal(cluster.oneofs[field('type').oneof!]?.name, 'cluster_discovery_type');
    assert.equal(field('typed_extension_protocol_options').mapKey, 'string');
    assert.equal(field('health_checks').repeated, true);
    assert.ok(cluster.required.includes(field('name')));
    assert.ok(!cluster.required.includes(field('connect_timeout')));
  });

  it('knows what is deprecated, hidden, disallowed and gone', () => {
    assert.equal(field('track_timeout_budgets').marks, Mark.Deprecated);
    assert.equal(field('lrs_server').marks, Mark.Hidden);
    const action = messageSchema('envoy.config.route.v3.RateLimit.Action')!;
    assert.ok(action.fields.get('dynamic_metadata')!.marks & Mark.Disallowed);
    assert.deepEqual(cluster.reserved, ['hosts', 'tls_context', 'extension_protocol_options']);
    assert.equal(successorOfV2('envoy.api.v2.Cluster'), 'envoy.config.cluster.v3.Cluster');
    assert.equal(successorOfV2('envoy.api.v2.Nope'), undefined);
  });

  it('answers undefined for what is not a message', () => {
    assert.equal(messageSchema('envoy.Nope'), undefined);
    assert.equal(messageSchema('envoy.config.cluster.v3.Cluste'), undefined);
    assert.equal(messageSchema('envoy.config.cluster.v3.Cluster.DiscoveryType'), undefined);
    assert.equal(enumSchema('envoy.config.cluster.v3.Cluster'), undefined);
  });
});

it('reads an enum with its numbers', () => {
  const { values } = enumSchema('envoy.config.cluster.v3.Cluster.LbPolicy')!;
  assert.deepEqual(
    values.map(({ name, number }) => [name, number]),
    [
      ['ROUND_ROBIN', 0],
      ['LEAST_REQUEST', 1],
      ['RING_HASH', 2],
      ['RANDOM', 3],
      ['MAGLEV', 5],
      ['CLUSTER_PROVIDED', 6],
      ['LOAD_BALANCING_POLICY_CONFIG', 7],
    ],
  );
});

describe('extensions', () => {
  const router = 'envoy.extensions.filters.http.router.v3.Router';

  it('are listed by category', () => {
    assert.equal(extensions().length, extensions().filter(({ category }) => category !== '').length);
    assert.deepEqual(
      extensionsOf('envoy.request_id').map(({ name }) => name),
      ['envoy.request_id.uuid'],
    );
    assert.deepEqual(extensionsOf('envoy.nope'), []);
  });

  it('are checked by category and type, whole names only', () => {
    assert.equal(categoriesTake(['envoy.filters.http'], router), true);
    assert.equal(categoriesTake(['envoy.filters.network', 'envoy.filters.http'], router), true);
    assert.equal(categoriesTake(['envoy.filters.network'], router), false);
    assert.equal(categoriesTake(['envoy.filters.http'], router.slice(0, -1)), false);
    assert.equal(categoriesTake(['envoy.filters.http'], 'Router'), false);
    assert.equal(categoriesTake(['envoy.tls.cert_validator'], router), undefined);
  });

  it('are found by the names that tutorials use', () => {
    assert.deepEqual(extensionByName('envoy.filters.http.router', [])?.types, [router]);
    assert.deepEqual(extensionByName('envoy.router', ['envoy.filters.http'])?.types, [router]);
    assert.equal(
      extensionByName('envoy.http_connection_manager', [])?.name,
      'envoy.filters.network.http_connection_manager',
    );
    assert.equal(extensionByName('envoy.nope', []), undefined);
  });

  it('are configured by messages of the schema', () => {
    for (const type of extensions().flatMap(({ types }) => types)) {
      if (!type.startsWith('google.protobuf.')) assert.ok(messageSchema(type), type);
    }
  });
});
