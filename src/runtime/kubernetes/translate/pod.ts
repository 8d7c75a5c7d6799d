import { createHash } from 'node:crypto';
import type {
  V1ConfigMap,
  V1Container,
  V1HostAlias,
  V1ObjectMeta,
  V1PodSpec,
  V1PodTemplateSpec,
} from '@kubernetes/client-node';
import type { LabIdentity, NodeSpec, PublishSpec } from '../../node-spec.ts';
import { containerPorts, podContainer } from './container.ts';
import { dataPlaneVolume, isDataPlane } from './data-plane.ts';
import { annotation } from './labels.ts';
import type { TranslateOptions } from './options.ts';
import { type OrderedContainer, orderContainers } from './order.ts';
import { probedPort } from './probe.ts';
import { containerSecurity, podSecurity } from './security.ts';
import { containerFiles } from './volumes.ts';
import { hold, waitContainers, waiting } from './waits.ts';

export interface PodContext {
  readonly identity: LabIdentity;
  readonly options: TranslateOptions;
  /** All of the lab. */
  readonly nodes: readonly NodeSpec[];
  /** ConfigMaps with the data plane. */
  readonly dataPlane: readonly V1ConfigMap[];
  metadata(name: string): V1ObjectMeta;
}

/** A node's pod, and the ConfigMaps that only it uses. */
export interface PodParts {
  readonly template: V1PodTemplateSpec;
  readonly maps: readonly V1ConfigMap[];
}

/**
 * The pod of a node, which is the same for all replicas of its group.
 * @throws LabError `invalid` when a cluster cannot give it what it has
 */
export function podOf(node: NodeSpec, context: PodContext): PodParts {
  const { identity, options, nodes, dataPlane } = context;
  const { images, security, contents, labels } = options;
  const ordered = orderContainers(node.containers);
  const files = new Map(
    node.containers.map((container) => [
      container.name,
      containerFiles(node, container, { contents, metadata: context.metadata('') }),
    ]),
  );
  const holders = portHolders(node, ordered);
  const made = ordered.map((placed) => {
    const { mounts } = files.get(placed.container.name)!;
    const own = node.publish.filter((port) => holders.get(port) === placed);
    const ports = containerPorts(own, node.publish);
    return { role: placed.role, made: podContainer(node, placed, { images, security, mounts, ports }) };
  });
  const containers = made.filter(({ role }) => role === 'main').map((each) => each.made);
  if (containers.length === 0) containers.push(keeper(node, context));
  const initContainers = [
    ...(options.waits ? waitContainers(node, nodes, options) : []),
    ...made.filter(({ role }) => role !== 'main').map((each) => each.made),
  ];
  const volumes = [
    ...(node.containers.some(isDataPlane) ? [dataPlaneVolume(dataPlane)] : []),
    ...[...files.values()].flatMap((each) => each.volumes),
  ];
  const hostAliases = aliasesOf(node.hosts ?? {});
  const maps = [...files.values()].flatMap((each) => each.maps);
  const spec: V1PodSpec = {
    ...(initContainers.length > 0 && { initContainers }),
    containers,
    ...(hostAliases.length > 0 && { hostAliases }),
    automountServiceAccountToken: false,
    // The cluster's variables for its services could be taken for the app's own.
    enableServiceLinks: false,
    // Then no process is process 1, which does not hear the signals it has no handler for.
    shareProcessNamespace: true,
    securityContext: podSecurity(security),
    ...(volumes.length > 0 && { volumes }),
  };
  return {
    maps,
    template: {
      metadata: {
        labels: { ...labels.group(identity, node.group), ...labels.pod(identity, node.group) },
        ...(maps.length > 0 && { annotations: { [annotation.files]: hashOf(maps) } }),
      },
      spec,
    },
  };
}

/** Who is said to open a published port, which is the pod's: whoever is asked there, else the proxy, else the first. */
function portHolders(
  { publish }: NodeSpec,
  ordered: readonly OrderedContainer[],
): Map<PublishSpec, OrderedContainer | undefined> {
  const running = ordered.filter(({ role }) => role !== 'job');
  const first = running.find(({ container }) => container.kind === 'engine') ?? running[0];
  const asked = (port: number) => running.find(({ container }) => probedPort(container.ready) === port);
  return new Map(publish.map((published) => [published, asked(published.port) ?? first]));
}

function keeper(node: NodeSpec, { options }: PodContext): V1Container {
  const securityContext = containerSecurity(node, waiting, options.security);
  return {
    name: 'hold',
    image: options.images.base,
    command: [...hold],
    ...(securityContext && { securityContext }),
  };
}

/** `/etc/hosts` as the cluster wants it: names by address. */
function aliasesOf(hosts: Readonly<Record<string, string>>): V1HostAlias[] {
  const byAddress = new Map<string, string[]>();
  for (const [name, ip] of Object.entries(hosts)) byAddress.set(ip, [...(byAddress.get(ip) ?? []), name]);
  return [...byAddress].map(([ip, hostnames]) => ({ ip, hostnames }));
}

/** Of all that the ConfigMaps hold: pods do not see a file that was mounted by itself change. */
function hashOf(maps: readonly V1ConfigMap[]): string {
  const content = maps.map(({ data, binaryData }) => [data, binaryData]);
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 12);
}
