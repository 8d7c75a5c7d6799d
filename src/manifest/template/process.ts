import { randomInt } from 'node:crypto';
import type { Document } from '../../document/document.ts';
import type { Problem } from '../../document/problem.ts';
import { didYouMean } from '../../document/suggest.ts';
import { LabError } from '../../error.ts';
import { readSchema } from '../../schema/read.ts';
import { partOf, problemAt } from '../read/object.ts';
import { type TemplateFields, type TemplateParameter, template } from '../schema/template.ts';
import { withoutNulls } from '../schema/without-nulls.ts';
import { ExpressionError, generate } from './generate.ts';
import type { GivenParameters } from './parameters.ts';
import { hasReference, substitute, substituteText } from './substitute.ts';

/** A value that was made from an expression; kept, so that the same template run again has the same one. */
export interface GeneratedValue {
  readonly template: string;
  readonly parameter: string;
  readonly from: string;
  readonly value: string;
}

export interface ProcessOptions {
  readonly given: GivenParameters;
  /** What was generated for this lab before. */
  readonly remembered: readonly GeneratedValue[];
  /** A number from 0 up to but without `count`. */
  readonly pick?: (count: number) => number;
}

/** What a template became. */
export interface ProcessedTemplate {
  readonly name: string;
  readonly objects: readonly Document[];
  /** For the user, with the parameters put in. */
  readonly message: string | undefined;
  readonly generated: readonly GeneratedValue[];
  readonly problems: readonly Problem[];
}

/**
 * An OpenShift template with its parameters put in, as `oc process` does it (the order of library-go's Processor:
 * parameters, message, labels; then each object: fixed namespace away, parameters, labels).
 */
export function processTemplate(document: Document, options: ProcessOptions): ProcessedTemplate {
  const { value: fields, problems: found } = readSchema(
    template,
    partOf(document, [], withoutNulls(document.value)),
  );
  const problems: Problem[] = [...found.all];
  const nothing = { name: 'template', objects: [], message: undefined, generated: [] };
  if (fields === undefined) return { ...nothing, problems };
  const { name } = fields.metadata;
  const generated: GeneratedValue[] = [];
  const parameters = new Map<string, string>();
  for (const [index, parameter] of (fields.parameters ?? []).entries()) {
    const path = ['parameters', index];
    try {
      parameters.set(parameter.name, parameterValue(name, parameter, options, generated));
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      problems.push(problemAt(document, [...path, 'from'], error.message));
      continue;
    }
    const empty = parameters.get(parameter.name) === '';
    const { generate: generator = '' } = options.given.has(parameter.name) ? {} : parameter;
    if (empty && !['', 'expression'].includes(generator)) {
      const message = `no generator "${generator}"`;
      problems.push(problemAt(document, [...path, 'generate'], message, { hint: 'there is "expression"' }));
    } else if (empty && parameter.required) {
      problems.push(
        problemAt(document, path, `parameter ${parameter.name} is required and has no value`, {
          hint: `give it with --param ${parameter.name}=VALUE`,
        }),
      );
    }
  }
  const message =
    fields.message === undefined ? undefined : String(substituteText(fields.message, parameters));
  const labels = labelsOf(fields, parameters);
  const objects =
    problems.length > 0
      ? []
      : fields.objects.map((_, index) => {
          const written = (document.value as { objects: unknown[] }).objects[index];
          const object = substitute(withoutFixedNamespace(written), parameters);
          return partOf(document, ['objects', index], withLabels(object, labels));
        });
  return { name, objects, message, generated, problems };
}

/** Given, else written, else generated (the same as before, when the expression is); else empty. */
function parameterValue(
  template: string,
  parameter: TemplateParameter,
  { given, remembered, pick = randomInt }: ProcessOptions,
  generated: GeneratedValue[],
): string {
  const said = given.get(parameter.name);
  if (said !== undefined) return said;
  if (parameter.value !== undefined && parameter.value !== '') return parameter.value;
  if (parameter.generate !== 'expression') return '';
  const { from = '' } = parameter;
  const before = remembered.find(
    (one) => one.template === template && one.parameter === parameter.name && one.from === from,
  );
  const value = before?.value ?? generate(from, pick);
  generated.push({ template, parameter: parameter.name, from, value });
  return value;
}

function labelsOf(fields: TemplateFields, parameters: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields.labels ?? {}).map(([key, value]) => [
      String(substituteText(key, parameters)),
      textOf(value, parameters),
    ]),
  );
}

/** A value that has to be text stays as it was given, also where `${{NAME}}` stands. */
function textOf(text: string, parameters: ReadonlyMap<string, string>): string {
  const value = substituteText(text, parameters);
  return typeof value === 'string' ? value : (parameters.get(text.slice(3, -2)) ?? text);
}

type Fields = Readonly<Record<string, unknown>>;

const isMap = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A namespace that is no reference to a parameter is not the template's to say. */
function withoutFixedNamespace(object: unknown): unknown {
  if (!isMap(object) || !isMap(object.metadata)) return object;
  const { namespace, ...metadata } = object.metadata;
  if (typeof namespace === 'string' && hasReference(namespace)) return object;
  return { ...object, metadata };
}

function withLabels(object: unknown, labels: Fields): unknown {
  if (!isMap(object) || Object.keys(labels).length === 0) return object;
  const metadata = isMap(object.metadata) ? object.metadata : {};
  const own = isMap(metadata.labels) ? metadata.labels : {};
  return { ...object, metadata: { ...metadata, labels: { ...own, ...labels } } };
}

/** @throws LabError `usage` for a parameter that no template has */
export function checkGiven(given: GivenParameters, templates: readonly Document[]): void {
  const known = templates.flatMap(({ value }) => {
    const { parameters } = value as { parameters?: unknown };
    const list: unknown[] = Array.isArray(parameters) ? parameters : [];
    return list.flatMap((one) => (isMap(one) && typeof one.name === 'string' ? [one.name] : []));
  });
  for (const name of given.keys()) {
    if (known.includes(name)) continue;
    const none = templates.length === 0 ? 'there is no template in the manifests' : undefined;
    throw new LabError('usage', `no template has a parameter ${name}`, {
      hint: none ?? didYouMean(name, known) ?? 'the template has no parameters',
    });
  }
}
