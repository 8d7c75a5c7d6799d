import { setTimeout as delay } from 'node:timers/promises';
import { findPod } from '../list.ts';
import type { LabAt } from '../place.ts';
import type { Ended } from '../records.ts';
import { runs } from '../select.ts';
import { exitCodeOf, type NodeObject, statusOf } from '../states.ts';
import { changeRecord } from './change-record.ts';
import { endPod } from './end-pod.ts';
import { signalMain } from './signal.ts';

/** Takes a node's pod away and keeps what it is, so that it can be started again. */
export async function stopNode(lab: LabAt, node: NodeObject, graceMs: number): Promise<void> {
  const { record, pod } = node;
  // Said first: whoever sees it end knows that it was asked for.
  const stopped = (codes?: ReadonlyMap<string, number>): Record<string, Ended> =>
    Object.fromEntries(
      record.spec.containers.map(({ name }) => {
        const exitCode = codes?.get(name) ?? record.ended[name]?.exitCode;
        return [name, { state: 'stopped', ...(exitCode !== undefined && { exitCode }) }];
      }),
    );
  await changeRecord(lab, record.spec.name, () => ({ ended: stopped() }));
  const codes =
    pod === undefined ? undefined : await endPod(lab, pod, Math.max(1, Math.ceil(graceMs / 1000)));
  await changeRecord(lab, record.spec.name, () => ({ started: [], ended: stopped(codes) }));
}

/** Ends some containers of a node by signals; the others run on. */
export async function stopContainers(
  lab: LabAt,
  node: NodeObject,
  names: readonly string[],
  graceMs: number,
): Promise<void> {
  const { name } = node.record.spec;
  const running = names.filter((container) => runs(node, container));
  await changeRecord(lab, name, ({ ended }) => ({
    ended: {
      ...ended,
      ...Object.fromEntries(names.map((container) => [container, { state: 'stopped' } as const])),
    },
  }));
  await Promise.all(
    running.map(async (container) => {
      await signalMain(lab, node, container, 'SIGTERM');
      if (await hasEnded(lab, node, container, graceMs)) return;
      await signalMain(lab, node, container, 'SIGKILL');
      await hasEnded(lab, node, container, 10_000);
    }),
  );
  const pod = await findPod(lab, node.record.spec.name);
  await changeRecord(lab, name, ({ ended, started }) => ({
    started: started.filter((container) => !names.includes(container)),
    ended: {
      ...ended,
      ...Object.fromEntries(
        names.map((container) => {
          const { terminated } = statusOf(pod, container)?.state ?? {};
          return [
            container,
            { state: 'stopped' as const, ...(terminated && { exitCode: exitCodeOf(terminated) }) },
          ];
        }),
      ),
    },
  }));
}

async function hasEnded(lab: LabAt, { record }: NodeObject, container: string, ms: number): Promise<boolean> {
  const deadline = Date.now() + ms;
  for (;;) {
    const pod = await findPod(lab, record.spec.name);
    if (statusOf(pod, container)?.state?.running === undefined) return true;
    if (Date.now() > deadline) return false;
    await delay(50);
  }
}
