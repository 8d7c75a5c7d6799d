import type { HostContents } from '../../runtime/kubernetes/translate/host-files.ts';
import type { ImageNames, LabObject } from '../../runtime/kubernetes/translate/options.ts';
import { labObjects } from '../../runtime/kubernetes/translate/translate.ts';
import type { LabSpec } from '../lab-spec.ts';
import { withImageRules } from './image-rules.ts';
import { appLabels, meshLabels } from './labels.ts';
import { manifestText } from './manifest.ts';
import { forMesh } from './mesh.ts';

export interface KubernetesOptions {
  readonly contents: HostContents;
  readonly images: ImageNames;
  readonly namespace: string | undefined;
  readonly istio: boolean;
}

/** A lab as a file for `kubectl apply`. Pure. */
export function kubernetesText(
  spec: LabSpec,
  { contents, images, namespace, istio }: KubernetesOptions,
): { readonly text: string; readonly notes: readonly string[] } {
  const { identity } = spec;
  const mesh = istio ? forMesh(spec) : undefined;
  // Which sidecars a mesh injects is a label of the namespace.
  const own = namespace ?? (istio ? identity.lab : undefined);
  const objects = labObjects(identity, mesh?.nodes ?? spec.nodes, {
    images,
    contents,
    labels: istio ? meshLabels : appLabels,
    namespace: own,
    workload: istio ? 'Deployment' : 'StatefulSet',
    security: 'restricted',
    balanced: mesh?.balanced,
    waits: true,
  });
  const ruled = withImageRules(objects, { node: images.node, envoys: [images.envoy('')] });
  const made: LabObject[] = own === undefined ? ruled : [namespaceOf(own, istio), ...ruled];
  return { text: manifestText(headOf(spec, own), made), notes: mesh?.notes ?? [] };
}

function namespaceOf(name: string, istio: boolean): LabObject {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, ...(istio && { labels: { 'istio-injection': 'enabled' } }) },
  };
}

function headOf({ identity, nodes }: LabSpec, namespace: string | undefined): string[] {
  const published = nodes.find(
    ({ index, publish }) => index === 1 && publish.some(({ protocol }) => protocol === 'tcp'),
  );
  const inside = namespace === undefined ? '' : ` -n ${namespace}`;
  return [
    `The sandbox ${identity.sandbox} of envoy-lab, for any Kubernetes.`,
    '',
    '  kubectl apply -f FILE',
    ...(published === undefined ? [] : [forwardOf(published.group, published.publish, inside)]),
    '  kubectl delete -f FILE',
  ];
}

/** Port numbers that no ordinary user can open are moved. */
function forwardOf(group: string, publish: LabSpec['nodes'][number]['publish'], inside: string): string {
  const ports = publish
    .filter(({ protocol }) => protocol === 'tcp')
    .map(({ port }) => (port < 1024 ? `${port + 10_000}:${port}` : String(port)));
  return `  kubectl port-forward${inside} service/${group} ${ports.join(' ')}`;
}
