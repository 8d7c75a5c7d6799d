import { type Dialect, type Document, readDocument } from '../document/document.ts';
import { overlayDocument } from '../document/overlay.ts';
import { DocumentError, type Problem } from '../document/problem.ts';
import type { envoy, Messages } from './api.generated.ts';
import { type Check, checkBootstrap, type Report } from './check/check.ts';
import { readMessage } from './reader/message.ts';
import { Reading } from './reader/reading.ts';
import { isObject } from './reader/value.ts';
import { writtenPath } from './reader/written-path.ts';
import type { SupportTable } from './support.ts';
import { v2Hint } from './v2.ts';

export type Bootstrap = envoy.config.bootstrap.v3.Bootstrap;

export interface LoadOptions {
  /** What the data plane implements; without it everything Envoy knows is accepted (`--engine envoy`). */
  readonly support?: SupportTable | undefined;
  /** What is not implemented is a warning and left out, instead of an error. */
  readonly allowUnsupported?: boolean | undefined;
  /** Fields Envoy does not know are warnings, as its `--allow-unknown-static-fields` has it. */
  readonly allowUnknown?: boolean | undefined;
  /** How to read the text; by default by the file's name, as Envoy does: `.yaml` and `.yml`, all else is JSON. */
  readonly format?: 'yaml' | 'json' | undefined;
}

export interface BootstrapOptions extends LoadOptions {
  /** What else is looked at, such as texts in a language only the data plane reads. */
  readonly checks?: readonly Check[] | undefined;
  /** YAML that is merged over the text, as Envoy merges `--config-yaml` over `-c`. */
  readonly overlay?: { readonly text: string; readonly file: string } | undefined;
}

export interface LoadedBootstrap {
  /** Field names as in the `.proto`, absent fields absent; `api.generated.ts` says how values look. */
  readonly bootstrap: Bootstrap;
  /** What Envoy takes without a word and is yet surely not meant. */
  readonly warnings: readonly Problem[];
  readonly document: Document;
}

const bootstrapType = 'envoy.config.bootstrap.v3.Bootstrap';

/**
 * Reads an Envoy bootstrap config as Envoy does, and checks it: against the schema of the whole v3 API with its
 * validation rules, against what the data plane implements, and for what only shows between its parts (a route to a
 * cluster that is not there).
 *
 * @param text the file's content
 * @param file the name to put in positions; it also says whether the text is YAML or JSON
 * @throws DocumentError with everything that is wrong, at once
 */
export function loadBootstrap(text: string, file: string, options: BootstrapOptions = {}): LoadedBootstrap {
  const base = readDocument(text, file, dialectOf(file, options.format));
  const { overlay } = options;
  const document = overlay ? overlayDocument(base, readDocument(overlay.text, overlay.file, 'envoy')) : base;
  const { value, problems, reading } = readRoot(document, bootstrapType, options);
  // Relations between parts are looked at as Envoy would see them, with what the data plane does not implement.
  const whole = reading.leftOut ? readRoot(document, bootstrapType, {}) : { value, reading };
  const clean = whole.reading.problems.every(({ severity }) => severity === 'warning');
  if (isObject(whole.value)) {
    const report: Report = (severity, path, message, hint) => {
      // What only looks odd may look so because something else is wrong.
      if (severity === 'warning' && !clean) return;
      const written = writtenPath(document.value, path);
      problems.push({ severity, at: document.positionOf(written.path), path: written.text, message, hint });
    };
    const isWhole = (message: object): boolean => !whole.reading.incomplete.has(message);
    checkBootstrap(whole.value, report, isWhole);
    for (const check of options.checks ?? []) check(whole.value, report, isWhole);
  }
  const bootstrap = value as Bootstrap;
  return { bootstrap, warnings: failOnErrors(file, [...document.warnings, ...problems]), document };
}

/**
 * Reads and checks a text that holds one message of any type, such as what file xDS watches.
 *
 * @throws DocumentError with everything that is wrong, at once
 */
export function loadMessage<Name extends keyof Messages>(
  type: Name,
  text: string,
  file: string,
  options: LoadOptions = {},
): { message: Messages[Name]; warnings: readonly Problem[]; document: Document } {
  const document = readDocument(text, file, dialectOf(file, options.format));
  const { value, problems } = readRoot(document, type, options);
  const warnings = failOnErrors(file, [...document.warnings, ...problems]);
  return { message: value as Messages[Name], warnings, document };
}

/**
 * All that is wrong with a document that was read elsewhere, such as a config that was made from another one.
 *
 * @param type the message it holds
 */
export function problemsOf(document: Document, type: string): readonly Problem[] {
  const { value, problems } = readRoot(document, type, {});
  const clean = problems.every(({ severity }) => severity === 'warning');
  if (type !== bootstrapType || !isObject(value) || !clean) return problems;
  const report: Report = (severity, path, message, hint) => {
    const written = writtenPath(document.value, path);
    problems.push({ severity, at: document.positionOf(written.path), path: written.text, message, hint });
  };
  checkBootstrap(value, report, () => true);
  return problems;
}

/** Reads and checks plain data as a message of any type; problems have a path but no position. */
export function checkMessage<Name extends keyof Messages>(
  type: Name,
  data: unknown,
  options: Pick<LoadOptions, 'support' | 'allowUnsupported'> = {},
): { message: Messages[Name] | undefined; problems: readonly Problem[] } {
  const reading = new Reading(undefined, options.support, options.allowUnsupported ?? false);
  const value = readMessage(reading, type, data);
  const message = isObject(value) ? (value as Messages[Name]) : undefined;
  return { message, problems: [...reading.problems, ...refuseDisallowed(reading, {})] };
}

function readRoot(document: Document, type: string, options: LoadOptions) {
  const reading = new Reading(document, options.support, options.allowUnsupported ?? false);
  reading.allowUnknown = options.allowUnknown ?? false;
  if (type === bootstrapType) reading.anyDepth = 0;
  if (document.value === null) reading.report('the file is empty');
  const value = document.value === null ? {} : readMessage(reading, type, document.value);
  return { value, reading, problems: [...reading.problems, ...refuseDisallowed(reading, value)] };
}

/** What Envoy refuses by default, unless the config's own runtime allows it. */
function refuseDisallowed(reading: Reading, value: unknown): Problem[] {
  if (reading.disallowed.length === 0) return [];
  const runtime: Record<string, unknown> = {};
  const layers = isObject(value) ? (value as Partial<Bootstrap>).layered_runtime?.layers : undefined;
  for (const { static_layer } of layers ?? []) Object.assign(runtime, static_layer);
  if (runtime['envoy.features.enable_all_deprecated_features'] === true) return [];
  const refused = new Reading(reading.document, undefined, false);
  for (const { name, path, inAny } of reading.disallowed) {
    const key = `envoy.deprecated_features:${name}`;
    if (runtime[key] === true) continue;
    refused.path.splice(0, refused.path.length, ...path);
    if (inAny) refused.report(`${name} is no longer allowed`, { hint: `the runtime key ${key} allows it` });
    else refused.report(`${name} is deprecated`, { severity: 'warning' });
  }
  return refused.problems;
}

function dialectOf(file: string, format: LoadOptions['format']): Dialect {
  if (/\.pb(_text)?$/i.test(file)) {
    const message = 'only YAML and JSON are read here';
    const hint = 'use --engine envoy for a binary or text protobuf';
    throw new DocumentError(`${file} cannot be read`, [{ severity: 'error', path: '', message, hint }]);
  }
  const yaml = format === undefined ? /\.ya?ml$/i.test(file) : format === 'yaml';
  return yaml ? 'envoy' : 'json';
}

function failOnErrors(file: string, problems: Problem[]): readonly Problem[] {
  // In the order of the text; what another file lays over it comes last.
  const place = ({ at }: Problem): number[] => [
    at && at.file !== file ? 1 : 0,
    at?.line ?? 0,
    at?.column ?? 0,
  ];
  problems.sort((a, b) => {
    const other = place(b);
    return place(a).reduce((order, part, i) => order || part - other[i]!, 0);
  });
  if (problems.some((problem) => problem.severity === 'error')) {
    throw new DocumentError(`${file} is not a valid Envoy config`, problems, v2Hint(problems));
  }
  return problems;
}
