import type { LabIdentity, NodeSpec } from '../node-spec.ts';
import type { Pod, PodContainer } from './api/objects.ts';
import { contentHash } from './content-hash.ts';
import { annotation, label, labelValue, labLabels } from './labels.ts';
import { gateOf } from './states.ts';

const GATE_VOLUME = 'envoy-lab-gate';
const GATE_FOLDER = '/envoy-lab-gate';

/** Waits for the file that is its own name ($0), then becomes the command. */
const WAIT = 'while [ ! -e "$0" ]; do sleep 0.05; done; exec "$@"';

/** How long a pod has after SIGTERM when something else than this lab takes it away, in s. */
const GRACE_S = 2;

/**
 * The pod of a node: as it is translated, and so that the lab can do with its containers what it does elsewhere. What has
 * ended stays so, with its exit code, and its processes can be sent signals.
 */
export function nodePod(identity: LabIdentity, node: NodeSpec, translated: Pod): Pod {
  const needed = new Set(node.containers.flatMap(({ dependsOn }) => dependsOn.map(({ name }) => name)));
  const free = new Set(
    node.containers.flatMap(({ name, once }) => (once && !needed.has(name) ? [name] : [])),
  );
  const { initContainers = [], containers } = translated.spec;
  const before = initContainers.filter(({ name }) => !free.has(name));
  const { initContainers: _, ...rest } = translated.spec;
  const spec = {
    ...rest,
    // A job that nobody waits for runs beside the others, and its failure is its own.
    ...(before.length > 0 && { initContainers: before }),
    containers: [...containers, ...initContainers.filter(({ name }) => free.has(name))],
    restartPolicy: 'Never',
    shareProcessNamespace: true,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: GRACE_S,
  };
  const { labels, annotations, name } = translated.metadata;
  const own = {
    ...labels,
    ...labLabels(identity),
    [label.node]: labelValue(node.name),
    [label.group]: labelValue(node.group),
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      labels: own,
      annotations: {
        ...annotations,
        [annotation.hash]: contentHash([spec, own, node.containers.map(({ hash }) => hash)]),
      },
    },
    spec,
  };
}

/** Containers of a node that are to wait, though its pod begins. */
export function heldBack(
  node: NodeSpec,
  started: readonly string[],
  stopped: readonly string[],
): readonly string[] {
  const own = new Set(node.containers.map(({ name }) => name));
  return node.containers
    .filter(({ name, dependsOn }) => {
      if (started.includes(name)) return false;
      // The pod's own order holds back what waits for others of the same pod only.
      const ordered = dependsOn.length > 0 && dependsOn.every((dependency) => own.has(dependency.name));
      return stopped.includes(name) || !ordered;
    })
    .map(({ name }) => name);
}

/** Whether a container of a pod was made to wait; the pod's own order holds back others. */
export function hasGate({ spec }: Pod, container: string): boolean {
  return [...(spec.initContainers ?? []), ...spec.containers].some(
    ({ name, volumeMounts = [] }) =>
      name === container && volumeMounts.some((mount) => 'name' in mount && mount.name === GATE_VOLUME),
  );
}

/** A pod in which these containers wait until they are started. */
export function withGates(pod: Pod, held: readonly string[]): Pod {
  if (held.length === 0) return pod;
  const gated = (container: PodContainer): PodContainer => {
    if (!held.includes(container.name)) return container;
    const { command = [], args = [], volumeMounts = [] } = container;
    return {
      ...container,
      command: ['sh', '-c', WAIT, gateOf(container.name), ...command, ...args],
      args: [],
      volumeMounts: [...volumeMounts, { name: GATE_VOLUME, mountPath: GATE_FOLDER }],
    };
  };
  const { containers, initContainers, volumes = [] } = pod.spec;
  return {
    ...pod,
    spec: {
      ...pod.spec,
      containers: containers.map(gated),
      ...(initContainers && { initContainers: initContainers.map(gated) }),
      volumes: [...volumes, { name: GATE_VOLUME, emptyDir: {} }],
    },
  };
}
