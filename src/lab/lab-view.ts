import type { ContainerView, LabView, NodeView, PortView } from '../gateway/lab.ts';
import type { ContainerSpec, NodeSpec } from '../runtime/node-spec.ts';
import type { ObservedLab, ObservedNode } from '../runtime/runtime.ts';
import { configOf } from './topology/clusters.ts';
import { listenersOf } from './topology/listeners.ts';
import { topologyOf } from './topology/topology.ts';

/** What is known of a port from specs and configs alone. */
type KnownPort = Omit<PortView, 'hostPort'>;

/** The TCP ports of nodes by node name, as far as their specs tell. */
export type KnownPorts = ReadonlyMap<string, readonly KnownPort[]>;

/** A lab as the gateway shows it. */
export function labView(lab: ObservedLab, known: KnownPorts): LabView {
  const { identity, runtime, mode, nodes } = lab;
  return {
    lab: identity.lab,
    sandbox: identity.sandbox,
    runtime: mode === '' ? runtime : `${runtime} (${mode})`,
    nodes: nodes.map((node) => nodeView(node, known.get(node.spec.name) ?? [])),
  };
}

/** Reads every config of the lab, which takes a while: what it says changes only when a spec does. */
export function knownPorts(specs: readonly NodeSpec[]): KnownPorts {
  const { links } = topologyOf('', specs);
  return new Map(
    specs.map((spec) => {
      const served = links.flatMap(({ to }): KnownPort[] => {
        if (to.kind !== 'container' || to.node !== spec.group || to.port === 0) return [];
        const container = to.container === undefined ? {} : { container: to.container };
        return [{ port: to.port, kind: 'app', tls: false, ...container }];
      });
      return [spec.name, [...servicePorts(spec), ...spec.containers.flatMap(portsOf), ...served]];
    }),
  );
}

function servicePorts({ service, containers }: NodeSpec): KnownPort[] {
  const [forwarder] = containers;
  const container = forwarder === undefined ? {} : { container: forwarder.name };
  return (service?.ports ?? []).map(({ name, port }) => ({
    port,
    kind: 'listener',
    tls: false,
    name,
    ...container,
  }));
}

function portsOf(spec: ContainerSpec): KnownPort[] {
  const { name: container, ready } = spec;
  const admin = ready.kind === 'admin' ? ready.address?.port : undefined;
  const listeners = listenersOf(configOf(spec)).flatMap(({ name, port, protocol, tls }): KnownPort[] => {
    return protocol === 'udp' || port === 0 ? [] : [{ port, kind: 'listener', container, tls, name }];
  });
  return [
    ...(admin === undefined ? [] : [{ port: admin, kind: 'admin', container, tls: false } as const]),
    ...listeners,
    ...(ready.kind === 'http' || ready.kind === 'tcp'
      ? [{ port: ready.port, kind: 'app', container, tls: false } as const]
      : []),
  ];
}

function nodeView(node: ObservedNode, known: readonly KnownPort[]): NodeView {
  const { spec, published, containers } = node;
  const admins = containers.flatMap(({ name, admin }): KnownPort[] => {
    return admin === undefined ? [] : [{ port: admin.port, kind: 'admin', container: name, tls: false }];
  });
  const open = published.filter(({ protocol }) => protocol === 'tcp');
  const unknown = open.map(({ port }): KnownPort => ({ port, kind: 'app', tls: false }));
  const ports = new Map<number, PortView>();
  for (const port of [...admins, ...known, ...unknown]) {
    // What was said first is surest; who listens there may be known from elsewhere.
    const before = ports.get(port.port);
    const host = open.find((candidate) => candidate.port === port.port);
    ports.set(port.port, {
      ...port,
      ...before,
      ...(host === undefined ? {} : { name: host.name, hostPort: host.hostPort }),
    });
  }
  const addresses = Object.values(node.addresses);
  return {
    name: spec.name,
    group: spec.group,
    names: [...spec.aliases, ...addresses],
    addresses,
    containers: spec.containers.map((container) => containerView(container, node)),
    ports: [...ports.values()].sort((a, b) => a.port - b.port),
  };
}

function containerView(
  { name, kind, engine, engineVersion, image, argv, once }: ContainerSpec,
  node: ObservedNode,
): ContainerView {
  const found = node.containers.find((container) => container.name === name);
  return {
    name,
    kind: kind === 'engine' ? 'proxy' : 'app',
    runs:
      (engine && [engine, engineVersion].filter(Boolean).join('@')) ??
      image ??
      (argv[0] ?? '').replace(/.*\//, ''),
    state: found?.state ?? 'created',
    once,
    ...(found?.exitCode === undefined ? {} : { exitCode: found.exitCode }),
  };
}
