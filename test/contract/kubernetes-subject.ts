import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubernetesRuntime } from '../../src/runtime/kubernetes/runtime.ts';
import { testCluster } from '../kubernetes/cluster.ts';
import { watchLeaks } from '../leaks.ts';
import { bundleProgram } from './background-bundle.ts';
import { owner } from './identity.ts';
import type { Subject } from './subject.ts';

/** The kubernetes runtime on the cluster that KUBECONFIG names. */
export async function kubernetesSubject(): Promise<Subject> {
  const { env } = await testCluster();
  const bundle = await bundleProgram('kubernetes-agent');
  const stateDir = mkdtempSync(join(tmpdir(), 'envoy-lab-test-state-'));
  const agent = [process.execPath, bundle.file];
  const runtime = new KubernetesRuntime({ env, stateDir, owner, agent });
  const leaks = watchLeaks(stateDir);
  const left = async () => assert.deepEqual(await runtime.sweep(), []);
  return {
    name: 'kubernetes',
    runtime,
    isolates: false,
    losesIsolation: false,
    ownRoot: true,
    ownPorts: true,
    namesFollowAtOnce: false,
    node: 'node',
    publishesLoopback: true,
    changesNodes: true,
    unfinishedLines: false,
    // The cluster's own API, in every container.
    engineEnv: [
      'KUBERNETES_SERVICE_HOST',
      'KUBERNETES_SERVICE_PORT',
      'KUBERNETES_SERVICE_PORT_HTTPS',
      'KUBERNETES_PORT',
      'KUBERNETES_PORT_443_TCP',
      'KUBERNETES_PORT_443_TCP_ADDR',
      'KUBERNETES_PORT_443_TCP_PORT',
      'KUBERNETES_PORT_443_TCP_PROTO',
    ],
    lacks: [
      'pause',
      'udp',
      'half-close',
      'streams',
      'volumes',
      'file-writes',
      'single-starts',
      'pids',
      'early-addresses',
      'users',
      'dotted-names',
      'networks',
      'own-memory',
      'background-output',
      'loopback-probes',
    ],
    assertNothingLeft: async () => {
      await left();
      await leaks.assertClean();
    },
    dispose: async () => {
      // A test that failed may have left its lab.
      for (const lab of await runtime.list()) await (await runtime.open(lab))?.remove();
      await left();
      bundle.remove();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}
