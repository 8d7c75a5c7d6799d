import type { V1ObjectMeta } from '@kubernetes/client-node';
import { LabError } from '../../../error.ts';
import type { LabIdentity, NodeSpec } from '../../node-spec.ts';
import { dataPlaneMaps, isDataPlane } from './data-plane.ts';
import type { LabObject, TranslateOptions } from './options.ts';
import { type PodContext, podOf } from './pod.ts';
import { checkNames, groupServices, replicaServices, sandboxServices } from './services.ts';
import { workloads } from './workload.ts';

/** An object, and the names of the nodes that it is there for. */
export interface OwnedObject {
  readonly object: LabObject;
  readonly nodes: readonly string[];
}

/** The objects of {@link ownedObjects}, whosever they are. */
export function labObjects(
  identity: LabIdentity,
  nodes: readonly NodeSpec[],
  options: TranslateOptions,
): LabObject[] {
  return ownedObjects(identity, nodes, options).map(({ object }) => object);
}

/**
 * The objects that a lab is on a cluster, in an order in which they can be made: ConfigMaps and Services before the workloads
 * that use them, groups in the order of the nodes. Pure.
 *
 * @throws LabError `invalid` when a node has what a cluster cannot give it: a shared folder of this machine, a file larger than
 * a ConfigMap, a user that is only a name, a program that no image is known to have; when two containers' files would have one
 * name, or two groups have
 */
export function ownedObjects(
  identity: LabIdentity,
  nodes: readonly NodeSpec[],
  options: TranslateOptions,
): OwnedObject[] {
  checkNames(nodes);
  const metadata = (name: string): V1ObjectMeta => ({
    name,
    ...(options.namespace !== undefined && { namespace: options.namespace }),
    labels: { ...options.labels.lab(identity) },
  });
  const { contents } = options;
  const dataPlane = dataPlaneMaps(identity, nodes, { contents, metadata: metadata('') });
  const context: PodContext = { identity, options, nodes, dataPlane, metadata };
  const groups = [...new Set(nodes.map(({ group }) => group))];
  const proxies = nodes.filter(({ containers }) => containers.some(isDataPlane));
  const objects = [
    ...ownedBy(proxies, dataPlane),
    ...groups.flatMap((group): OwnedObject[] => {
      const replicas = nodes.filter((node) => node.group === group);
      const [first] = replicas;
      if (first?.service !== undefined)
        return ownedBy(replicas, sandboxServices(first, first.service, context));
      const { template, maps } = podOf(first!, context);
      return [
        ...ownedBy(replicas, [...maps, ...groupServices(replicas, context)]),
        ...replicas.flatMap((node) => ownedBy([node], replicaServices(node, context))),
        ...workloads(replicas, template, context),
      ];
    }),
  ];
  checkConfigMaps(objects.map(({ object }) => object));
  return objects;
}

function ownedBy(nodes: readonly NodeSpec[], objects: readonly LabObject[]): OwnedObject[] {
  const names = nodes.map(({ name }) => name);
  return objects.map((object) => ({ object, nodes: names }));
}

/** Of web/app-side and web-app/side the files would be in one ConfigMap. */
function checkConfigMaps(objects: readonly LabObject[]): void {
  const names = objects.flatMap(({ kind, metadata }) => (kind === 'ConfigMap' ? [metadata?.name] : []));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new LabError('invalid', `two containers of the sandbox need a ConfigMap named ${twice}`, {
    hint: 'it is called as the node and the container: give one of them another name in sandbox.yaml',
  });
}
