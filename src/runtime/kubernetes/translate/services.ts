import type { V1ObjectMeta, V1Service, V1ServicePort } from '@kubernetes/client-node';
import { LabError } from '../../../error.ts';
import type { LabIdentity, NodeSpec, ServiceSpec } from '../../node-spec.ts';
import { SERVICE_NAMES } from '../limits.ts';
import { portNames } from './container.ts';
import type { BalancedPort, TranslateOptions } from './options.ts';

/** What services are made with. */
export interface ServiceContext {
  readonly identity: LabIdentity;
  readonly options: Pick<TranslateOptions, 'labels' | 'workload' | 'balanced'>;
  metadata(name: string): V1ObjectMeta;
}

/**
 * The names of a group, its own and its aliases: they lead to all replicas, ready or not, as on every runtime.
 *
 * @throws LabError `invalid` when a name is none that a Service can have
 */
export function groupServices(replicas: readonly NodeSpec[], context: ServiceContext): V1Service[] {
  const { identity, options } = context;
  const [first] = replicas;
  const { group, aliases } = first!;
  const balanced = options.balanced?.get(group);
  if (balanced !== undefined) return balancingServices([group, ...aliases], group, balanced, context);
  const selector = options.labels.group(identity, group);
  return [...new Set([group, ...aliases])].map((name) => headless(name, first!, selector, context));
}

/**
 * The name of a replica, which leads to just that one; none where the cluster balances, or pods have names of the cluster's choice.
 *
 * @throws LabError `invalid` when a name is none that a Service can have
 */
export function replicaServices(node: NodeSpec, context: ServiceContext): V1Service[] {
  const { identity, options } = context;
  const { name, group } = node;
  if (options.balanced?.has(group) || options.workload === 'Deployment') return [];
  const selector =
    options.workload === 'Pod'
      ? { ...options.labels.group(identity, group), ...options.labels.node(name) }
      : { 'statefulset.kubernetes.io/pod-name': name };
  return [headless(name, node, selector, context)];
}

/** A Service that is a name only: its addresses are those of the pods. */
function headless(
  name: string,
  { group, publish }: NodeSpec,
  selector: Readonly<Record<string, string>>,
  { metadata }: ServiceContext,
): V1Service {
  const names = portNames(publish);
  const ports = publish.map(
    ({ port, protocol }, index): V1ServicePort => ({
      name: names[index]!,
      port,
      ...(protocol === 'udp' && { protocol: 'UDP' }),
    }),
  );
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata(serviceName(name, group)),
    spec: {
      clusterIP: 'None',
      ...(ports.length > 0 && { ports }),
      publishNotReadyAddresses: true,
      selector: { ...selector },
    },
  };
}

/** A service of the sandbox, and its aliases: balanced by the cluster over the ready replicas of what it selects. */
export function sandboxServices(node: NodeSpec, service: ServiceSpec, context: ServiceContext): V1Service[] {
  return balancingServices([node.group, ...node.aliases], service.selects, service.ports, context);
}

function balancingServices(
  [own = '', ...aliases]: readonly string[],
  selects: string,
  ports: readonly BalancedPort[],
  { identity, options, metadata }: ServiceContext,
): V1Service[] {
  return [...new Set([own, ...aliases])].map((name) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata(serviceName(name, own)),
    spec: {
      ports: ports.map(({ name: portName, port, targetPort }) => ({
        name: portName,
        port,
        ...(targetPort !== port && { targetPort }),
      })),
      selector: { ...options.labels.group(identity, selects) },
    },
  }));
}

function serviceName(name: string, group: string): string {
  if (SERVICE_NAMES.pattern.test(name)) return name;
  const what = name === group ? `the name ${name}` : `${name}, a name of ${group},`;
  throw new LabError('invalid', `${what} cannot be that of a Service of Kubernetes`, {
    hint: `${SERVICE_NAMES.rule}: rename it in sandbox.yaml`,
  });
}

/**
 * Elsewhere a name that two nodes have leads to both; here each would be given a Service, of which one would be lost.
 * @throws LabError `invalid` when two groups are called by one name
 */
export function checkNames(nodes: readonly NodeSpec[]): void {
  const owners = new Map<string, string>();
  for (const { group, name, aliases } of nodes) {
    for (const called of new Set([group, name, ...aliases])) {
      const owner = owners.get(called);
      if (owner === undefined) owners.set(called, group);
      else if (owner !== group) {
        throw new LabError('invalid', `both ${owner} and ${group} are called ${called}`, {
          hint: 'a Service of Kubernetes leads to the pods of one node: give one of them another alias in sandbox.yaml',
        });
      }
    }
  }
}
