import { constants } from 'node:os';
import { LabError } from '../../../error.ts';
import { execQuietly } from '../exec/exec.ts';
import type { LabAt } from '../place.ts';
import { runs } from '../select.ts';
import type { NodeObject } from '../states.ts';
import { changeRecord } from './change-record.ts';
import { endPod } from './end-pod.ts';

/**
 * Sends a signal ($1) to the main process of the container that this runs in: the oldest that has its mount namespace and a
 * parent outside the pod. The pod's containers share their process ids, so that also SIGKILL reaches it.
 */
const SCRIPT = `
own=$(readlink /proc/self/ns/mnt) best= since=
for dir in /proc/[0-9]*; do
  [ "$(readlink "$dir/ns/mnt" 2>/dev/null)" = "$own" ] || continue
  { IFS= read -r stat < "$dir/stat"; } 2>/dev/null || continue
  signal=$1
  set -- \${stat##*) }
  if [ "$2" = 0 ] && { [ -z "$best" ] || [ "\${20}" -lt "$since" ]; }; then best=\${dir#/proc/} since=\${20}; fi
  set -- "$signal"
done
[ -n "$best" ] && kill -"$1" "$best"`;

/** @throws LabError `runtime` when it cannot be done there: it takes a shell in the container's image */
export async function signalMain(
  lab: LabAt,
  { record }: NodeObject,
  container: string,
  signal: NodeJS.Signals,
): Promise<void> {
  const where = `${record.spec.name}/${container}`;
  const number = String(constants.signals[signal]);
  const argv = ['sh', '-c', SCRIPT, 'sh', number];
  const { code, stderr } = await execQuietly(lab, { pod: record.spec.name, container, argv });
  // Who is killed may take the shell's own container along before it has said how it went.
  if (code === 0 || code === 137) return;
  throw new LabError(
    'runtime',
    `cannot send ${signal} to ${where}: ${stderr.trim() || `exit code ${code}`}`,
    {
      hint: 'Kubernetes has no call for signals: it takes sh, readlink and kill in the image',
    },
  );
}

/**
 * Sends a signal to the main process of each of these containers that runs.
 * @throws LabError `runtime` when it cannot be done there: see {@link signalMain}
 */
export async function killContainers(
  lab: LabAt,
  node: NodeObject,
  names: readonly string[],
  signal: NodeJS.Signals,
): Promise<void> {
  await Promise.all(
    names.filter((name) => runs(node, name)).map((name) => signalMain(lab, node, name, signal)),
  );
}

/** Takes a node away at once, as when its machine dies. What it is stays. */
export async function killNode(lab: LabAt, node: NodeObject): Promise<void> {
  const { record, pod } = node;
  await changeRecord(lab, record.spec.name, ({ ended }) => ({
    ended: {
      ...ended,
      ...Object.fromEntries(
        record.spec.containers
          .filter(({ name }) => runs(node, name))
          .map(({ name }) => [name, { state: 'exited' as const, exitCode: 137 }]),
      ),
    },
  }));
  if (pod !== undefined) await endPod(lab, pod, 0);
}
