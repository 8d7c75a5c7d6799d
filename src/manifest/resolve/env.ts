import type { Path } from '../../document/document.ts';
import { REPLICA_NAME } from '../../sandbox/replica-words.ts';
import type { ContainerFields } from '../schema/pod.ts';
import { expand } from './expand.ts';
import { fieldValue, KNOWN_FIELDS } from './field-ref.ts';
import type { Findings } from './findings.ts';
import type { Stores } from './stores.ts';
import type { Workload } from './workload.ts';

/** What every part of a pod is resolved with. */
export interface PodContext {
  readonly pod: Workload;
  readonly stores: Stores;
  readonly findings: Findings;
}

/**
 * A container's variables as the kubelet makes them: first all of `envFrom`, then `env` in its order, each value with
 * `$(NAME)` of those before it. What comes from elsewhere is not looked into.
 */
export function resolveEnv(
  context: PodContext,
  container: ContainerFields,
  path: Path,
): Record<string, string> {
  const { pod, stores } = context;
  const variables: Record<string, string> = {};
  for (const [index, source] of (container.envFrom ?? []).entries()) {
    const at = [...path, 'envFrom', index];
    if ((source.configMapRef === undefined) === (source.secretRef === undefined)) {
      context.findings.problem(pod.object, at, 'must have one of configMapRef and secretRef');
      continue;
    }
    const store =
      source.configMapRef === undefined
        ? stores.find('Secret', source.secretRef!, pod, [...at, 'secretRef', 'name'])
        : stores.find('ConfigMap', source.configMapRef, pod, [...at, 'configMapRef', 'name']);
    for (const key of store?.texts ?? []) {
      const text = store!.data.get(key)!.toString();
      checkText(context, text, at, key);
      variables[`${source.prefix ?? ''}${key}`] = text;
    }
  }
  for (const [index, variable] of (container.env ?? []).entries()) {
    const at = [...path, 'env', index];
    const { name, value, valueFrom } = variable;
    if (valueFrom === undefined) {
      checkText(context, value ?? '', [...at, 'value']);
      checkServices(context, value ?? '', variables, [...at, 'value']);
      variables[name] = expand(value ?? '', variables);
    } else if (value !== undefined && value !== '') {
      context.findings.problem(pod.object, at, 'has both value and valueFrom');
    } else {
      const found = sourceValue(context, valueFrom, [...at, 'valueFrom']);
      if (found === undefined) continue;
      if (found !== REPLICA_NAME) checkText(context, found, [...at, 'valueFrom']);
      variables[name] = found;
    }
  }
  return variables;
}

/** In a lab some words stand for a replica's name: a manifest's own text that has them would not stay as it is. */
export function checkText({ pod, findings }: PodContext, text: string, path: Path, key?: string): void {
  if (!text.includes(REPLICA_NAME)) return;
  const what = key === undefined ? 'has' : `key "${key}" has`;
  findings.problem(pod.object, path, `not supported: ${what} ${REPLICA_NAME}, which is a lab's own`);
}

const SERVICE_VARIABLE = /(?<!\$)\$\(([A-Z][A-Z0-9_]*_SERVICE_(?:HOST|PORT(?:_[A-Z0-9_]+)?))\)/g;

/** A cluster has variables for the services there are; one that is put in here would stay as it is written. */
export function checkServices(
  { pod, findings }: PodContext,
  text: string,
  variables: Readonly<Record<string, string>>,
  path: Path,
): void {
  for (const [, name = ''] of text.matchAll(SERVICE_VARIABLE)) {
    if (Object.hasOwn(variables, name)) continue;
    const hint = 'a service is reached by its name and port';
    findings.problem(pod.object, path, `not supported: a lab has no variables of services: ${name}`, {
      hint,
    });
  }
}

type ValueFrom = NonNullable<NonNullable<ContainerFields['env']>[number]['valueFrom']>;

function sourceValue({ pod, stores, findings }: PodContext, from: ValueFrom, path: Path): string | undefined {
  const given = Object.keys(from) as (keyof ValueFrom)[];
  if (given.length !== 1) {
    findings.problem(pod.object, path, 'must have one of configMapKeyRef, secretKeyRef and fieldRef');
    return undefined;
  }
  if (from.fieldRef !== undefined) {
    const { fieldPath } = from.fieldRef;
    const value = fieldValue(pod, fieldPath);
    if (value === undefined) {
      const message = `not supported: a lab does not tell ${fieldPath}`;
      findings.problem(pod.object, [...path, 'fieldRef', 'fieldPath'], message, {
        hint: `there is ${KNOWN_FIELDS}`,
      });
    }
    return value;
  }
  const [member] = given;
  const wanted = (from.configMapKeyRef ?? from.secretKeyRef)!;
  const kind = from.configMapKeyRef === undefined ? 'Secret' : 'ConfigMap';
  const store = stores.find(kind, wanted, pod, [...path, member!, 'name']);
  if (store === undefined) return undefined;
  return stores.key(store, wanted, pod.object, [...path, member!, 'key'])?.toString();
}
