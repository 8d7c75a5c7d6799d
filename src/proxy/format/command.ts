import type { Provider } from './context.ts';
import type { FormatEnvironment } from './environment.ts';
import { formatError } from './error.ts';

/** One operator of format strings: a row of the registry in `commands.ts`. */
export interface Command {
  /** As between the percent signs: `START_TIME`. */
  readonly name: string;
  /** Whether `(…)` may or must follow; `none` when absent. */
  readonly parameter?: 'optional' | 'required';
  /** Whether `:N` may follow. */
  readonly length?: boolean;
  /**
   * Makes the provider; `parameter` is empty when none was given.
   *
   * @throws LabError for a parameter it does not take
   */
  compile(
    parameter: string,
    maxLength: number | undefined,
    environment: FormatEnvironment,
    compile: CompileCommand,
  ): Provider;
}

/** Compiles another command, for those that are made of commands. */
export type CompileCommand = (name: string, parameter: string, maxLength: number | undefined) => Provider;

/** A command that takes neither parameter nor length. */
export function plain(name: string, provider: Provider): Command {
  return { name, compile: () => provider };
}

/** Refuses what a command does not take, as Envoy's CommandSyntaxChecker does. */
export function checkSyntax(command: Command, parameter: string, maxLength: number | undefined): void {
  const { name } = command;
  const takes = command.parameter ?? 'none';
  if (takes === 'none' && !command.length && (parameter !== '' || maxLength !== undefined))
    throw formatError(`${name} does not take any parameters or length`);
  if (takes === 'required' && parameter === '') throw formatError(`${name} requires parameters`);
  if (!command.length && maxLength !== undefined)
    throw formatError(`${name} does not allow length to be specified.`);
}

/** The first `maxLength` characters. */
export function truncate(text: string, maxLength: number | undefined): string {
  return maxLength === undefined || text.length <= maxLength ? text : text.slice(0, maxLength);
}
