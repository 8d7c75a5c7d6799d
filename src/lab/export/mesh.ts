import type { BalancedPort } from '../../runtime/kubernetes/translate/options.ts';
import type { ContainerSpec, NodeSpec } from '../../runtime/node-spec.ts';
import type { LabSpec } from '../lab-spec.ts';
import { clustersOf, configOf } from '../topology/clusters.ts';
import { type ListenerSummary, listenersOf } from '../topology/listeners.ts';

/** A lab whose sidecars a mesh takes the place of. */
export interface MeshSpec {
  readonly nodes: readonly NodeSpec[];
  /** By group. A mesh knows a port's protocol by its name. */
  readonly balanced: ReadonlyMap<string, readonly BalancedPort[]>;
  readonly notes: readonly string[];
}

/**
 * Without the proxies that stand beside an app: a sidecar's port leads to the app's now, so callers notice nothing. A node that is
 * nothing but a proxy, such as a front proxy, stays. Pure.
 */
export function forMesh({ nodes }: LabSpec): MeshSpec {
  const notes: string[] = [];
  const balanced = new Map<string, readonly BalancedPort[]>();
  const kept = nodes.map((node) => {
    if (node.service !== undefined) return node;
    const sidecars = node.containers.filter(({ kind }) => kind === 'engine');
    const apps = node.containers.filter(({ kind }) => kind === 'app');
    const hasSidecar = apps.length > 0 && sidecars.length > 0;
    if (node.index === 1) {
      const led = hasSidecar
        ? sidecars.flatMap((sidecar) => throughSidecar(node, sidecar, notes))
        : sidecars.flatMap((proxy) => ownPorts(proxy));
      const ports = unique([...led, ...appPorts(apps), ...publishedPorts(node, hasSidecar)]);
      if (ports.length > 0) balanced.set(node.group, ports);
    }
    return hasSidecar ? withoutSidecars(node, apps, sidecars) : node;
  });
  for (const node of kept)
    if (node.service !== undefined) balanced.set(node.group, servicePorts(node, balanced));
  return { nodes: kept.map((node) => retarget(node, balanced)), balanced, notes };
}

/** Where a sidecar's listeners lead to: ports of the app beside it. */
function throughSidecar(node: NodeSpec, sidecar: ContainerSpec, notes: string[]): BalancedPort[] {
  const config = configOf(sidecar);
  const clusters = clustersOf(config);
  return listenersOf(config).flatMap((listener) => {
    const names = listener.routes.flatMap(({ to }) => (to.kind === 'clusters' ? to.clusters : []));
    const target = clusters
      .filter(({ name }) => names.includes(name))
      .flatMap(({ endpoints }) => endpoints)
      .find(({ address }) => address === 'localhost' || address === '::1' || address.startsWith('127.'));
    if (target !== undefined)
      return [portOf(listener.protocol === 'http' ? 'http' : 'tcp', listener.port, target.port)];
    notes.push(
      `port ${listener.port} of ${node.group}/${sidecar.name} is gone with its sidecar: it leads to no app of ${node.group}`,
    );
    return [];
  });
}

/** What a proxy that stays listens on. */
function ownPorts(proxy: ContainerSpec): BalancedPort[] {
  return listenersOf(configOf(proxy))
    .filter(({ protocol }) => protocol !== 'udp')
    .map((listener) => portOf(protocolOf(listener), listener.port, listener.port));
}

function protocolOf({ protocol, tls }: ListenerSummary): string {
  if (tls) return protocol === 'http' ? 'https' : 'tls';
  return protocol === 'http' ? 'http' : 'tcp';
}

function appPorts(apps: readonly ContainerSpec[]): BalancedPort[] {
  return apps.flatMap(({ ready }) => {
    if (ready.kind === 'http') return [portOf('http', ready.port, ready.port)];
    return ready.kind === 'tcp' ? [portOf('tcp', ready.port, ready.port)] : [];
  });
}

/** What else is published; a sidecar's admin went with it. */
function publishedPorts({ publish, containers }: NodeSpec, hasSidecar: boolean): BalancedPort[] {
  const admins = containers.flatMap(({ ready }) =>
    ready.kind === 'admin' && ready.address ? [ready.address.port] : [],
  );
  return publish
    .filter(({ port, protocol }) => protocol === 'tcp' && !(hasSidecar && admins.includes(port)))
    .map(({ port }) => portOf(admins.includes(port) ? 'http' : 'tcp', port, port));
}

function portOf(protocol: string, port: number, targetPort: number): BalancedPort {
  return { name: `${protocol}-${port}`, port, targetPort };
}

/** A port once, as it was first told. */
function unique(ports: readonly BalancedPort[]): BalancedPort[] {
  return [...new Map([...ports].reverse().map((port) => [port.port, port])).values()].reverse();
}

function withoutSidecars(
  node: NodeSpec,
  apps: readonly ContainerSpec[],
  sidecars: readonly ContainerSpec[],
): NodeSpec {
  const gone = new Set(sidecars.map(({ name }) => name));
  const admins = sidecars.flatMap(({ ready }) =>
    ready.kind === 'admin' && ready.address ? [ready.address.port] : [],
  );
  return {
    ...node,
    publish: node.publish.filter(({ port }) => !admins.includes(port)),
    containers: apps.map((app) => ({
      ...app,
      dependsOn: app.dependsOn.filter(({ name }) => !gone.has(name)),
    })),
  };
}

/** A service's ports, to where those it selects listen now. */
function servicePorts({ service }: NodeSpec, balanced: MeshSpec['balanced']): BalancedPort[] {
  return service!.ports.map(({ port, targetPort }) => {
    const selected = balanced.get(service!.selects)?.find((candidate) => candidate.port === targetPort);
    const protocol = selected?.name.replace(/-\d+$/, '') ?? 'tcp';
    return portOf(protocol, port, selected?.targetPort ?? targetPort);
  });
}

function retarget(node: NodeSpec, balanced: MeshSpec['balanced']): NodeSpec {
  if (node.service === undefined) return node;
  const ports = balanced.get(node.group)!.map((port) => ({ ...port, protocol: 'tcp' as const }));
  return { ...node, service: { ...node.service, ports } };
}
