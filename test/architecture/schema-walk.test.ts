import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fields, type SupportTable } from '../../src/bootstrap/support.ts';
import { supported } from '../../src/proxy/supported.ts';
import { unknownSupport, walkSupport } from './schema-walk.ts';

describe('the data plane’s support table', () => {
  it('accepts no field in silence, and refuses none that it has', () => {
    const walk = walkSupport(supported);
    assert.deepEqual(walk.failures, []);
    // Else the walk went nowhere.
    assert.ok(walk.supported > 150 && walk.refused > 300, `${walk.supported} and ${walk.refused}`);
  });

  it('names only what Envoy’s API has', () => {
    assert.deepEqual(unknownSupport(supported), []);
  });

  it('has no message that no supported field leads to', () => {
    assert.deepEqual(walkSupport(supported).unreachable, []);
  });
});

describe('the walk', () => {
  const bootstrap = 'envoy.config.bootstrap.v3.Bootstrap';
  const table: SupportTable = {
    [bootstrap]: fields('node'),
    'envoy.config.core.v3.Node': fields('id'),
  };

  it('goes where supported fields lead', () => {
    const small = walkSupport({ [bootstrap]: {} });
    const larger = walkSupport(table);
    assert.deepEqual([...small.failures, ...larger.failures], []);
    assert.equal(small.supported, 0);
    assert.equal(larger.supported, 2);
    assert.ok(larger.refused > small.refused);
  });

  it('finds what the table misspells and what it cannot reach', () => {
    const wrong: SupportTable = {
      ...table,
      'envoy.config.core.v3.Nod': {},
      'envoy.config.cluster.v3.Cluster': { ...fields('nam'), lb_policy: { values: ['RANDOME'] } },
    };
    assert.deepEqual(unknownSupport(wrong), [
      'envoy.config.core.v3.Nod',
      'envoy.config.cluster.v3.Cluster.nam',
      'envoy.config.cluster.v3.Cluster.lb_policy: RANDOME',
    ]);
    assert.deepEqual(walkSupport(table).unreachable, []);
    const unreached = { ...table, 'envoy.config.core.v3.Metadata': fields('filter_metadata') };
    assert.deepEqual(walkSupport(unreached).unreachable, ['envoy.config.core.v3.Metadata']);
  });
});
