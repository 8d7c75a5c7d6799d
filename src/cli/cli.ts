import type { Command } from 'commander';
import type { LabContext } from '../lab/context.ts';
import type { Lab } from '../lab/lab.ts';
import type { Io } from './io.ts';
import type { Style } from './output/style.ts';

/** What a command is given to do its work; `main` makes one for each run. */
export interface Cli {
  readonly io: Io;
  /** Style for stdout. */
  readonly style: Style;
  /** Writes to stdout: the answer. */
  print(text: string): void;
  /** Writes a value to stdout as JSON. */
  printJson(value: unknown): void;
  /** Writes a line to stderr unless `--quiet`: advice. */
  advise(text: string): void;
  /** Makes the process end with this code; without it, with 0. */
  exitWith(code: number): void;
  /** From here on a failure of ours ends with this code: that of `exec` and `curl` is not to be taken for their child's. */
  failWith(code: number): void;
  /** What the lab layer works with; its parts are loaded when this is first asked for. */
  context(options: CommonOptions): Promise<LabContext>;
  /** The lab that `--lab` names, or the only one. Dispose it. */
  open(options: CommonOptions): Promise<Lab>;
  /** Ends live progress, so that an answer may stand below it. */
  endProgress(): void;
}

/** Options that many commands share. */
export interface CommonOptions {
  readonly lab?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly progress?: string;
  /** Of a cluster, for labs that are started. */
  readonly namespace?: string;
}

/** Headings under which help lists the commands. */
export type CommandGroup = 'Start and end' | 'Use' | 'Look' | 'Change' | 'Sandboxes' | 'This tool';

/** One command; `commands.ts` lists them. */
export interface CliCommand {
  readonly group: CommandGroup;
  /** Adds the command to the program, its action included. */
  define(program: Command, cli: Cli): Command;
}
