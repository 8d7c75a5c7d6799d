import type { LabIdentity } from '../node-spec.ts';
import { isMissing } from './api/failure.ts';
import type { ConfigMap, KubeList, Pod } from './api/objects.ts';
import { pathOf } from './api/objects.ts';
import { annotation, label } from './labels.ts';
import { labRecordName, nodeRecordName } from './names.ts';
import { isOurs, type LabAt, ofLab } from './place.ts';
import { identityOf, nodeRecordOf } from './records.ts';
import type { NodeObject } from './states.ts';

/** All that the cluster holds of a lab. */
export interface LabObjects {
  readonly identity: LabIdentity;
  /** ms since the epoch. */
  readonly createdAt: number;
  readonly nodes: readonly NodeObject[];
}

/** @returns undefined when the lab is not there, or being taken away */
export async function listLab({ api, namespace, identity: { lab } }: LabAt): Promise<LabObjects | undefined> {
  const query = { labelSelector: ofLab(lab) };
  const [maps, pods] = await Promise.all([
    api.get<KubeList<ConfigMap>>(pathOf('ConfigMap', namespace), {
      query: { labelSelector: `${ofLab(lab)},${label.record}` },
    }),
    api.get<KubeList<Pod>>(pathOf('Pod', namespace), { query }),
  ]);
  const own = maps.items.find(({ metadata }) => metadata.name === labRecordName(lab));
  if (own === undefined || own.metadata.deletionTimestamp !== undefined) return undefined;
  return { ...identityOf(own), nodes: nodesOf(maps.items, pods.items) };
}

/** Nodes in the order in which they were made, joined with their pods. */
export function nodesOf(maps: readonly ConfigMap[], pods: readonly Pod[]): NodeObject[] {
  return maps
    .filter(({ metadata }) => metadata.labels?.[label.record] === 'node')
    .map(nodeRecordOf)
    .sort((a, b) => a.order - b.order)
    .map((record) => ({ record, pod: pods.find(({ metadata }) => metadata.name === record.spec.name) }));
}

/** @returns undefined when there is no such node, also when one of that name is another lab's in the same namespace */
export async function findNode(lab: LabAt, name: string): Promise<NodeObject | undefined> {
  const { api, namespace } = lab;
  try {
    const map = await api.get<ConfigMap>(pathOf('ConfigMap', namespace, nodeRecordName(name)));
    if (!isOurs(lab, map)) return undefined;
    const record = nodeRecordOf(map);
    return { record, pod: await findPod(lab, record.spec.name) };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** @returns undefined also when a pod of that name is not the lab's */
export async function findPod(lab: LabAt, name: string): Promise<Pod | undefined> {
  try {
    const pod = await lab.api.get<Pod>(pathOf('Pod', lab.namespace, name));
    return isOurs(lab, pod) ? pod : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Whether a pod was made from what its node is now. */
export function isCurrent({ record, pod }: NodeObject): boolean {
  return pod?.metadata.annotations?.[annotation.hash] === record.pod?.metadata.annotations?.[annotation.hash];
}
