import type { V1Deployment, V1Pod, V1PodTemplateSpec, V1StatefulSet } from '@kubernetes/client-node';
import { LabError } from '../../../error.ts';
import type { NodeSpec } from '../../node-spec.ts';
import type { PodContext } from './pod.ts';

/** What the name of a StatefulSet may have: its pods' label of a revision has it, a dash and ten characters, 63 in all. */
const LONGEST = 52;

function checkLength(name: string): void {
  if (name.length <= LONGEST) return;
  throw new LabError(
    'invalid',
    `the name ${name} has ${name.length} letters, and a StatefulSet gets pods with ${LONGEST} at most`,
    { hint: 'give the node a shorter name in sandbox.yaml' },
  );
}

/** A workload, and the names of the nodes that it keeps. */
export interface OwnedWorkload {
  readonly object: V1StatefulSet | V1Deployment | V1Pod;
  readonly nodes: readonly string[];
}

/** What keeps the replicas of a group: one object, or a pod for each. */
export function workloads(
  replicas: readonly NodeSpec[],
  template: V1PodTemplateSpec,
  { identity, options, metadata }: Pick<PodContext, 'identity' | 'options' | 'metadata'>,
): OwnedWorkload[] {
  const { group } = replicas[0]!;
  const nodes = replicas.map(({ name }) => name);
  const { labels, workload } = options;
  const spec = {
    replicas: replicas.length,
    selector: { matchLabels: { ...labels.group(identity, group) } },
    template,
  };
  switch (workload) {
    case 'StatefulSet':
      checkLength(group);
      return [
        {
          nodes,
          object: {
            apiVersion: 'apps/v1',
            kind: 'StatefulSet',
            metadata: metadata(group),
            spec: {
              serviceName: group,
              replicas: spec.replicas,
              // Numbered as everywhere: service1-1 is the first.
              ordinals: { start: 1 },
              podManagementPolicy: 'Parallel',
              selector: spec.selector,
              template,
            },
          },
        },
      ];
    case 'Deployment':
      return [
        { nodes, object: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: metadata(group), spec } },
      ];
    case 'Pod':
      return replicas.map((node) => ({
        nodes: [node.name],
        object: {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: {
            ...metadata(node.name),
            ...template.metadata!,
            labels: { ...template.metadata!.labels, ...labels.node(node.name) },
          },
          spec: { hostname: node.name, subdomain: group, restartPolicy: 'Never', ...template.spec! },
        },
      }));
  }
}
