import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { CommandLine } from '../e2e/command-line.ts';
import { places } from '../e2e/places.ts';
import { skipWithout } from '../required.ts';
import { clusterRefusal, standIns, testCluster } from './cluster.ts';
import { lifeManifest, lifeObjects } from './life-manifest.ts';

const run = promisify(execFile);
const image = standIns.ENVOY_LAB_IMAGE_NODE;

/** What a container of `lifeManifest` says of itself. */
interface Report {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** By path: the mode, and the content in base64 or the names in it. */
  readonly files: Readonly<Record<string, readonly [mode: string, content: string | readonly string[]]>>;
  readonly hosts: readonly string[];
}

const noKubectl = await run('kubectl', ['version', '--client']).then(
  () => undefined,
  () => 'kubectl is not there (package kubernetes-client)',
);
const all = await places();
const skip = (await clusterRefusal()) ?? skipWithout('kubernetes', noKubectl);

describe('what a manifest gives its containers', { skip }, () => {
  const namespace = `envoy-lab-manifest-${process.pid}`;
  const theirs = new Map<string, Report>();
  const kubectl = async (...words: string[]) => (await run('kubectl', ['-n', namespace, ...words])).stdout;
  const folder = mkdtempSync(join(tmpdir(), 'envoy-lab-test-'));
  const file = join(folder, 'life.yaml');

  before(async () => {
    await testCluster();
    await kubectl('create', 'namespace', namespace);
    writeFileSync(file, lifeManifest(image));
    await kubectl('apply', '-f', file);
    for (const { pod } of lifeObjects)
      await kubectl('wait', '--for=condition=Ready', '--timeout=90s', `pod/${pod}`);
    for (const { pod, container } of lifeObjects) {
      const said = await kubectl('exec', pod, '-c', container, '--', 'cat', '/tmp/report.json');
      theirs.set(`${pod}/${container}`, JSON.parse(said) as Report);
    }
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await kubectl('delete', 'namespace', namespace, '--ignore-not-found', '--wait=false');
  });

  for (const { name, runtime, env, skip: without } of all) {
    if (!['process, namespaces', 'docker'].includes(name)) continue;
    describe(`is on ${name} what it is on a cluster:`, { skip: without }, () => {
      const cli = new CommandLine({ ...env, ENVOY_LAB_RUNTIME: runtime });
      before(async () => {
        // The runtime without images has one of ours in its place.
        const mapped = runtime === 'process' ? ['--image', `${image}=base`] : [];
        await cli.ok('up', '-q', '-f', file, '--name', 'life', ...mapped);
      });
      after(() => cli[Symbol.asyncDispose]());

      for (const { pod, container } of lifeObjects) {
        it(`${pod}/${container}`, async () => {
          const said = await cli.ok('exec', '--container', container, pod, 'cat', '/tmp/report.json');
          assert.deepEqual(
            comparable(JSON.parse(said) as Report),
            comparable(theirs.get(`${pod}/${container}`)!),
          );
        });
      }
    });
  }
});

/** What runtimes and images add. */
const ADDED = /^(PATH|HOME|HOSTNAME|PWD|OLDPWD|SHLVL|TERM|NODE_.*|YARN_.*|KUBERNETES_.*)$/;

function comparable({ env, files, ...report }: Report) {
  return {
    ...report,
    env: Object.fromEntries(
      Object.entries(env)
        .filter(([name]) => !ADDED.test(name))
        .sort(),
    ),
    files: Object.fromEntries(
      Object.entries(files).map(([path, [mode, content]]) => [
        path,
        [mode, typeof content === 'string' ? Buffer.from(content, 'base64').toString('latin1') : content],
      ]),
    ),
  };
}
