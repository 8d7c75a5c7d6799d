import { REPLICA_NAME } from '../../sandbox/replica-words.ts';
import type { Workload } from './workload.ts';

const MEMBER = /^metadata\.(labels|annotations)\['([^']+)'\]$/;

/** What a field of a pod may be asked for, in words. */
export const KNOWN_FIELDS =
  "metadata.name, metadata.namespace, metadata.labels['KEY'], metadata.annotations['KEY'], spec.serviceAccountName";

/**
 * The value of a pod's field, as the downward API tells it; undefined for those that a lab cannot tell.
 * A label or annotation that is not there is empty.
 */
export function fieldValue(pod: Workload, fieldPath: string): string | undefined {
  switch (fieldPath) {
    case 'metadata.name':
      return REPLICA_NAME;
    case 'metadata.namespace':
      return pod.namespace;
    case 'spec.serviceAccountName':
      return pod.spec.serviceAccountName ?? 'default';
  }
  const match = MEMBER.exec(fieldPath);
  if (match === null) return undefined;
  return pod[match[1] as 'labels' | 'annotations'][match[2]!] ?? '';
}

/** All labels or annotations as a file of a downwardAPI volume has them: a line `key="value"` each, sorted. */
export function fieldFile(pod: Workload, fieldPath: string): string | undefined {
  if (fieldPath !== 'metadata.labels' && fieldPath !== 'metadata.annotations') {
    // A file is the same for all replicas.
    const none = ['metadata.name', 'spec.serviceAccountName'].includes(fieldPath);
    return none ? undefined : fieldValue(pod, fieldPath);
  }
  const entries = Object.entries(fieldPath === 'metadata.labels' ? pod.labels : pod.annotations);
  return entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n');
}
