import { imageOf } from '../../../runtime/kubernetes/translate/container.ts';
import { dataPlaneStart, isDataPlane } from '../../../runtime/kubernetes/translate/data-plane.ts';
import type { ImageNames } from '../../../runtime/kubernetes/translate/options.ts';
import { hold } from '../../../runtime/kubernetes/translate/waits.ts';
import type { ContainerSpec, NodeSpec, PublishSpec } from '../../../runtime/node-spec.ts';
import type { ComposeConfigs } from './files.ts';
import { healthcheckOf } from './healthcheck.ts';
import type { ComposeService, Condition } from './model.ts';

export interface ServicesContext {
  readonly nodes: readonly NodeSpec[];
  readonly images: ImageNames;
  readonly configs: ComposeConfigs;
}

/**
 * A node as services of Compose: one where it has one container; else one that holds the network, which the containers join, as
 * those of a pod do.
 */
export function nodeServices(
  node: NodeSpec,
  context: ServicesContext,
): [name: string, service: ComposeService][] {
  const { nodes, images } = context;
  const own = serviceName(node, nodes);
  const place = {
    hostname: node.name,
    networks: networksOf(node, own),
    ...(node.hosts && { extra_hosts: Object.entries(node.hosts).map(([name, ip]) => `${name}=${ip}`) }),
    ...(node.publish.length > 0 && { ports: node.publish.map(portOf) }),
  };
  const [only] = node.containers;
  if (only !== undefined && node.containers.length === 1)
    return [[own, containerService(node, only, context, place)]];
  return [
    // Keeps the node's network while its containers come and go.
    [own, { image: images.base, ...place, entrypoint: [...hold] }],
    ...node.containers.map((container): [string, ComposeService] => [
      containerServiceName(node, container.name, nodes),
      containerService(node, container, context, { network_mode: `service:${own}` }),
    ]),
  ];
}

function containerService(
  node: NodeSpec,
  container: ContainerSpec,
  { nodes, images, configs }: ServicesContext,
  place: Partial<ComposeService>,
): ComposeService {
  const { argv, args, env, user, workdir, volumes } = container;
  const mounts = configs.mountsOf(node, container);
  const healthcheck = healthcheckOf(container);
  const dependencies = dependenciesOf(node, container, nodes);
  const entrypoint = isDataPlane(container) ? ['node', dataPlaneStart, ...argv.slice(1)] : argv;
  return {
    image: imageOf(node, container, images),
    ...place,
    // Then what it runs is not process 1, which does not hear the signals it has no handler for.
    init: true,
    ...(user !== undefined && { user }),
    ...(workdir !== undefined && { working_dir: workdir }),
    ...(entrypoint.length > 0 && { entrypoint: [...entrypoint] }),
    ...(args !== undefined && { command: [...args] }),
    ...(Object.keys(env).length > 0 && { environment: { ...env } }),
    ...(mounts.length > 0 && { configs: mounts }),
    ...(volumes.length > 0 && {
      volumes: volumes.map(({ hostPath, path, readOnly }) => ({
        type: 'bind' as const,
        source: hostPath,
        target: path,
        ...(readOnly && { read_only: true }),
      })),
    }),
    ...(healthcheck && { healthcheck }),
    ...(Object.keys(dependencies).length > 0 && { depends_on: dependencies }),
  };
}

/** What a container waits for: others of its node, or all of another node's replicas. */
function dependenciesOf(
  node: NodeSpec,
  container: ContainerSpec,
  nodes: readonly NodeSpec[],
): NonNullable<ComposeService['depends_on']> {
  const found: Record<string, { condition: Condition }> = {};
  for (const { name, until } of container.dependsOn) {
    const sibling = node.containers.find((other) => other.name === name);
    const waited =
      sibling !== undefined
        ? [{ node, container: sibling }]
        : nodes
            .filter(({ group }) => group === name)
            .flatMap((other) => other.containers.map((each) => ({ node: other, container: each })));
    for (const { node: other, container: each } of waited) {
      found[containerServiceName(other, each.name, nodes)] = { condition: conditionOf(each, until) };
    }
  }
  return found;
}

function conditionOf(container: ContainerSpec, until: 'ready' | 'done'): Condition {
  if (container.once || until === 'done') return 'service_completed_successfully';
  return healthcheckOf(container) === undefined ? 'service_started' : 'service_healthy';
}

/** A node's own name where it is the only one, for it is what people type. */
function serviceName({ group, name }: NodeSpec, nodes: readonly NodeSpec[]): string {
  return nodes.filter((other) => other.group === group).length === 1 ? group : name;
}

function containerServiceName(node: NodeSpec, container: string, nodes: readonly NodeSpec[]): string {
  const own = serviceName(node, nodes);
  return node.containers.length === 1 ? own : `${own}-${container}`;
}

function networksOf(
  { networks, name, group, aliases }: NodeSpec,
  own: string,
): NonNullable<ComposeService['networks']> {
  const names = [...new Set([group, name, ...aliases])].filter((alias) => alias !== own);
  return Object.fromEntries(networks.map((network) => [network, { aliases: names }]));
}

function portOf({ port, protocol, hostPort }: PublishSpec): string {
  const host = hostPort === 0 ? '' : hostPort < 1024 ? hostPort + 10_000 : hostPort;
  return `127.0.0.1:${host}:${port}${protocol === 'udp' ? '/udp' : ''}`;
}
