import type { ManifestObject } from '../read/object.ts';
import type { ServiceFields } from '../schema/objects.ts';
import type { Findings } from './findings.ts';
import { portNumber } from './ports.ts';
import { missing } from './selector.ts';
import { checkUnique } from './unique.ts';
import { clusterNames, DEFAULT_NAMESPACE, type Workload } from './workload.ts';

/** A Service and the one workload it leads to. */
export interface BoundService {
  readonly object: ManifestObject;
  readonly fields: ServiceFields;
  readonly workload: Workload;
  readonly headless: boolean;
}

/** What a StatefulSet's controller writes on each of its pods. */
const POD_NAME = 'statefulset.kubernetes.io/pod-name';

/** Finds what a Service leads to; undefined, with a problem or a note, when it is not one workload. */
export function bindService(
  object: ManifestObject,
  fields: ServiceFields,
  workloads: readonly Workload[],
  findings: Findings,
): BoundService | undefined {
  const { selector = {}, clusterIP } = fields.spec;
  const { namespace = DEFAULT_NAMESPACE } = fields.metadata;
  checkService(object, fields, findings);
  if (Object.keys(selector).length === 0) {
    findings.problem(object, ['spec'], 'not supported: a Service without a selector', {
      hint: 'hostAliases gives an address a name',
    });
    return undefined;
  }
  const { [POD_NAME]: one, ...labels } = selector;
  if (one !== undefined) return bindReplica(object, one, workloads, findings);
  const found = workloads.filter(
    (workload) => workload.namespace === namespace && missing(labels, workload.labels).length === 0,
  );
  if (found.length > 1) {
    const names = found.map(({ object: { kind }, name }) => `${kind} ${name}`).join(' and ');
    findings.problem(object, ['spec', 'selector'], `selects pods of ${names}; it may be those of one`, {
      hint: 'a service of a lab leads to one node',
    });
    return undefined;
  }
  if (found[0] === undefined) {
    findings.note(
      object,
      ['spec', 'selector'],
      'no pod of the manifests in its namespace has these labels: it is left out',
    );
    return undefined;
  }
  return { object, fields, workload: found[0], headless: clusterIP === 'None' };
}

/** What the API server refuses of a Service that is fit for its schema. */
function checkService(object: ManifestObject, { spec }: ServiceFields, findings: Findings): void {
  const { type = 'ClusterIP', clusterIP, ports = [] } = spec;
  const path = ['spec', 'ports'];
  const place = { findings, object };
  if (clusterIP === 'None' && type !== 'ClusterIP') {
    findings.problem(object, ['spec', 'clusterIP'], `cannot be None where type is ${type}`);
  }
  checkUnique(place, ports, path, 'name', ({ name }) => name);
  checkUnique(place, ports, path, 'port', ({ port, protocol = 'TCP' }) => `${port}/${protocol}`);
  const written = (object.document.value as { spec: { ports?: { nodePort?: number }[] } }).spec.ports ?? [];
  for (const index of ports.keys()) {
    if (type !== 'ClusterIP' || (written[index]?.nodePort ?? 0) === 0) continue;
    const hint = 'type: NodePort has such';
    findings.problem(object, [...path, index, 'nodePort'], `cannot be where type is ${type}`, { hint });
  }
}

/** A Service of one pod of a StatefulSet is needed where pods have no names; here it has to be the pod's own. */
function bindReplica(
  object: ManifestObject,
  pod: string,
  workloads: readonly Workload[],
  findings: Findings,
): undefined {
  const [, set, number] = /^(.+)-(\d+)$/.exec(pod) ?? [];
  const known = workloads.some(({ name, object: { kind } }) => kind === 'StatefulSet' && name === set);
  const path = ['spec', 'selector', POD_NAME];
  if (!known || Number(number) < 1) findings.note(object, path, 'there is no such pod: it is left out');
  else if (object.name !== pod) {
    findings.problem(object, path, 'not supported: another name for one replica', {
      hint: `it is called ${pod} by all`,
    });
  }
}

/**
 * Gives nodes and services names of their own: where both have the same, the service keeps it, for that is what others
 * call. A headless service that is called as what it leads to is the node's own name.
 */
export function nameNodes(
  workloads: readonly Workload[],
  services: readonly BoundService[],
  findings: Findings,
): Workload[] {
  const taken = new Set(services.filter(({ headless }) => !headless).map(({ object }) => object.name));
  for (const { object, headless, workload } of services) {
    if (headless && object.name !== workload.node) taken.add(object.name);
  }
  const nodes = new Map<string, Workload>();
  return workloads.map((workload) => {
    const node = taken.has(workload.node) ? `${workload.node}-pod` : workload.node;
    if (node !== workload.node) {
      const why = `a service has that name: its node is ${node}`;
      findings.note(workload.object, ['metadata', 'name'], why);
    }
    const other = nodes.get(node);
    if (other !== undefined) {
      const { kind } = other.object;
      const message = `its pods would be called as those of ${kind} ${other.name}`;
      findings.problem(workload.object, ['metadata', 'name'], message, { hint: 'give it another name' });
    }
    const named = { ...workload, node };
    nodes.set(node, named);
    return named;
  });
}

/** Other names of a node: those of the headless services that lead to it. */
export function aliasesOf(
  workload: Workload,
  services: readonly BoundService[],
  mentioned: (name: string) => boolean,
): string[] {
  const headless = services.filter(
    (service) => service.headless && service.workload.object === workload.object,
  );
  return headless.flatMap(({ object, fields }) => {
    const { namespace = DEFAULT_NAMESPACE } = fields.metadata;
    const names = clusterNames(object.name, namespace).filter(mentioned);
    return object.name === workload.node ? names : [object.name, ...names];
  });
}

/** A service of the sandbox file; problems go to the findings. */
export function resolveService(
  { object, fields, workload }: BoundService,
  findings: Findings,
  mentioned: (name: string) => boolean,
): Record<string, unknown> {
  const ports = fields.spec.ports ?? [];
  if (ports.length === 0) findings.problem(object, ['spec'], '"ports" is missing', { key: true });
  const containers = [...workload.spec.containers, ...(workload.spec.initContainers ?? [])];
  const resolved = ports.map(({ name, port, targetPort = port, protocol = 'TCP' }, index) => {
    const path = ['spec', 'ports', index];
    if (protocol !== 'TCP') {
      findings.problem(
        object,
        [...path, 'protocol'],
        `not supported: a service carries TCP, not ${protocol}`,
      );
    }
    const numbers = containers.map((container) => portNumber(container, targetPort));
    const target = numbers.find((number) => number !== undefined);
    if (target === undefined) {
      const message = `no container of ${workload.name} has a port called "${targetPort}"`;
      findings.problem(object, [...path, 'targetPort'], message);
    }
    if (name === undefined && ports.length > 1) {
      findings.problem(object, path, '"name" is missing: there are several ports', { key: true });
    }
    return [name, target === port ? port : `${port}:${target ?? port}`] as const;
  });
  const published = fields.spec.type === 'NodePort' || fields.spec.type === 'LoadBalancer';
  const { namespace = DEFAULT_NAMESPACE } = fields.metadata;
  const aliases = clusterNames(object.name, namespace).filter(mentioned);
  return {
    nodes: workload.node,
    ports: resolved.every(([name]) => name !== undefined)
      ? Object.fromEntries(resolved)
      : resolved.map(([, port]) => port),
    ...(published && {
      publish: Object.fromEntries(ports.map(({ name, port }) => [name ?? `port-${port}`, port])),
    }),
    ...(aliases.length > 0 && { aliases }),
  };
}
