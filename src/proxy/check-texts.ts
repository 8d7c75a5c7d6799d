import type { envoy } from '../bootstrap/api.generated.ts';
import type { Check, Report } from '../bootstrap/check/check.ts';
import { messageSchema } from '../bootstrap/schema/schema.ts';
import type { Path } from '../document/document.ts';
import { LabError } from '../error.ts';
import { systemClock } from './clock.ts';
import type { FormatEnvironment } from './format/environment.ts';
import { compileFormat } from './format/formatter.ts';
import { compileSubstitutionFormat } from './format/substitution-format.ts';
import { compileRegexMatcher } from './regex/matcher.ts';
import { compileHeaderMutation } from './route/header-mutation.ts';
import { LayeredRuntime } from './runtime/layered-runtime.ts';
import type { Runtime } from './runtime/runtime.ts';
import { StatsStore } from './stats/store.ts';

type Json = Record<string, unknown>;

/** A text in a language of its own: where it stands in a message, and what reads it. */
interface TextCheck {
  /** Full name of the message. */
  readonly type: string;
  /** Field of the message, or of a message in it, that holds the text; problems are reported there. */
  readonly at: readonly string[];
  /** @throws LabError when the text cannot be read */
  read(message: Json, runtime: Runtime | undefined): void;
}

/** Nothing is printed here: formats are only read. */
const environment: FormatEnvironment = {
  clock: systemClock,
  hostname: '',
  variables: {},
  uuid: () => '',
};
const reader = { readFile: () => Buffer.alloc(0), variables: {} };

const headerLists = ['request_headers_to_remove', 'response_headers_to_remove'].flatMap((field) =>
  ['RouteConfiguration', 'VirtualHost', 'Route', 'WeightedCluster.ClusterWeight'].map(
    (message): TextCheck => ({
      type: `envoy.config.route.v3.${message}`,
      at: [field],
      read: (value) => void compileHeaderMutation([], value[field] as string[], environment),
    }),
  ),
);

const rewrites = ['path_rewrite', 'host_rewrite'].map(
  (field): TextCheck => ({
    type: 'envoy.config.route.v3.RouteAction',
    at: [field],
    read: (value) => void compileFormat(value[field] as string, environment),
  }),
);

const checks: readonly TextCheck[] = [
  {
    type: 'envoy.type.matcher.v3.RegexMatcher',
    at: ['regex'],
    read: (value, runtime) =>
      void compileRegexMatcher(value as unknown as envoy.type.matcher.v3.RegexMatcher, runtime),
  },
  {
    type: 'envoy.config.core.v3.HeaderValueOption',
    at: ['header'],
    read: (value) =>
      void compileHeaderMutation(
        [value as unknown as envoy.config.core.v3.HeaderValueOption],
        [],
        environment,
      ),
  },
  ...['text_format', 'text_format_source', 'json_format'].map(
    (field): TextCheck => ({
      type: 'envoy.config.core.v3.SubstitutionFormatString',
      at: [field],
      read: (value) => {
        const { environment_variable: variable } = (value.text_format_source ?? {}) as Json;
        if (variable === undefined) compileSubstitutionFormat(value, { environment, reader });
      },
    }),
  ),
  {
    type: 'envoy.extensions.access_loggers.file.v3.FileAccessLog',
    at: ['format'],
    read: (value) => void compileFormat(value.format as string, environment),
  },
  ...rewrites,
  ...headerLists,
];

const byType = new Map<string, TextCheck[]>();
for (const check of checks) byType.set(check.type, [...(byType.get(check.type) ?? []), check]);

/**
 * Reads what is written in languages of their own, regular expressions and format strings, so that all that is wrong
 * with them shows at once and where it stands.
 */
export const checkTexts: Check = (bootstrap, report) => {
  walk('envoy.config.bootstrap.v3.Bootstrap', bootstrap as Json, [], report, runtimeOf(bootstrap));
};

/** The runtime as the config sets it; what is wrong with it is said elsewhere. */
function runtimeOf(bootstrap: envoy.config.bootstrap.v3.Bootstrap): Runtime | undefined {
  try {
    return new LayeredRuntime(bootstrap.layered_runtime, new StatsStore());
  } catch (error) {
    if (error instanceof LabError) return undefined;
    throw error;
  }
}

function walk(type: string, message: Json, path: Path, report: Report, runtime: Runtime | undefined): void {
  for (const { at, read } of byType.get(type) ?? []) {
    if (message[at[0]!] === undefined) continue;
    try {
      read(message, runtime);
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      report('error', [...path, ...at], error.message, error.hint);
    }
  }
  const schema = messageSchema(type);
  for (const [name, value] of Object.entries(message)) {
    const field = schema?.fields.get(name);
    if (field === undefined || (field.type.kind !== 'message' && field.type.kind !== 'any')) continue;
    const step = (item: unknown, at: Path): void => {
      if (typeof item !== 'object' || item === null) return;
      const url = field.type.kind === 'any' ? String((item as Json)['@type'] ?? '') : '';
      const itemType = field.type.kind === 'message' ? field.type.name : url.slice(url.lastIndexOf('/') + 1);
      walk(itemType, item as Json, at, report, runtime);
    };
    if (Array.isArray(value)) for (const [i, item] of value.entries()) step(item, [...path, name, i]);
    else if (field.mapKey !== undefined)
      for (const [key, item] of Object.entries(value as Json)) step(item, [...path, name, key]);
    else step(value, [...path, name]);
  }
}
