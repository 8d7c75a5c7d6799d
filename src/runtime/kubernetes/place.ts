import type { LabIdentity } from '../node-spec.ts';
import type { Api } from './api/api.ts';
import type { KubeObject } from './api/objects.ts';
import { label, labelValue, selector } from './labels.ts';

/** A lab in a cluster. */
export interface LabAt {
  readonly api: Api;
  readonly identity: LabIdentity;
  readonly namespace: string;
  /** The namespace is the lab's own: it goes with the lab. */
  readonly ownsNamespace: boolean;
}

/** What all objects of a lab are found by. */
export function ofLab(lab: string): string {
  return selector({ [label.lab]: labelValue(lab) });
}

/** Whether an object is of the lab. */
export function isOurs({ identity }: LabAt, { metadata }: KubeObject): boolean {
  return metadata.labels?.[label.lab] === labelValue(identity.lab);
}
