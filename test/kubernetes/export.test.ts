import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { CommandLine } from '../e2e/command-line.ts';
import { enginesUnderTest } from '../e2e/places.ts';
import { requireOracle } from '../oracle.ts';
import { skipWithout } from '../required.ts';
import { clusterRefusal, standIns, testCluster } from './cluster.ts';

const run = promisify(execFile);
const kubectl = async (...words: string[]) => (await run('kubectl', words)).stdout.trim();

const noKubectl = await kubectl('version', '--client').then(
  () => undefined,
  () => 'kubectl is not there (package kubernetes-client)',
);
const skip = (await clusterRefusal()) ?? skipWithout('kubernetes', noKubectl);

describe('an exported sandbox on a cluster', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'envoy-lab-test-'));
  const namespaces: string[] = [];
  before(async () => {
    const { path, skip: without } = requireOracle();
    await testCluster({ envoy: without ? undefined : path });
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    for (const namespace of namespaces) await kubectl('delete', 'namespace', namespace, '--ignore-not-found');
  });

  /** Exports a sandbox into a namespace of its own, applies it, and waits until all is ready. */
  async function applied(
    name: string,
    env: Readonly<Record<string, string>>,
    more: readonly string[],
    sandbox = 'front-proxy',
  ) {
    const namespace = `envoy-lab-export-${name}-${process.pid}`;
    namespaces.push(namespace);
    const file = join(folder, `${name}.yaml`);
    await using cli = new CommandLine();
    const words = ['export', sandbox, '-q', '--namespace', namespace, '-o', file, ...more];
    const { code, stderr } = await cli.run(words, { ...env, ...standIns });
    assert.equal(code, 0, stderr);
    await kubectl('apply', '-f', file);
    const kind = more.includes('--istio') ? 'deployment' : 'statefulset';
    const workloads = await kubectl('get', '-n', namespace, kind, '-o', 'name');
    for (const workload of workloads.split('\n')) {
      await kubectl('rollout', 'status', '-n', namespace, workload, '--timeout=120s');
    }
    return { namespace, file, kind };
  }

  /**
   * What the app of a node gets from an address. Machines of a cluster refuse connections to a service until they have
   * learnt of its pods, which may be some time after those are ready.
   */
  async function get(namespace: string, kind: string, url: string, from = 'service2'): Promise<string> {
    const script = `fetch(${JSON.stringify(url)}).then(async (a) => console.log(a.status, a.headers.get('server'), await a.text()))`;
    const deadline = Date.now() + 30_000;
    while (true) {
      try {
        return await kubectl(
          'exec',
          '-n',
          namespace,
          `${kind}/${from}`,
          '-c',
          'app',
          '--',
          'node',
          '-e',
          script,
        );
      } catch (error) {
        if (!/ECONNREFUSED/.test(String(error)) || Date.now() > deadline) throw error;
      }
    }
  }

  for (const { name, env, skip: without } of enginesUnderTest()) {
    it(`runs where nobody may be root, engine ${name}`, { skip: without }, async () => {
      const more = ['--engine', name, '--scale', 'service1=2'];
      const { namespace, kind, file } = await applied(name, env, more);
      const hosts = new Set<string>();
      for (let count = 0; count < 4; count++) {
        const answer = await get(namespace, kind, 'http://front-envoy:8080/service/1');
        hosts.add(/^200 envoy Hello from behind Envoy \(service 1\)! hostname (\S+)/.exec(answer)![1]!);
      }
      assert.deepEqual([...hosts].sort(), ['service1-1', 'service1-2']);
      assert.match(await get(namespace, kind, 'http://service1-2:8080/'), /^\d+ null /);
      // The strictest policy there is has nothing to say against it.
      const policy = 'pod-security.kubernetes.io/enforce=restricted';
      const { stdout, stderr } = await run('kubectl', [
        'label',
        '--dry-run=server',
        'namespace',
        namespace,
        policy,
      ]);
      assert.match(stdout, /labeled/);
      assert.doesNotMatch(stderr, /violate/);
      await kubectl('delete', '-f', file, '--wait=false');
    });
  }

  for (const { name, env, skip: without } of enginesUnderTest()) {
    for (const [sandbox, from, url, answer] of [
      ['get-started', 'website', 'http://proxy:10000/about', /^200 envoy [\s\S]*About this site/],
      ['pod', 'pod', 'http://pod/', /^200 envoy [\s\S]*http-app/],
      ['svc', 'pod', 'http://web/', /^200 envoy [\s\S]*http-app/],
    ] as const) {
      it(`is ${sandbox} when that is applied, engine ${name}`, { skip: without }, async () => {
        const { namespace, kind } = await applied(`${sandbox}-${name}`, env, ['--engine', name], sandbox);
        assert.match(await get(namespace, kind, url, from), answer);
        await kubectl('delete', 'namespace', namespace, '--wait=false');
      });
    }
  }

  it('serves the apps themselves where a mesh is to take the place of sidecars', async () => {
    const { namespace, kind } = await applied('mesh', {}, ['--istio']);
    const through = await get(namespace, kind, 'http://front-envoy:8080/service/1');
    assert.match(through, /^200 envoy Hello from behind Envoy \(service 1\)!/);
    assert.match(await get(namespace, kind, 'http://service1:8000/service/1'), /^200 null Hello/);
    const label = await kubectl(
      'get',
      'namespace',
      namespace,
      '-o',
      'jsonpath={.metadata.labels.istio-injection}',
    );
    assert.equal(label, 'enabled');
  });
});
