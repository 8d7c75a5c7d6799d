import { LabError } from '../../../error.ts';
import { chooseHostPorts, noContainers } from '../../host-ports.ts';
import type { NodeSpec } from '../../node-spec.ts';
import { isConflict } from '../api/failure.ts';
import { type KubeObject, pathOf } from '../api/objects.ts';
import { annotation } from '../labels.ts';
import type { LabAt } from '../place.ts';
import { hasSame, type NodeRecord, nodeRecord } from '../records.ts';
import { applyAll, deleteAll, requireOurs } from './apply.ts';
import { type Translated, translate } from './translated.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Makes nodes, all or none of them: what they are and what their pods need. Pods are made when their containers start. */
export async function createNodes(lab: LabAt, nodes: readonly NodeSpec[], env: Env): Promise<void> {
  checkNodes(lab, nodes);
  const ports = await chooseHostPorts('user', nodes, noContainers);
  const translated = await translate(lab, nodes, env);
  const now = Date.now();
  const records = nodes.map((spec, index) =>
    nodeRecord(lab.identity, {
      spec,
      published: ports.get(spec.name) ?? [],
      started: [],
      ended: {},
      order: now * 1000 + index,
      ...madeOf(translated, spec),
    }),
  );
  const made: KubeObject[] = [];
  const path = pathOf('ConfigMap', lab.namespace);
  const results = await Promise.allSettled([
    applyAll(
      lab,
      translated.objects.map(({ object }) => object),
    ),
    ...records.map(async (record, index) => {
      try {
        const isMade = (there: KubeObject) => hasSame(annotation.order, record, there);
        await lab.api.json('POST', path, { body: record, isMade });
      } catch (error) {
        if (!isConflict(error)) throw error;
        await requireOurs(lab, 'ConfigMap', record.metadata.name);
        throw new LabError('usage', `node ${nodes[index]!.name} exists already`, { cause: error });
      }
      made.push(record);
    }),
  ]);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed === undefined) return;
  await deleteAll(lab, made).catch(() => {});
  throw failed.reason;
}

/** @throws LabError when a node cannot be had on a cluster */
export function checkNodes({ identity }: LabAt, nodes: readonly NodeSpec[]): void {
  for (const { name, networks, publish } of nodes) {
    const unknown = networks.find((network) => !identity.networks.includes(network));
    if (unknown !== undefined) {
      throw new LabError('runtime', `node ${name}: lab ${identity.lab} has no network ${unknown}`, {
        hint: `It has ${identity.networks.join(', ')}.`,
      });
    }
    const udp = publish.find(({ protocol }) => protocol === 'udp');
    if (udp !== undefined) {
      throw new LabError(
        'usage',
        `node ${name} publishes ${udp.port}/udp, and Kubernetes forwards TCP only`,
        {
          hint: 'leave it away, or run the lab with --runtime docker or process',
        },
      );
    }
  }
}

/** A node's pod, and which of the objects it needs: they go when no other node needs them. */
export function madeOf({ objects, pods }: Translated, spec: NodeSpec): Pick<NodeRecord, 'pod' | 'needs'> {
  const pod = pods.get(spec.name);
  const needs = objects
    .filter(({ nodes }) => nodes.includes(spec.name))
    .map(({ object: { kind = '', metadata } }) => ({ kind, metadata: { name: metadata.name } }));
  return { ...(pod && { pod }), needs };
}
