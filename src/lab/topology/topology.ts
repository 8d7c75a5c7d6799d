import type { ContainerSpec, NodeSpec, ServiceSpec } from '../../runtime/node-spec.ts';
import { forwarderName } from '../resolve/service.ts';
import { type ClusterSummary, clustersOf, configOf } from './clusters.ts';
import { type ListenerSummary, listenersOf, type RouteSummary } from './listeners.ts';

/** Who sends to whom in a lab: made from Envoy configs alone, so it can be drawn before anything runs. */
export interface Topology {
  readonly lab: string;
  readonly nodes: readonly TopologyNode[];
  readonly links: readonly Link[];
  /** Addresses outside the lab that something is sent to. */
  readonly outside: readonly string[];
}

export interface TopologyNode {
  readonly name: string;
  readonly replicas: number;
  readonly published: readonly { readonly name: string; readonly port: number }[];
  readonly containers: readonly TopologyContainer[];
}

export interface TopologyContainer {
  readonly name: string;
  /** `ts`, `hello`, `redis-server`: what runs in it. */
  readonly runs: string;
  readonly kind: 'engine' | 'app';
  /** Empty of an app. */
  readonly listeners: readonly ListenerSummary[];
}

/** One kind of traffic: from a listener of a proxy, through a cluster, to a port. */
export interface Link {
  readonly from: { readonly node: string; readonly container: string; readonly port: number };
  readonly cluster: string;
  readonly routes: readonly RouteSummary[];
  readonly to:
    | {
        readonly kind: 'container';
        readonly node: string;
        /** undefined: nobody is known to listen there. */
        readonly container: string | undefined;
        readonly port: number;
      }
    | { readonly kind: 'outside'; readonly address: string };
}

/** Pure. Replicas of a node are one node here: they are the same but for their number. */
export function topologyOf(lab: string, specs: readonly NodeSpec[]): Topology {
  const groups = [...new Set(specs.map(({ group }) => group))];
  const nodes = groups.map((group) => {
    const replicas = specs.filter((spec) => spec.group === group);
    return { ...describeNode(replicas[0]!), replicas: replicas.length, spec: replicas[0]! };
  });
  const links = nodes.flatMap((node) => [
    ...node.spec.containers.flatMap((container) => linksOf(node, container, nodes)),
    ...serviceLinks(node, nodes),
  ]);
  const outside = links.flatMap(({ to }) => (to.kind === 'outside' ? [to.address] : []));
  return { lab, nodes: nodes.map(({ spec: _, ...node }) => node), links, outside: [...new Set(outside)] };
}

type KnownNode = TopologyNode & { readonly spec: NodeSpec };

function describeNode(spec: NodeSpec): Omit<TopologyNode, 'replicas'> {
  return {
    name: spec.group,
    published: spec.publish.map(({ name, port }) => ({ name, port })),
    containers: spec.service
      ? [describeService(spec.service)]
      : spec.containers.map((container) => ({
          name: container.name,
          runs: container.engine ?? container.image ?? (container.argv[0] ?? '').replace(/.*\//, ''),
          kind: container.kind,
          listeners: listenersOf(configOf(container)),
        })),
  };
}

/** The same whether it is our forwarder that balances, or the runtime. */
function describeService({ ports, selects }: ServiceSpec): TopologyContainer {
  return {
    name: forwarderName,
    runs: 'service',
    kind: 'app',
    listeners: ports.map(({ name, port }) => ({
      name,
      address: '0.0.0.0',
      port,
      protocol: 'tcp',
      tls: false,
      routes: [serviceRoute(selects)],
    })),
  };
}

function serviceRoute(selects: string): RouteSummary {
  return { domains: [], match: '', to: { kind: 'clusters', clusters: [selects] } };
}

function serviceLinks({ name, spec }: KnownNode, nodes: readonly KnownNode[]): Link[] {
  const { ports = [], selects = '' } = spec.service ?? {};
  const selected = nodes.find((node) => node.name === selects);
  if (selected === undefined) return [];
  return ports.map(({ port, targetPort }) => ({
    from: { node: name, container: forwarderName, port },
    cluster: selects,
    routes: [serviceRoute(selects)],
    to: targetOf({ address: selects, port: targetPort }, selected, nodes),
  }));
}

function linksOf(node: KnownNode, container: ContainerSpec, nodes: readonly KnownNode[]): Link[] {
  const config = configOf(container);
  const clusters = clustersOf(config);
  return listenersOf(config).flatMap((listener) => {
    const from = { node: node.name, container: container.name, port: listener.port };
    const used = [
      ...new Set(listener.routes.flatMap(({ to }) => (to.kind === 'clusters' ? to.clusters : []))),
    ];
    return used.flatMap((name): Link[] => {
      const routes = listener.routes.filter(({ to }) => to.kind === 'clusters' && to.clusters.includes(name));
      const cluster = clusters.find((candidate) => candidate.name === name);
      return (cluster?.endpoints ?? []).map((endpoint) => ({
        from,
        cluster: name,
        routes,
        to: targetOf(endpoint, node, nodes),
      }));
    });
  });
}

function targetOf(
  { address, port }: ClusterSummary['endpoints'][number],
  own: KnownNode,
  nodes: readonly KnownNode[],
): Link['to'] {
  const local = address === 'localhost' || address === '::1' || address.startsWith('127.');
  const node = local
    ? own
    : nodes.find(
        ({ name, spec }) =>
          name === address || spec.aliases.includes(address) || address.replace(/-\d+$/, '') === name,
      );
  if (node === undefined) return { kind: 'outside', address: `${address}:${port}` };
  const proxy = node.containers.find(({ listeners }) => listeners.some((listener) => listener.port === port));
  const apps = node.containers.filter(({ kind }) => kind === 'app');
  const app = apps.length === 1 ? apps[0] : apps.find(({ name }) => probesPort(node.spec, name, port));
  return { kind: 'container', node: node.name, container: (proxy ?? app)?.name, port };
}

/** Whether a container's readiness probe tells that it listens on the port. */
function probesPort(spec: NodeSpec, name: string, port: number): boolean {
  const ready = spec.containers.find((container) => container.name === name)?.ready;
  return ready !== undefined && 'port' in ready && ready.port === port;
}
