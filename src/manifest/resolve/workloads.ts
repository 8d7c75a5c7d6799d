import type { Path } from '../../document/document.ts';
import type { ManifestObject } from '../read/object.ts';
import type { LabelSelector, Metadata } from '../schema/metadata.ts';
import type { PodSpecFields } from '../schema/pod.ts';
import type { Findings } from './findings.ts';
import { mismatches, missing } from './selector.ts';
import { DEFAULT_NAMESPACE, type Workload } from './workload.ts';

type Labels = Readonly<Record<string, string>>;

/** What is common to the kinds that run pods, as their schemas give it. */
interface WorkloadFields {
  readonly metadata: Metadata;
  readonly spec: PodSpecFields & {
    readonly replicas?: number;
    readonly selector?: LabelSelector | Labels;
    readonly ordinals?: { readonly start?: number };
    readonly template?: { readonly metadata?: Partial<Metadata>; readonly spec: PodSpecFields };
  };
}

/** One workload; undefined when none of its pods is to run. */
export function workloadOf(
  object: ManifestObject,
  fields: unknown,
  findings: Findings,
): Workload | undefined {
  const { metadata, spec } = fields as WorkloadFields;
  const { namespace = DEFAULT_NAMESPACE } = metadata;
  const common = { object, name: metadata.name, namespace, node: metadata.name.replaceAll('.', '-') };
  const { template, replicas = 1 } = spec;
  if (template === undefined) {
    const { labels = {}, annotations = {} } = metadata;
    return { ...common, replicas: 1, labels, annotations, spec, path: ['spec'], job: false };
  }
  const { labels = {}, annotations = {} } = template.metadata ?? {};
  checkSelector(object, spec, labels, findings);
  checkRestart(object, findings);
  if (object.kind === 'DaemonSet') findings.note(object, [], 'a lab is one machine: one pod of it runs');
  if (object.kind === 'StatefulSet' && spec.ordinals?.start !== 1) {
    const why = `its pods are numbered from 1 (${common.node}-1), not from ${spec.ordinals?.start ?? 0}`;
    findings.note(object, [], why);
  }
  if (replicas === 0) {
    findings.note(object, ['spec', 'replicas'], 'no pod of it is to run: it is left out');
    return undefined;
  }
  const path: Path = ['spec', 'template', 'spec'];
  const job = object.kind === 'Job';
  return { ...common, replicas, labels, annotations, spec: template.spec, path, job };
}

/** A workload whose selector does not mean its own pods is refused by the API server. */
function checkSelector(
  object: ManifestObject,
  { selector }: WorkloadFields['spec'],
  labels: Readonly<Record<string, string>>,
  findings: Findings,
): void {
  if (selector === undefined) return;
  const hint = 'put it into spec.template.metadata.labels';
  const wrong = ['DeploymentConfig', 'ReplicationController'].includes(object.kind)
    ? missing(selector as Labels, labels).map(
        (key) => [[key], `${key}: ${(selector as Labels)[key]}`] as const,
      )
    : mismatches(selector, labels);
  for (const [below, text] of wrong) {
    findings.problem(object, ['spec', 'selector', ...below], `its pods do not have the label ${text}`, {
      hint,
    });
  }
}

/** What a Job's pods do when they end has to be said: the default of pods is none of its. */
function checkRestart(object: ManifestObject, findings: Findings): void {
  const { spec } = object.document.value as { spec: { template?: { spec?: { restartPolicy?: unknown } } } };
  if (object.kind !== 'Job' || spec.template?.spec?.restartPolicy !== undefined) return;
  const message = '"restartPolicy" is missing';
  findings.problem(object, ['spec', 'template', 'spec'], message, { hint: 'Never or OnFailure', key: true });
}
