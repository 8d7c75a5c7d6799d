import { type Command, checkSyntax } from './command.ts';
import { commands } from './commands.ts';
import { type FormatContext, type Provider, textOf } from './context.ts';
import type { FormatEnvironment } from './environment.ts';
import { formatError, unsupportedCommand } from './error.ts';
import { type FormatPart, parseFormat } from './parse.ts';
import { unsupportedCommands } from './unsupported.ts';

/** Fills a format string in. */
export type Formatter = (context: FormatContext) => string;

export interface FormatOptions {
  /** Absent values print as nothing instead of `-`. */
  readonly omitEmptyValues?: boolean;
  /** Commands that only the config's `formatters` bring in. */
  readonly extensions?: readonly Command[];
}

const byName = new Map(commands.map((command) => [command.name, command]));

/**
 * Compiles a command as `%NAME(parameter):length%` would.
 *
 * @throws LabError when there is no such command, or it does not take this
 */
export function compileCommand(
  name: string,
  parameter: string,
  maxLength: number | undefined,
  environment: FormatEnvironment,
  extensions: readonly Command[] = [],
): Provider {
  const command = byName.get(name) ?? extensions.find((extension) => extension.name === name);
  if (!command) {
    if (unsupportedCommands.has(name)) throw unsupportedCommand(`%${name}%`);
    throw formatError(`Not supported field in StreamInfo: ${name}`);
  }
  checkSyntax(command, parameter, maxLength);
  return command.compile(parameter, maxLength, environment, (other, itsParameter, itsMaxLength) =>
    compileCommand(other, itsParameter, itsMaxLength, environment, extensions),
  );
}

/** The parts of a format string as strings to copy and providers to ask. */
export function compileParts(
  parts: readonly FormatPart[],
  environment: FormatEnvironment,
  options: FormatOptions = {},
): (string | Provider)[] {
  return parts.map((part) =>
    'literal' in part
      ? part.literal
      : compileCommand(part.command, part.parameter, part.maxLength, environment, options.extensions),
  );
}

/**
 * Compiles a text format once; the result fills it in per request.
 *
 * @param format such as `%REQ(:METHOD)% %PROTOCOL%`
 * @throws LabError in Envoy's words for what Envoy refuses
 * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/advanced/substitution_formatter
 */
export function compileFormat(
  format: string,
  environment: FormatEnvironment,
  options: FormatOptions = {},
): Formatter {
  const parts = compileParts(parseFormat(format), environment, options);
  const empty = options.omitEmptyValues ? '' : '-';
  const [only] = parts;
  if (only === undefined) return () => '';
  if (parts.length === 1)
    return typeof only === 'string' ? () => only : (context) => textOf(only(context), empty);
  return (context) => {
    let text = '';
    for (const part of parts) text += typeof part === 'string' ? part : textOf(part(context), empty);
    return text;
  };
}

/** The text a format prints for every request, or undefined when it depends on the request. */
export function constantFormat(format: string): string | undefined {
  const parts = parseFormat(format);
  if (parts.length === 0) return '';
  const [only] = parts;
  return parts.length === 1 && only && 'literal' in only ? only.literal : undefined;
}
