import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FileSpec } from '../runtime/node-spec.ts';
import { clusterUses, compareCluster } from './known-replicas.ts';
import { container, lab, node, observed } from './specs.fake.ts';

function config(...clusters: readonly { name: string; type: string; to: readonly string[] }[]): FileSpec {
  const written = clusters.map(({ name, type, to }) => ({
    name,
    type,
    load_assignment: {
      endpoints: to.map((address) => ({
        lb_endpoints: [{ endpoint: { address: { socket_address: { address, port_value: 80 } } } }],
      })),
    },
  }));
  const content = JSON.stringify({ static_resources: { clusters: written } });
  return { path: '/etc/envoy/envoy.yaml', from: { content } };
}

const envoy = (file: FileSpec) => container('envoy', { kind: 'engine', files: [file] });
const web = (index: number) => node('web', [container('app')], { index, aliases: ['www'] });
const front = node('front', [
  envoy(
    config(
      { name: 'web', type: 'STRICT_DNS', to: ['web'] },
      { name: 'aliased', type: 'STRICT_DNS', to: ['www'] },
      { name: 'mixed', type: 'STRICT_DNS', to: ['web', 'example.com'] },
      { name: 'outside', type: 'STRICT_DNS', to: ['example.com'] },
      { name: 'logical', type: 'LOGICAL_DNS', to: ['web'] },
    ),
  ),
]);

function running(...replicas: readonly number[]) {
  const present = observed(lab(front, ...replicas.map(web)));
  const nodes = present.nodes.map((each) => ({
    ...each,
    containers: each.containers.map((one) =>
      one.name === 'envoy' ? { ...one, admin: { host: '127.0.0.1', port: 9901 } } : one,
    ),
  }));
  return { ...present, nodes };
}

function listing(cluster: string, ...addresses: readonly string[]): unknown {
  const hosts = addresses.map((address) => ({ address: { socket_address: { address, port_value: 80 } } }));
  return { cluster_statuses: [{ name: cluster, host_statuses: hosts }] };
}

describe('clusterUses', () => {
  it('finds the clusters that list every replica of a node', () => {
    const uses = clusterUses(running(1)).map(({ cluster, groups, onlyNodes }) => [
      cluster,
      groups,
      onlyNodes,
    ]);
    assert.deepEqual(uses, [
      ['web', ['web'], true],
      ['aliased', ['web'], true],
      ['mixed', ['web'], false],
    ]);
  });

  it('asks only proxies whose admin interface is up', () => {
    assert.deepEqual(clusterUses(observed(lab(front, web(1)))), []);
  });
});

describe('compareCluster', () => {
  const present = running(1, 2);
  const [use, , mixed] = clusterUses(present);

  it('is content when all replicas are listed', () => {
    assert.equal(compareCluster(present, use!, listing('web', '10.0.0.3', '10.0.0.4')), undefined);
  });

  it('names the replica that is missing', () => {
    const missing = 'cluster web of front-1/envoy does not list web-2';
    assert.equal(compareCluster(present, use!, listing('web', '10.0.0.3')), missing);
    assert.equal(compareCluster(present, use!, {}), 'cluster web of front-1/envoy does not list web-1');
  });

  it('names an address that is gone, unless it may be of the outside', () => {
    const listed = ['10.0.0.3', '10.0.0.4', '10.0.0.9'];
    const gone = 'cluster web of front-1/envoy still lists 10.0.0.9, which is gone';
    assert.equal(compareCluster(present, use!, listing('web', ...listed)), gone);
    assert.equal(compareCluster(present, mixed!, listing('mixed', ...listed)), undefined);
  });

  it('does not wait for a replica that was stopped', () => {
    const nodes = present.nodes.map((each) =>
      each.spec.name === 'web-2'
        ? { ...each, containers: each.containers.map((one) => ({ ...one, state: 'stopped' as const })) }
        : each,
    );
    assert.equal(compareCluster({ ...present, nodes }, use!, listing('web', '10.0.0.3')), undefined);
  });
});
