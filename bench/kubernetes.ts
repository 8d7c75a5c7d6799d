import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { clusterRefusal, testCluster } from '../test/kubernetes/cluster.ts';
import { findOracle } from '../test/oracle.ts';
import { cli } from './cli.ts';
import { type Contender, interleave, median, type Timing, table } from './rounds.ts';

const rounds = 5;
const namespace = 'envoy-lab-bench';
const sandboxes = ['pod', 'front-proxy'];
const run = promisify(execFile);

function kubectl(...args: string[]): Promise<{ stdout: string }> {
  return run('kubectl', args, { maxBuffer: 1 << 26 });
}

/**
 * How long sandboxes with the real Envoy take on a cluster: by us, and by `kubectl` with what we export. Needs what the
 * tests of a cluster need: KUBECONFIG and ENVOY_LAB_LOAD_IMAGE.
 */
export async function kubernetesBench(): Promise<string> {
  const refusal = await clusterRefusal();
  if (refusal !== undefined) throw new Error(refusal);
  Object.assign(process.env, (await testCluster({ envoy: findOracle() })).env);
  const home = await mkdtemp(join(tmpdir(), 'envoy-lab-bench-'));
  try {
    await kubectl('create', 'namespace', namespace);
    const { stdout } = await kubectl('version', '-o', 'json');
    const { gitVersion } = (JSON.parse(stdout) as { serverVersion: { gitVersion: string } }).serverVersion;
    const parts: string[] = [];
    for (const sandbox of sandboxes) {
      const timings = await interleave(await contenders(home, sandbox), rounds);
      parts.push(table(timings, `up ${sandbox}: kubectl`), '', ...ratios(sandbox, timings), '');
    }
    return [
      '## Kubernetes',
      '',
      `\`npm run bench -- kubernetes\`: real Envoy, images present, one namespace that is there, ${rounds} interleaved rounds, Kubernetes ${gitVersion} of one machine. kubectl: \`apply\` of what`,
      '`envoy-lab export --format kubernetes` writes and `wait` until its StatefulSets are ready; `delete --wait`.',
      '',
      ...parts,
    ].join('\n');
  } finally {
    await cli(home, 'down', '--all', '--quiet').catch(() => undefined);
    await kubectl('delete', 'namespace', namespace, '--ignore-not-found');
    await rm(home, { recursive: true, force: true });
  }
}

async function contenders(home: string, sandbox: string): Promise<Contender[]> {
  const manifest = join(home, `${sandbox}.yaml`);
  const on = ['--engine', 'envoy', '--quiet'];
  await cli(home, 'export', sandbox, '--format', 'kubernetes', '--engine', 'envoy', '-o', manifest);
  return [
    {
      name: `up ${sandbox}: envoy-lab`,
      run: async () =>
        void (await cli(home, 'up', sandbox, '--runtime', 'kubernetes', '--namespace', namespace, ...on)),
    },
    { name: `down ${sandbox}: envoy-lab`, run: async () => void (await cli(home, 'down', '--quiet')) },
    {
      name: `up ${sandbox}: kubectl`,
      run: async () => {
        await kubectl('apply', '-n', namespace, '-f', manifest);
        const ready = '--for=jsonpath={.status.readyReplicas}=1';
        await kubectl('wait', '-n', namespace, ready, '--timeout=60s', 'statefulset', '--all');
      },
    },
    {
      name: `down ${sandbox}: kubectl`,
      run: async () => {
        await kubectl('delete', '-n', namespace, '-f', manifest, '--wait');
        await kubectl('wait', '-n', namespace, '--for=delete', '--timeout=60s', 'pod', '--all');
      },
    },
  ];
}

function ratios(sandbox: string, timings: readonly Timing[]): string[] {
  const of = (what: string, who: string) =>
    median(timings.find(({ name }) => name === `${what} ${sandbox}: ${who}`)!.times);
  return ['up', 'down'].map((what) => {
    const ratio = of(what, 'envoy-lab') / of(what, 'kubectl');
    return `- ${what} ${sandbox}: ${ratio.toFixed(2)} × kubectl`;
  });
}
