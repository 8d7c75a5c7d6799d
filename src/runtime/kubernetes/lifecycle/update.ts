import { chooseHostPorts, noContainers } from '../../host-ports.ts';
import type { NodeSpec } from '../../node-spec.ts';
import { type KubeObject, pathOf } from '../api/objects.ts';
import { annotation } from '../labels.ts';
import type { LabAt } from '../place.ts';
import { heldBack } from '../pod.ts';
import { type NodeRecord, nodeRecord } from '../records.ts';
import type { NodeObject } from '../states.ts';
import { applyAll, deleteAll } from './apply.ts';
import { changeRecord } from './change-record.ts';
import { checkNodes, madeOf } from './create.ts';
import { endPod } from './end-pod.ts';
import { makePod } from './make-pod.ts';
import { translate } from './translated.ts';
import { untilRunning } from './until-running.ts';

/** How long what runs in a pod that is replaced has to end, in s. */
const GRACE_S = 2;

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Gives nodes other specs. A pod is made once and for all: when anything of it differs it is taken away and
 * there is another, in which all that is unchanged begins anew at once.
 */
export async function updateNodes(
  lab: LabAt,
  pairs: readonly (readonly [NodeObject, NodeSpec])[],
  {
    env,
    rest,
    signal,
  }: { readonly env: Env; readonly rest: readonly NodeObject[]; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const changed = pairs.filter(([{ record }, spec]) => JSON.stringify(record.spec) !== JSON.stringify(spec));
  if (changed.length === 0) return;
  const specs = changed.map(([, spec]) => spec);
  checkNodes(lab, specs);
  const fresh = changed.map(([{ record }, spec]) => ({
    ...spec,
    publish: spec.publish.filter((port) => !record.published.some((had) => isSame(had, port))),
  }));
  const [ports, translated] = await Promise.all([
    chooseHostPorts('user', fresh, noContainers),
    translate(lab, specs, env),
  ]);
  await applyAll(
    lab,
    translated.objects.map(({ object }) => object),
  );
  const records = changed.map(([{ record: before }, spec]): NodeRecord => {
    const kept = spec.containers.filter(({ name, hash }) =>
      before.spec.containers.some((container) => container.name === name && container.hash === hash),
    );
    const keptNames = kept.map(({ name }) => name);
    const chosen = [...before.published, ...(ports.get(spec.name) ?? [])];
    return {
      spec,
      order: before.order,
      ...madeOf(translated, spec),
      published: spec.publish.flatMap((port) => chosen.find((had) => isSame(had, port)) ?? []),
      started: before.started.filter((name) => keptNames.includes(name)),
      ended: Object.fromEntries(Object.entries(before.ended).filter(([name]) => keptNames.includes(name))),
    };
  });
  const same = pairs.filter((pair) => !changed.includes(pair)).map(([node]) => node);
  const needed = [...records, ...[...same, ...rest].map(({ record }) => record)].map(({ needs }) => needs);
  await Promise.all(
    changed.map(async ([node, spec], index) => {
      const before = node.record;
      const record = records[index]!;
      const { pod } = record;
      const hashOf = (made: NodeRecord['pod']) => made?.metadata.annotations?.[annotation.hash];
      const replaced = node.pod !== undefined && hashOf(before.pod) !== hashOf(pod);
      // What is to run and has no pod would have ended by itself.
      const body = nodeRecord(lab.identity, replaced ? { ...record, started: [] } : record);
      await lab.api.json('PUT', pathOf('ConfigMap', lab.namespace, body.metadata.name), { body });
      if (replaced) await endPod(lab, node.pod!, GRACE_S);
      if (replaced && pod !== undefined && record.started.length > 0) {
        const { started } = record;
        const held = heldBack(spec, started, Object.keys(record.ended));
        await makePod(lab, pod, held);
        await changeRecord(lab, spec.name, () => ({ started }));
        await untilRunning(lab, { node: spec.name, pod: spec.name, containers: started }, { signal });
      }
      await deleteAll(lab, unneeded(before.needs, needed));
    }),
  );
}

/** What of these nobody else needs. */
export function unneeded(
  had: NodeRecord['needs'],
  others: readonly NodeRecord['needs'][],
): readonly KubeObject[] {
  const needed = new Set(others.flat().map(({ kind, metadata }) => `${kind}/${metadata.name}`));
  const seen = new Set<string>();
  return had.filter(({ kind, metadata }) => {
    const key = `${kind}/${metadata.name}`;
    return !needed.has(key) && !seen.has(key) && seen.add(key);
  });
}

interface Port {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
}

const isSame = (a: Port, b: Port) => a.name === b.name && a.port === b.port && a.protocol === b.protocol;
