import type { Document } from '../../document/document.ts';
import type { Problem } from '../../document/problem.ts';
import { didYouMean } from '../../document/suggest.ts';
import {
  checkGiven,
  type GeneratedValue,
  type ProcessOptions,
  processTemplate,
} from '../template/process.ts';
import { INSTEAD, KINDS, SKIPPED, TEMPLATE_VERSIONS } from './kinds.ts';
import { type ManifestObject, partOf, problemAt, titleOf } from './object.ts';

/** The objects of all manifests, lists taken apart and templates processed. */
export interface ReadObjects {
  readonly objects: readonly ManifestObject[];
  /** Name of the first template. */
  readonly template: string | undefined;
  readonly generated: readonly GeneratedValue[];
  /** Templates' messages, with the parameters put in. */
  readonly messages: readonly string[];
  /** Objects that a lab has no use for. */
  readonly skipped: readonly { readonly object: ManifestObject; readonly why: string }[];
  readonly problems: readonly Problem[];
}

/** @throws LabError `usage` for a given parameter that no template has */
export function readObjects(documents: readonly Document[], options: ProcessOptions): ReadObjects {
  const reader = new Reader(options);
  for (const document of documents) reader.read(document);
  checkGiven(options.given, reader.templates);
  return { ...reader, template: reader.names[0] };
}

class Reader {
  readonly objects: ManifestObject[] = [];
  readonly generated: GeneratedValue[] = [];
  readonly messages: string[] = [];
  readonly skipped: { object: ManifestObject; why: string }[] = [];
  readonly problems: Problem[] = [];
  readonly templates: Document[] = [];
  readonly names: string[] = [];
  readonly #options: ProcessOptions;
  readonly #seen = new Map<string, ManifestObject>();

  constructor(options: ProcessOptions) {
    this.#options = options;
  }

  read(document: Document): void {
    const { value } = document;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.#fail(document, 'must be a Kubernetes object: a map with apiVersion, kind and metadata');
      return;
    }
    const { apiVersion, kind, metadata, items } = value as Record<string, unknown>;
    if (typeof kind !== 'string' || typeof apiVersion !== 'string') {
      const missing = typeof kind !== 'string' ? 'kind' : 'apiVersion';
      this.#fail(
        document,
        `"${missing}" is missing`,
        'a Kubernetes object has apiVersion, kind and metadata',
      );
    } else if (kind.endsWith('List') && Array.isArray(items)) {
      for (const [index, item] of items.entries()) this.read(partOf(document, ['items', index], item));
    } else if (kind === 'Template' && TEMPLATE_VERSIONS.includes(apiVersion)) this.#template(document);
    else {
      const { name } = (metadata ?? {}) as { name?: unknown };
      if (typeof name === 'string' && name !== '') this.#object({ apiVersion, kind, name, document });
      else this.#fail(document, `"name" of the metadata is missing`, 'a lab needs names that are known');
    }
  }

  #object(object: ManifestObject): void {
    const { apiVersion, kind, document } = object;
    const known = own(KINDS, kind);
    const why = own(SKIPPED, kind);
    if (known === undefined) {
      if (why !== undefined) this.skipped.push({ object, why });
      else {
        const hint = own(INSTEAD, kind) ?? didYouMean(kind, [...Object.keys(KINDS), 'Template', 'List']);
        this.problems.push(problemAt(document, ['kind'], `${kind} is not supported`, { hint }));
      }
    } else if (!known.apiVersions.includes(apiVersion)) {
      const message = `${kind} is ${known.apiVersions.join(' or ')}, not ${apiVersion}`;
      this.problems.push(problemAt(document, ['apiVersion'], message));
    } else {
      // What pods read may be called the same in two namespaces; what runs has one name in a lab.
      const { namespace } = (document.value as { metadata: { namespace?: unknown } }).metadata;
      const key = `${titleOf(object)} ${['ConfigMap', 'Secret'].includes(kind) ? (namespace ?? 'default') : ''}`;
      const other = this.#seen.get(key);
      if (other !== undefined) {
        const { file, line } = other.document.positionOf([]);
        const message = `there is a ${titleOf(object)} already, at ${file}:${line}`;
        this.problems.push(problemAt(document, ['metadata', 'name'], message));
        return;
      }
      this.#seen.set(key, object);
      this.objects.push(object);
    }
  }

  #template(document: Document): void {
    const processed = processTemplate(document, this.#options);
    this.templates.push(document);
    this.names.push(processed.name);
    this.problems.push(...processed.problems);
    this.generated.push(...processed.generated);
    if (processed.message !== undefined) this.messages.push(processed.message);
    for (const object of processed.objects) this.read(object);
  }

  #fail(document: Document, message: string, hint?: string): void {
    this.problems.push(problemAt(document, [], message, { hint }));
  }
}

/** What a table has of a name; names of what every object has are none of its. */
function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
