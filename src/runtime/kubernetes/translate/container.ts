import type { V1Container, V1ContainerPort, V1VolumeMount } from '@kubernetes/client-node';
import { LabError } from '../../../error.ts';
import type { ContainerSpec, NodeSpec, PublishSpec } from '../../node-spec.ts';
import { dataPlaneCommand, dataPlaneMount, isDataPlane } from './data-plane.ts';
import { escapeDollars } from './dollars.ts';
import type { ImageNames, Security } from './options.ts';
import type { OrderedContainer } from './order.ts';
import { readinessProbe, startupProbe } from './probe.ts';
import { containerSecurity } from './security.ts';

/** A container in the cluster's words. */
export function podContainer(
  node: NodeSpec,
  { container, role }: OrderedContainer,
  options: {
    readonly images: ImageNames;
    readonly security: Security;
    readonly mounts: readonly V1VolumeMount[];
    readonly ports: readonly V1ContainerPort[];
  },
): V1Container {
  const { images, security, mounts, ports } = options;
  const { env: variables, argv, args } = container.perReplica ?? container;
  const command = isDataPlane(container) ? dataPlaneCommand(container) : [...argv];
  const words = container.perReplica === undefined ? escapeDollars : withReplica;
  const env = [
    ...(container.perReplica === undefined ? [] : [replicaVariable]),
    ...Object.entries(variables).map(([name, value]) => ({ name, value: words(value) })),
  ];
  const volumeMounts = [...(isDataPlane(container) ? [dataPlaneMount] : []), ...mounts];
  const startup = role === 'early' ? startupProbe(container) : undefined;
  const readiness = role === 'job' ? undefined : readinessProbe(container);
  const securityContext = containerSecurity(node, container, security);
  return {
    name: container.name,
    image: imageOf(node, container, images),
    ...(command.length > 0 && { command: command.map(words) }),
    ...(args !== undefined && { args: args.map(words) }),
    ...(container.workdir !== undefined && { workingDir: container.workdir }),
    ...(env.length > 0 && { env }),
    ...(ports.length > 0 && { ports: [...ports] }),
    ...(role === 'early' && { restartPolicy: 'Always' }),
    ...(startup && { startupProbe: startup }),
    ...(readiness && { readinessProbe: readiness }),
    ...(securityContext && { securityContext }),
    ...(volumeMounts.length > 0 && { volumeMounts }),
  };
}

/**
 * The image of a registry that a container starts from.
 * @throws LabError `invalid` when its programs are those of this machine, and nothing names an image that has them
 */
export function imageOf(node: Pick<NodeSpec, 'group'>, container: ContainerSpec, images: ImageNames): string {
  const { rootfs, engine, engineVersion = '' } = container;
  if (rootfs.reference !== undefined) return rootfs.reference;
  if (container.kind === 'engine' && engine === 'envoy') return images.envoy(engineVersion);
  if (container.kind === 'engine') return images.node;
  if (rootfs.base !== undefined) return images.named(rootfs.name, rootfs.base);
  const missing = rootfs.programs.map(({ name }) => name).filter((name) => !stock.has(name));
  if (missing.length === 0) return images.node;
  throw new LabError(
    'invalid',
    `${node.group}/${container.name} needs ${missing.join(', ')}, which no stock image is known to have`,
    { hint: 'name one that has it with base: in the image.yaml (docs/image.md)' },
  );
}

/** What Node's image on Debian has of what commands usually are. */
const stock = new Set(
  (
    'node npm npx bash sh dash env sleep true false echo printf cat cp mv rm ln ls mkdir mktemp touch chmod chown date ' +
    'head tail sort uniq wc tr cut tee test timeout id hostname grep sed awk find xargs tar gzip getent seq yes nice perl'
  ).split(' '),
);

/** A variable that the cluster gives the pod's name, for words that tell it. */
const replicaVariable = {
  name: 'ENVOY_LAB_REPLICA',
  valueFrom: { fieldRef: { fieldPath: 'metadata.name' } },
};

function withReplica(text: string): string {
  return text.split('{{replica}}').map(escapeDollars).join(`$(${replicaVariable.name})`);
}

/** Published ports as a container's, with the names they have among all of the node. */
export function containerPorts(
  own: readonly PublishSpec[],
  publish: readonly PublishSpec[],
): V1ContainerPort[] {
  const names = portNames(publish);
  return own.map((published) => ({
    name: names[publish.indexOf(published)]!,
    containerPort: published.port,
    ...(published.protocol === 'udp' && { protocol: 'UDP' }),
  }));
}

/** A name for each port that the cluster takes: at most 15 lower-case letters, digits and dashes, with a letter. */
export function portNames(ports: readonly { readonly name: string; readonly port: number }[]): string[] {
  const taken = new Set<string>();
  return ports.map(({ name, port }) => {
    let own = name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .slice(0, 15)
      .replace(/^-+|-+$/g, '');
    if (!/[a-z]/.test(own) || taken.has(own)) own = `port-${port}`;
    if (taken.has(own)) own = `port-${port}-${taken.size}`;
    taken.add(own);
    return own;
  });
}
