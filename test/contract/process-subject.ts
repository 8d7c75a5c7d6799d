import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProcessRuntime } from '../../src/runtime/process/runtime.ts';
import { type LeakCheck, watchLeaks } from '../leaks.ts';
import { skipWithout } from '../required.ts';
import { bundleProgram } from './background-bundle.ts';
import type { Subject } from './subject.ts';

/** `nobody`, on every system. */
const NOBODY = 65534;

export interface ProcessSubjectOptions {
  readonly mode: 'namespaces' | 'loopback';
  /** Let the supervisor run as `nobody`; only root may. */
  readonly unprivileged: boolean;
}

export interface ProcessSubject extends Subject {
  readonly stateDir: string;
  readonly leaks: LeakCheck;
}

/** The process runtime in one of its modes, with a state folder of its own. */
export async function processSubject({ mode, unprivileged }: ProcessSubjectOptions): Promise<ProcessSubject> {
  const bundle = await bundleProgram('supervisor');
  const stateDir = mkdtempSync(join(tmpdir(), 'envoy-lab-test-state-'));
  chmodSync(stateDir, 0o700);
  if (unprivileged) chownSync(stateDir, NOBODY, NOBODY);
  const drop = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--'];
  const supervisor = [...(unprivileged ? drop : []), process.execPath, bundle.file];
  const runtime = new ProcessRuntime({ stateDir, path: process.env.PATH ?? '', supervisor, mode });
  const leaks = watchLeaks(stateDir);
  return {
    name: `process, ${mode}${unprivileged ? ', unprivileged' : ''}`,
    runtime,
    stateDir,
    leaks,
    isolates: mode === 'namespaces',
    losesIsolation: false,
    ownRoot: mode === 'namespaces',
    ownPorts: mode === 'namespaces',
    namesFollowAtOnce: true,
    node: process.execPath,
    publishesLoopback: true,
    changesNodes: true,
    unfinishedLines: true,
    engineEnv: [],
    assertNothingLeft: () => leaks.assertClean(),
    dispose: async () => {
      // A test that failed may have left its lab.
      for (const lab of await runtime.list()) await (await runtime.open(lab))?.remove();
      await runtime.sweep();
      bundle.remove();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

/** Why a mode cannot be tried here; undefined when it can. */
export async function refusal({ mode, unprivileged }: ProcessSubjectOptions): Promise<string | undefined> {
  if (unprivileged && process.getuid?.() !== 0) return 'only root can give up its rights';
  const probe = new ProcessRuntime({
    stateDir: tmpdir(),
    path: process.env.PATH ?? '',
    supervisor: [],
    mode,
  });
  const { available, detail, hint } = await probe.probe();
  const missing = available ? undefined : `${detail}. ${hint ?? ''}`;
  return skipWithout(mode, missing) || undefined;
}
