import { resolveContainer } from './container.ts';
import { containerFields } from './container-schema.ts';
import type { Context } from './context.ts';
import { shortName } from './names.ts';
import type { NodeFields } from './node-schema.ts';
import { DEFAULT_NETWORK, type SandboxNode } from './sandbox.ts';

const CONTAINER_KEYS = Object.keys(containerFields) as (keyof typeof containerFields)[];
const LABEL_MAX = 63;

/** One node; problems go to the context. */
export function resolveNode(
  context: Context,
  name: string,
  fields: NodeFields,
  networks: readonly string[],
): SandboxNode {
  const path = ['nodes', name];
  const { problems } = context;
  const replicas = fields.replicas ?? 1;
  if (`${name}-${replicas}`.length > LABEL_MAX) {
    const message = `is too long: with a replica's number it must fit in ${LABEL_MAX} characters`;
    problems.add(path, message, { key: true });
  }
  if (name === 'localhost') problems.add(path, 'every node is localhost to itself', { key: true });
  const copy = context.names.nodes.find((node) => node !== name && isReplicaOf(name, node));
  if (copy !== undefined) problems.add(path, `is what a replica of ${copy} is called`, { key: true });
  for (const [index, network] of (fields.networks ?? []).entries()) {
    if (networks.includes(network)) continue;
    const hint = 'name it under the top-level networks';
    problems.add([...path, 'networks', index], `no network "${network}"`, { hint });
  }
  for (const [index, alias] of (fields.aliases ?? []).entries()) {
    const node = context.names.nodeOf(alias);
    if (node === undefined) continue;
    problems.add(
      [...path, 'aliases', index],
      `"${alias}" is the name of ${node === alias ? 'a node' : `a replica of ${node}`}`,
    );
  }
  if (fields.hosts?.localhost !== undefined) {
    problems.add([...path, 'hosts', 'localhost'], 'every node is localhost to itself', { key: true });
  }
  checkPorts(context, name, fields);
  const hosts = Object.keys(fields.hosts ?? {}).length > 0 ? { hosts: fields.hosts } : {};
  return {
    name,
    at: context.document.positionOfKey(path),
    replicas,
    publish: fields.publish ?? [],
    networks: fields.networks ?? [DEFAULT_NETWORK],
    aliases: fields.aliases ?? [],
    ...hosts,
    containers: resolveContainers(context, name, fields),
  };
}

function isReplicaOf(name: string, node: string): boolean {
  return name.startsWith(`${node}-`) && /^[1-9]\d*$/.test(name.slice(node.length + 1));
}

function checkPorts(context: Context, node: string, fields: NodeFields): void {
  const seen = new Map<string, string>();
  for (const [index, { name, port, protocol }] of (fields.publish ?? []).entries()) {
    const key = `${port}/${protocol}`;
    const other = seen.get(key);
    const map = !Array.isArray(publishOf(context, node));
    if (other !== undefined) {
      const path = ['nodes', node, 'publish', map ? name : index];
      context.problems.add(path, `port ${key} is published already${map ? `, as ${other}` : ''}`);
    }
    seen.set(key, name);
  }
}

function publishOf({ document }: Context, node: string): unknown {
  const { nodes } = document.value as { nodes: Record<string, { publish?: unknown } | null> };
  return nodes[node]?.publish;
}

function resolveContainers(context: Context, node: string, fields: NodeFields): SandboxNode['containers'] {
  const path = ['nodes', node];
  if (fields.containers === undefined) {
    const container = shortName(fields);
    return [resolveContainer(context, { node, container, path }, fields)];
  }
  for (const key of CONTAINER_KEYS) {
    if (fields[key] === undefined) continue;
    context.problems.add([...path, key], 'cannot stand beside containers', {
      hint: `put it under the container it is meant for`,
      key: true,
    });
  }
  const containers = Object.entries(fields.containers);
  if (containers.length === 0) context.problems.add([...path, 'containers'], 'must not be empty');
  return containers.map(([container, keys]) =>
    resolveContainer(context, { node, container, path: [...path, 'containers', container] }, keys),
  );
}
