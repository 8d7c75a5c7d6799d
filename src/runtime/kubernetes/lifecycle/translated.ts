import type { NodeSpec } from '../../node-spec.ts';
import type { KubeObject, Pod } from '../api/objects.ts';
import { label, labelValue, labLabels } from '../labels.ts';
import type { LabAt } from '../place.ts';
import { nodePod } from '../pod.ts';
import { readHostFiles } from '../translate/host-files.ts';
import type { LabelScheme } from '../translate/labels.ts';
import { imageNames } from '../translate/options.ts';
import { ownedObjects } from '../translate/translate.ts';

/** What nodes become in the cluster. */
export interface Translated {
  /** ConfigMaps and Services, with the names of the nodes that each is there for. */
  readonly objects: readonly { readonly object: KubeObject; readonly nodes: readonly string[] }[];
  /** By node; a service has none. */
  readonly pods: ReadonlyMap<string, Pod>;
}

/** How all objects of a lab are marked. */
const scheme: LabelScheme = {
  lab: labLabels,
  pod: labLabels,
  group: ({ lab }, group) => ({ [label.lab]: labelValue(lab), [label.group]: labelValue(group) }),
  node: (name) => ({ [label.node]: labelValue(name) }),
};

type Env = Readonly<Record<string, string | undefined>>;

/** @throws LabError `invalid` when a node has what a cluster cannot give it */
export async function translate(
  { identity, namespace }: LabAt,
  nodes: readonly NodeSpec[],
  env: Env,
): Promise<Translated> {
  const contents = await readHostFiles(nodes);
  const options = {
    images: imageNames(env),
    contents,
    labels: scheme,
    namespace,
    workload: 'Pod',
    security: 'image',
    waits: false,
  } as const;
  const all = ownedObjects(identity, nodes, options) as unknown as Translated['objects'];
  const pods = new Map<string, Pod>();
  for (const node of nodes) {
    const pod = all.find(({ object, nodes: of }) => object.kind === 'Pod' && of.includes(node.name));
    if (pod !== undefined) pods.set(node.name, nodePod(identity, node, pod.object as Pod));
  }
  return { objects: all.filter(({ object }) => object.kind !== 'Pod'), pods };
}
