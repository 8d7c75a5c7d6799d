import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { formatProblem } from '../../document/problem.ts';
import { v2InWatchedFiles } from './watched-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'envoy-lab-test-'));
after(() => rmSync(folder, { recursive: true }));

const resource = (type: string) =>
  `resources:\n  - "@type": type.googleapis.com/${type}\n    cluster_name: c\n`;
mkdirSync(join(folder, 'xds'));
writeFileSync(join(folder, 'old.yaml'), resource('envoy.api.v2.ClusterLoadAssignment'));
writeFileSync(
  join(folder, 'xds', 'old.json'),
  '{"resources":[{"@type":"type.googleapis.com/envoy.api.v2.Cluster"}]}',
);
writeFileSync(join(folder, 'new.yaml'), resource('envoy.config.endpoint.v3.ClusterLoadAssignment # not .v2'));
writeFileSync(join(folder, 'broken.yaml'), 'a: [ # .v2');

/** What is told when a config watches this path. */
async function told(path: string): Promise<string[]> {
  const files = ['old.yaml', 'new.yaml', 'broken.yaml', 'xds', 'none.yaml'].map((name) => ({
    hostPath: join(folder, name),
    path: `/etc/envoy/${name}`,
  }));
  const config = { static_resources: { clusters: [{ eds_config: { path_config_source: { path } } }] } };
  return (await v2InWatchedFiles(config, files, folder)).map(formatProblem);
}

it('a watched file of the v2 API is told by its place', async () => {
  assert.deepEqual(await told('/etc/envoy/old.yaml'), [
    'old.yaml:2:14: resources[0].@type: envoy.api.v2.ClusterLoadAssignment is of the v2 API, which Envoy dropped in 1.17 (use type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment)',
  ]);
});

it('so is one in a folder', async () => {
  const [only, ...more] = await told('/etc/envoy/xds/old.json');
  assert.match(
    only ?? '',
    /^xds\/old\.json:1:\d+: resources\[0\]\.@type: envoy\.api\.v2\.Cluster is of the v2 API/,
  );
  assert.deepEqual(more, []);
});

it('what is v3, broken, a folder, not there or not of the container is left to Envoy', async () => {
  for (const name of ['new.yaml', 'broken.yaml', 'xds', 'none.yaml', 'other.yaml'])
    assert.deepEqual(await told(`/etc/envoy/${name}`), [], name);
});
