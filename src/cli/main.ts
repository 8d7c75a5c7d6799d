import { Command, CommanderError } from 'commander';
import type { LabContext } from '../lab/context.ts';
import { packageVersion } from '../machine/package-root.ts';
import type { Cli, CommonOptions } from './cli.ts';
import { commands } from './commands.ts';
import { ExitCode, exitCodeOf } from './exit-code.ts';
import type { Io } from './io.ts';
import { asTyped } from './output/as-typed.ts';
import { errorText, usageText } from './output/error-text.ts';
import { type Progress, type ProgressMode, progressFor } from './output/progress/progress.ts';
import { styleFor } from './output/style.ts';
import { processIo } from './process-io.ts';

/** Runs the command line of this process; `bin/envoy-lab.js` calls it. */
export async function run(): Promise<void> {
  const code = await main(process.argv.slice(2), processIo());
  // Whatever a command left open must not keep the process; only what is written has to reach its reader.
  const drained = (stream: NodeJS.WriteStream) =>
    new Promise<void>((resolve) => stream.write('', () => resolve()));
  await Promise.all([drained(process.stdout), drained(process.stderr)]);
  process.exit(code);
}

/**
 * Runs one command line and answers with its exit code; it never throws.
 *
 * @param argv the words behind `envoy-lab`
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const debug = argv.includes('--debug') || Boolean(io.env.ENVOY_LAB_DEBUG);
  const words = argv.filter((word, index) => word !== '--debug' || argv.slice(0, index).some(isPassThrough));
  const session = new Session(io, words);
  try {
    const root = program(session);
    if (words.length === 0) root.outputHelp();
    else await root.parseAsync([...words], { from: 'user' });
    return session.exitCode === ExitCode.ok && io.signal.aborted ? ExitCode.interrupted : session.exitCode;
  } catch (error) {
    session.endProgress();
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
    const typed = (text: string) => asTyped(text, io.env);
    io.stderr.write(errorText(error, styleFor(io.stderr, io.env), debug, typed));
    // What fails because it is being ended is told, and has not failed by itself.
    const code = io.signal.aborted ? ExitCode.interrupted : exitCodeOf(error);
    return code === ExitCode.interrupted ? code : (session.ownFailure ?? code);
  }
}

/** Behind these words, options are not ours. */
const isPassThrough = (word: string) => word === 'curl' || word === 'exec';

/** The command tree: also what completion and the documentation are made from. */
export function program(cli: Cli): Command {
  const { io } = cli;
  const style = styleFor(io.stderr, io.env);
  const help = (command: string, what: string) =>
    asTyped(`${style.warn('hint:')} envoy-lab ${command}--help ${what}`, io.env);
  const root = new Command('envoy-lab')
    .description('Start Envoy sandboxes in one command, with or without Docker')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .enablePositionalOptions()
    .showHelpAfterError(help('', 'lists the commands'))
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: (text, write) => write(usageText(text, style)),
      getOutHelpWidth: () => helpWidth(io.stdout.columns),
      getErrHelpWidth: () => helpWidth(io.stderr.columns),
    });
  for (const command of commands) {
    const defined = command.define(root, cli);
    defined
      .helpGroup(`${command.group}:`)
      .showHelpAfterError(help(`${defined.name()} `, 'says what it takes'))
      .exitOverride()
      .helpOption('-h, --help', 'print help');
  }
  return root.addHelpCommand(
    new Command('help')
      .argument('[command]')
      .description('print help for a command')
      .helpGroup('This tool:')
      .helpOption(false),
  );
}

const helpWidth = (columns: number | undefined) => Math.min(columns ?? 100, 100);

/** One run of the command line. */
class Session implements Cli {
  readonly io: Io;
  exitCode: number = ExitCode.ok;
  /** The code for a failure of a command that passes on its child's codes. */
  ownFailure: number | undefined;
  readonly #words: readonly string[];
  #quiet = false;
  #progress: Progress | undefined;
  #context: LabContext | undefined;

  constructor(io: Io, words: readonly string[]) {
    this.io = io;
    this.#words = words;
  }

  get style() {
    return styleFor(this.io.stdout, this.io.env);
  }

  print(text: string): void {
    this.endProgress();
    this.io.stdout.write(text);
  }

  printJson(value: unknown): void {
    this.print(`${JSON.stringify(value, undefined, 2)}\n`);
  }

  advise(text: string): void {
    if (!this.#quiet) this.io.stderr.write(`${asTyped(text, this.io.env)}\n`);
  }

  exitWith(code: number): void {
    this.exitCode = code;
  }

  failWith(code: number): void {
    this.ownFailure = code;
  }

  async context(options: CommonOptions): Promise<LabContext> {
    this.#quiet = options.quiet === true || options.progress === 'quiet';
    const mode = this.#quiet ? 'quiet' : ((options.progress ?? 'auto') as ProgressMode);
    const { stderr, env, now } = this.io;
    this.#progress ??= progressFor(mode, { stream: stderr, style: styleFor(stderr, env), now });
    const { labContext } = await import('../machine/lab-context.ts');
    const { namespace } = options;
    const io =
      namespace === undefined ? this.io : { ...this.io, env: { ...env, ENVOY_LAB_NAMESPACE: namespace } };
    this.#context ??= labContext(io, this.#words.join(' '), (event) => this.#progress?.event(event));
    return this.#context;
  }

  async open(options: CommonOptions) {
    const [context, { Lab }] = await Promise.all([this.context(options), import('../lab/lab.ts')]);
    return Lab.open(context, options.lab);
  }

  endProgress(): void {
    this.#progress?.end();
  }
}
