import type { Path } from '../document/document.ts';
import { didYouMean } from '../document/suggest.ts';
import type { Context } from './context.ts';
import type { SandboxNode, SandboxService } from './sandbox.ts';
import type { ServiceFields } from './service-schema.ts';

const LABEL_MAX = 63;

/** The services; problems go to the context. */
export function resolveServices(
  context: Context,
  services: Readonly<Record<string, ServiceFields>>,
  nodes: readonly SandboxNode[],
): SandboxService[] {
  checkNodeAliases(context, nodes);
  return Object.entries(services).map(([name, fields]) => {
    const path = ['services', name];
    checkName(context, name, path);
    checkAliases(context, name, fields, nodes, path);
    const { ports } = fields;
    if (ports.length === 0) context.problems.add([...path, 'ports'], 'must not be empty');
    checkOnce(context, [...path, 'ports'], ports, (port) => `port ${port} is another's already`);
    checkPublish(context, fields, path);
    const node = requireTarget(context, fields.nodes, nodes, [...path, 'nodes']);
    return {
      name,
      at: context.document.positionOfKey(path),
      nodes: fields.nodes,
      ports,
      publish: fields.publish ?? [],
      aliases: fields.aliases ?? [],
      networks: node?.networks ?? [],
    };
  });
}

function checkName({ names, problems }: Context, name: string, path: Path): void {
  const report = (message: string) => problems.add(path, message, { key: true });
  if (`${name}-1`.length > LABEL_MAX) report(`is too long: with -1 it must fit in ${LABEL_MAX} characters`);
  if (name === 'localhost') report('every node is localhost to itself');
  if (names.nodes.includes(name)) report('is the name of a node');
  else if (names.nodeOf(name) !== undefined) report(`is what a replica of ${names.nodeOf(name)} is called`);
  if (names.nodes.includes(`${name}-1`)) report(`is called ${name}-1 too, which is the name of a node`);
  const other = names.services.find((service) => service !== name && name === `${service}-1`);
  if (other !== undefined) report(`is what service ${other} is called too`);
}

/** Aliases of nodes that are names of services. */
function checkNodeAliases({ names, problems }: Context, nodes: readonly SandboxNode[]): void {
  for (const { name, aliases } of nodes) {
    for (const [index, alias] of aliases.entries()) {
      const service = names.serviceOf(alias);
      if (service === undefined) continue;
      problems.add(['nodes', name, 'aliases', index], `"${alias}" is the name of service ${service}`);
    }
  }
}

function checkAliases(
  { names, problems }: Context,
  name: string,
  fields: ServiceFields,
  nodes: readonly SandboxNode[],
  path: Path,
): void {
  for (const [index, alias] of (fields.aliases ?? []).entries()) {
    const node = names.nodeOf(alias) ?? nodes.find(({ aliases }) => aliases.includes(alias))?.name;
    const service = names.serviceOf(alias);
    const owner = node === undefined ? service && `service ${service}` : `node ${node}`;
    if (owner === undefined) continue;
    const own = service === name ? 'it' : owner;
    problems.add([...path, 'aliases', index], `"${alias}" leads to ${own} already`);
  }
}

/** The node, when the name is one. */
function requireTarget(
  { names, problems, document }: Context,
  name: string,
  nodes: readonly SandboxNode[],
  path: Path,
): SandboxNode | undefined {
  const node = nodes.find((candidate) => candidate.name === name);
  // That none is named was told when the file was read.
  if (node !== undefined || valueAt(document, path) === undefined) return node;
  const group = names.nodeOf(name);
  if (group !== undefined) {
    problems.add(path, `"${name}" is one replica of ${group}; a service leads to all of a node`);
  } else if (names.serviceOf(name) !== undefined) {
    problems.add(path, `"${name}" is a service; it leads to a node`);
  } else {
    problems.add(path, `no node "${name}"`, { hint: didYouMean(name, names.nodes) });
  }
  return undefined;
}

/** Published is what the service carries. */
function checkPublish(context: Context, { ports, publish = [] }: ServiceFields, path: Path): void {
  const at = [...path, 'publish'];
  const step = stepOf(context, at);
  checkOnce(context, at, publish, (port) => `port ${port} is published already`);
  for (const [index, { name, port, protocol }] of publish.entries()) {
    const place = [...at, step(name, index)];
    if (protocol !== 'tcp') context.problems.add(place, 'a service carries TCP only');
    else if (!ports.some((own) => own.port === port)) {
      const known = [...new Set(ports.map((own) => own.port))].join(', ');
      context.problems.add(place, `the service has no port ${port}`, { hint: `its ports: ${known}` });
    }
  }
}

/** Every port number stands there once. */
function checkOnce(
  context: Context,
  path: Path,
  ports: readonly { readonly name: string; readonly port: number }[],
  message: (port: number) => string,
): void {
  const step = stepOf(context, path);
  const seen = new Set<number>();
  for (const [index, { name, port }] of ports.entries()) {
    if (seen.has(port)) context.problems.add([...path, step(name, index)], message(port));
    seen.add(port);
  }
}

/** How an item of a map or a list is reached. */
function stepOf({ document }: Context, path: Path): (name: string, index: number) => string | number {
  const list = Array.isArray(valueAt(document, path));
  return (name, index) => (list ? index : name);
}

function valueAt({ value }: Context['document'], path: Path): unknown {
  let here: unknown = value;
  for (const step of path) here = (here as Record<string | number, unknown> | null | undefined)?.[step];
  return here;
}
