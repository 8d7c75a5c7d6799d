import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import type { LabIdentity } from '../node-spec.ts';

const prefix = 'io.envoy-lab/';

/** Names of labels; what has them is ours. */
export const label = {
  lab: `${prefix}lab`,
  sandbox: `${prefix}sandbox`,
  node: `${prefix}node`,
  group: `${prefix}group`,
  owner: `${prefix}owner`,
  /** Of a ConfigMap that is a record: `lab` or `node`. */
  record: `${prefix}record`,
} as const;

/** Names of annotations. */
export const annotation = {
  /** Of a lab's record, and of its namespace: the identity, as JSON. */
  identity: `${prefix}identity`,
  /** ms since the epoch. */
  createdAt: `${prefix}created-at`,
  /** Of a node's record: its published ports, as JSON. */
  published: `${prefix}published`,
  /** Of a node's record: grows with each node that is made. */
  order: `${prefix}order`,
  /** Of a node's record: names of the containers that are to run, as JSON. */
  started: `${prefix}started`,
  /** Of a node's record: how its containers ended when its pod was taken away, as JSON. */
  ended: `${prefix}ended`,
  /** Of a pod: hash of what it was made from. */
  hash: `${prefix}hash`,
} as const;

/**
 * The value of the owner's label. A user's number says who it is on one machine only, and a cluster is used from many.
 */
export function ownerLabel(owner: string): string {
  return `${owner}-${createHash('sha256').update(hostname()).digest('hex').slice(0, 8)}`;
}

/** What may be a label's value as it is; else a part of it and a hash. */
export function labelValue(text: string): string {
  if (/^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/.test(text)) return text;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 8);
  return `${text
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 50)}-${hash}`.replace(/^-/, '');
}

export function labLabels({ lab, sandbox, owner }: LabIdentity): Record<string, string> {
  return {
    [label.lab]: labelValue(lab),
    [label.sandbox]: labelValue(sandbox),
    [label.owner]: ownerLabel(owner),
  };
}

/** What the API server is asked to filter by. */
export function selector(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}
