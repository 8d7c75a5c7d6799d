import type { Document } from '../document/document.ts';
import { LabError } from '../error.ts';
import { wholeReference } from '../image/reference.ts';
import { readSchema } from '../schema/read.ts';
import type { Origins } from './origins.ts';
import { KINDS } from './read/kinds.ts';
import { failOn, type ManifestObject, partOf, titleOf } from './read/object.ts';
import { type ReadObjects, readObjects } from './read/objects.ts';
import { Findings } from './resolve/findings.ts';
import { type ImageRules, imageRules, ruleFor } from './resolve/images.ts';
import { mentions } from './resolve/mentions.ts';
import { type ResolvedNode, resolveNode } from './resolve/node.ts';
import { aliasesOf, type BoundService, bindService, nameNodes, resolveService } from './resolve/services.ts';
import { configMapStore, type Store, Stores, secretStore } from './resolve/stores.ts';
import type { FolderFile } from './resolve/volumes.ts';
import type { Workload } from './resolve/workload.ts';
import { workloadOf } from './resolve/workloads.ts';
import type { ConfigMapFields, SecretFields, ServiceFields } from './schema/objects.ts';
import { trim } from './schema/trim.ts';
import { withoutNulls } from './schema/without-nulls.ts';
import type { GivenParameters } from './template/parameters.ts';
import type { GeneratedValue } from './template/process.ts';

export interface ManifestOptions {
  /** Name of the lab; undefined: the template's, else the first workload's. */
  readonly name: string | undefined;
  readonly parameters: GivenParameters;
  /** What templates generated for this lab before. */
  readonly remembered: readonly GeneratedValue[];
  /** Images of ours, or `envoy`, by images of registries. */
  readonly images: ReadonlyMap<string, string>;
  /** `checks` of the sandbox file. */
  readonly checks: readonly unknown[];
}

/** A sandbox that manifests say. */
export interface ManifestSandbox {
  readonly name: string;
  /** `sandbox.yaml` as plain data. */
  readonly sandbox: Readonly<Record<string, unknown>>;
  /** What it names, relative to its folder. */
  readonly files: readonly FolderFile[];
  /** Directories that have to be there, empty or not. */
  readonly directories: readonly string[];
  readonly origins: Origins;
  readonly generated: readonly GeneratedValue[];
  /** What is left out or different from a cluster, a line each with its place. */
  readonly notes: readonly string[];
  /** Messages of templates. */
  readonly messages: readonly string[];
}

/**
 * Kubernetes manifests as a sandbox.
 *
 * @throws DocumentError with everything that is wrong or not supported, with its place; LabError `usage` when there is
 * nothing to run
 */
export function toSandbox(documents: readonly Document[], options: ManifestOptions): ManifestSandbox {
  const { parameters, remembered } = options;
  const read = readObjects(documents, { given: parameters, remembered });
  const findings = new Findings();
  findings.problems.push(...read.problems);
  for (const { object, why } of read.skipped) findings.note(object, [], `left out: ${why}`);
  const { workloads, services, stores, mentioned } = modelOf(read, findings);
  if (workloads.length === 0 && findings.problems.length === 0) {
    throw new LabError('usage', 'the manifests have nothing to run', {
      hint: 'a lab needs a Pod, a Deployment or the like',
    });
  }
  const bound = services.flatMap(({ object, fields }) => {
    const service = bindService(object, fields, workloads, findings);
    return service === undefined ? [] : [service];
  });
  const named = nameNodes(workloads, bound, findings);
  const inPlace = bound.map((service) => ({
    ...service,
    workload: named.find(({ object }) => object === service.workload.object)!,
  }));
  const rules = imageRules(named, options.images, findings);
  const nodes = named.map((pod) => ({
    pod,
    ...resolveNode({ pod, stores, findings }, rules, aliasesOf(pod, inPlace, mentioned)),
  }));
  const clusterServices = inPlace.filter(({ headless }) => !headless);
  const sandbox = {
    name: options.name ?? read.template ?? named[0]?.name.replaceAll('.', '-') ?? 'lab',
    summary: summaryOf(named, inPlace),
    nodes: Object.fromEntries(nodes.map(({ pod, fields }) => [pod.node, fields])),
    ...(clusterServices.length > 0 && {
      services: Object.fromEntries(
        clusterServices.map((service) => [service.object.name, resolveService(service, findings, mentioned)]),
      ),
    }),
    ...imagesOf(
      nodes.flatMap(({ ruled }) => ruled),
      rules,
    ),
    ...(options.checks.length > 0 && { checks: options.checks }),
  };
  failOn(findings.problems);
  return {
    name: sandbox.name,
    sandbox,
    files: nodes.flatMap(({ content }) => content),
    directories: nodes.flatMap(({ directories }) => directories),
    origins: originsOf(nodes, clusterServices),
    generated: read.generated,
    notes: findings.notes,
    messages: read.messages,
  };
}

function originsOf(
  nodes: readonly ({ readonly pod: Workload } & Pick<ResolvedNode, 'images' | 'content'>)[],
  services: readonly BoundService[],
): Origins {
  const name = ({ document }: ManifestObject) => ({ document, path: ['metadata', 'name'] });
  return {
    parts: [
      ...nodes.flatMap(({ pod, images }) => [
        [['nodes', pod.node], name(pod.object)] as const,
        ...[...images].map(
          ([container, origin]) => [['nodes', pod.node, 'containers', container], origin] as const,
        ),
      ]),
      ...services.map(({ object }) => [['services', object.name], name(object)] as const),
    ],
    files: new Map(
      nodes.flatMap(({ content }) =>
        content.flatMap(({ path, origin }) => (origin === undefined ? [] : [[path, origin] as const])),
      ),
    ),
  };
}

interface Model {
  readonly workloads: readonly Workload[];
  readonly services: readonly { readonly object: ManifestObject; readonly fields: ServiceFields }[];
  readonly stores: Stores;
  readonly mentioned: (name: string) => boolean;
}

/** Every object by its schema. */
function modelOf({ objects }: ReadObjects, findings: Findings): Model {
  const workloads: Workload[] = [];
  const services: { object: ManifestObject; fields: ServiceFields }[] = [];
  const stores: Store[] = [];
  for (const object of objects) {
    const fields = fieldsOf(object, findings);
    if (fields === undefined) continue;
    if (object.kind === 'Service') services.push({ object, fields: fields as ServiceFields });
    else if (object.kind === 'ConfigMap') {
      stores.push(configMapStore(object, fields as ConfigMapFields, findings));
    } else if (object.kind === 'Secret') stores.push(secretStore(object, fields as SecretFields, findings));
    else {
      const workload = workloadOf(object, fields, findings);
      if (workload !== undefined) workloads.push(workload);
    }
  }
  return {
    workloads,
    services,
    stores: new Stores(stores, findings),
    mentioned: mentions(objects, stores),
  };
}

function fieldsOf(object: ManifestObject, findings: Findings): unknown {
  const { document, kind } = object;
  const { schema, shape } = KINDS[kind]!;
  const trimmed = trim(document, withoutNulls(document.value), shape);
  for (const { path, why } of trimmed.notes) findings.note(object, path, `left out: ${why}`);
  const { value, problems } = readSchema(schema, partOf(document, [], trimmed.value));
  findings.problems.push(...trimmed.problems, ...problems.all);
  return value;
}

function summaryOf(workloads: readonly Workload[], services: readonly BoundService[]): string {
  const objects = [...workloads, ...services].map(({ object }) => titleOf(object));
  return `From manifests: ${objects.join(', ')}.`;
}

/** `images` of the sandbox file: only rules that a container needs may stand there. */
function imagesOf(ruled: readonly string[], rules: ImageRules): { images?: Record<string, string> } {
  const images = new Map(
    ruled.map((image) => [wholeReference(image) ?? image, ruleFor(rules, image)!] as const),
  );
  return images.size === 0 ? {} : { images: Object.fromEntries(images) };
}
