import type { LabIdentity } from '../../node-spec.ts';

export type Labels = Readonly<Record<string, string>>;

/** Names of annotations. */
export const annotation = {
  /** Of a pod: hash of the files it was given, so that others make another pod. */
  files: 'io.envoy-lab/files',
} as const;

/** How objects are marked. */
export interface LabelScheme {
  /** On every object. */
  lab(identity: LabIdentity): Labels;
  /** On the pods of a group, and what selects just these. */
  group(identity: LabIdentity, group: string): Labels;
  /** On the pods beside those. */
  pod(identity: LabIdentity, group: string): Labels;
  /** On what belongs to one replica beside those of its group. */
  node(name: string): Labels;
}
