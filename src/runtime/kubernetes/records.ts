import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { LabError } from '../../error.ts';
import type { LabIdentity, NodeSpec } from '../node-spec.ts';
import type { ObservedPort } from '../runtime.ts';
import type { ConfigMap, KubeObject, Pod } from './api/objects.ts';
import { annotation, label, labelValue, labLabels } from './labels.ts';
import { labRecordName, nodeRecordName } from './names.ts';

/** How a container of a pod that is not there any more ended. */
export interface Ended {
  readonly state: 'stopped' | 'exited';
  readonly exitCode?: number;
}

/** What a node is, whether it runs or not: kept in a ConfigMap of its own. */
export interface NodeRecord {
  readonly spec: NodeSpec;
  /** What its pod is made from; a service has none. */
  readonly pod?: Pod;
  /** What else of the cluster's objects it needs. */
  readonly needs: readonly { readonly kind: string; readonly metadata: { readonly name: string } }[];
  readonly published: readonly ObservedPort[];
  /** Containers that are to run. */
  readonly started: readonly string[];
  /** By container; of those that the pod last had. */
  readonly ended: Readonly<Record<string, Ended>>;
  /** Grows with each node that is made. */
  readonly order: number;
  readonly resourceVersion?: string;
}

/** The object that says what a lab is. */
export function labRecord(identity: LabIdentity, createdAt: number): ConfigMap {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: labRecordName(identity.lab),
      labels: { ...labLabels(identity), [label.record]: 'lab' },
      annotations: identityAnnotations(identity, createdAt),
    },
  };
}

/** Whether two objects have an annotation that says the same of both. */
export function hasSame(name: string, a: KubeObject, b: KubeObject): boolean {
  const value = a.metadata.annotations?.[name];
  return value !== undefined && value === b.metadata.annotations?.[name];
}

/**
 * What names a lab, on its record and on its own namespace.
 * @param createdAt ms since the epoch
 */
export function identityAnnotations(identity: LabIdentity, createdAt: number): Record<string, string> {
  return {
    [annotation.identity]: JSON.stringify(identity),
    [annotation.createdAt]: String(createdAt),
  };
}

/** @throws LabError `runtime` when another version wrote it */
export function identityOf({ metadata }: Pick<ConfigMap, 'metadata'>): {
  readonly identity: LabIdentity;
  readonly createdAt: number;
} {
  const { annotations = {} } = metadata;
  return {
    identity: parsed(metadata.name, annotations[annotation.identity] ?? ''),
    createdAt: Number(annotations[annotation.createdAt] ?? 0),
  };
}

/** The object that says what a node is: {@link nodeRecordOf} reads it. */
export function nodeRecord(identity: LabIdentity, record: NodeRecord): ConfigMap {
  const { spec, pod, needs, published, started, ended, order } = record;
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: nodeRecordName(spec.name),
      labels: {
        ...labLabels(identity),
        [label.record]: 'node',
        [label.node]: labelValue(spec.name),
        [label.group]: labelValue(spec.group),
      },
      annotations: {
        [annotation.published]: JSON.stringify(published),
        [annotation.order]: String(order),
        [annotation.started]: JSON.stringify(started),
        [annotation.ended]: JSON.stringify(ended),
      },
    },
    // Specs hold whole configs: compressed they are a tenth.
    binaryData: { spec: pack(spec), made: pack({ pod, needs }) },
  };
}

/** @throws LabError `runtime` when another version wrote it */
export function nodeRecordOf({ metadata, binaryData = {} }: ConfigMap): NodeRecord {
  const { name, annotations = {}, resourceVersion } = metadata;
  return {
    spec: parsed(name, unpack(name, binaryData.spec)),
    ...parsed<Pick<NodeRecord, 'pod' | 'needs'>>(name, unpack(name, binaryData.made)),
    published: parsed(name, annotations[annotation.published] ?? '[]'),
    started: parsed(name, annotations[annotation.started] ?? '[]'),
    ended: parsed(name, annotations[annotation.ended] ?? '{}'),
    order: Number(annotations[annotation.order] ?? 0),
    ...(resourceVersion !== undefined && { resourceVersion }),
  };
}

function pack(value: unknown): string {
  return deflateRawSync(JSON.stringify(value)).toString('base64');
}

function unpack(name: string, text = ''): string {
  try {
    return inflateRawSync(Buffer.from(text, 'base64')).toString();
  } catch (cause) {
    throw unreadable(name, cause);
  }
}

function parsed<T>(name: string, text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw unreadable(name, cause);
  }
}

function unreadable(name: string, cause: unknown): LabError {
  return new LabError('runtime', `the ConfigMap ${name} of the lab cannot be read`, {
    hint: 'another version of envoy-lab may have made it: envoy-lab down, then start the lab again',
    cause,
  });
}
