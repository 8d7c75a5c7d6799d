import type { Path } from '../../document/document.ts';
import type { ManifestObject } from '../read/object.ts';
import type { PodSpecFields } from '../schema/pod.ts';

/** A pod, or what makes pods of a template. */
export interface Workload {
  readonly object: ManifestObject;
  readonly name: string;
  readonly namespace: string;
  readonly replicas: number;
  /** Its pods'. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: PodSpecFields;
  /** Where the spec stands in the object. */
  readonly path: Path;
  /** Its containers end. */
  readonly job: boolean;
  /** What its node is called in the sandbox. */
  readonly node: string;
}

/** The namespace of objects that name none. */
export const DEFAULT_NAMESPACE = 'default';

/** The names that a Service has in a cluster beside its own. */
export function clusterNames(name: string, namespace: string): string[] {
  const short = `${name}.${namespace}`;
  return [short, `${short}.svc`, `${short}.svc.cluster.local`];
}
