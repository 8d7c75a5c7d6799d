import { LabError } from '../../error.ts';
import type { CliCommand, CommonOptions } from '../cli.ts';
import { ExitCode } from '../exit-code.ts';
import { collect, parseCount, withLab } from '../options.ts';

interface Options extends CommonOptions {
  readonly interactive?: boolean;
  readonly tty?: boolean;
  /** `-T` */
  readonly noTty?: boolean;
  readonly env?: readonly string[];
  readonly workdir?: string;
  readonly user?: string;
  readonly container?: string;
  readonly index?: number;
}

export const exec: CliCommand = {
  group: 'Use',
  define(program, cli) {
    const command = program
      .command('exec')
      .summary('run a command in a node')
      .description(
        'Runs a command in a node: its network, and the files and environment of one of its containers.\n' +
          "The exit code is the command's; 125 when envoy-lab fails, 126 not executable, 127 not found.",
      )
      .argument('<node>', 'a node (its first replica) or a replica')
      .argument('<command...>', 'the command and its arguments')
      .passThroughOptions()
      .option('-i, --interactive', 'pass stdin on')
      .option('-t, --tty', 'run it on a terminal')
      .option('-T, --no-tty', 'no terminal, also with -t before it')
      .option('-e, --env <key=value>', 'add to its environment', collect)
      .option('-w, --workdir <folder>', 'folder to run it in')
      .option('-u, --user <user>', 'user to run it as')
      .option('--container <name>', "the container; the node's first when not said")
      .option('--index <n>', 'which replica; the first when not said', parseCount(1));
    return withLab(command).action(async (node: string, words: string[], options: Options) => {
      cli.failWith(ExitCode.execFailed);
      // As in `kubectl exec POD -- COMMAND`.
      const argv = words[0] === '--' ? words.slice(1) : words;
      if (argv.length === 0) {
        throw new LabError('usage', 'there is no command to run behind --', {
          hint: `such as envoy-lab exec ${node} -- cat /etc/hosts`,
        });
      }
      const [{ attach }, lab] = await Promise.all([import('../attach.ts'), cli.open(options)]);
      await using _lab = lab;
      const { stdin, stdout } = cli.io;
      const wantsTty = options.tty === true;
      if (wantsTty && options.interactive && stdin.isTTY !== true) {
        throw new LabError('usage', 'stdin is no terminal', { hint: 'leave out -t' });
      }
      const tty = wantsTty ? { tty: { columns: stdout.columns || 80, rows: stdout.rows || 24 } } : {};
      await using session = await lab.exec(
        { node, index: options.index, container: options.container },
        {
          argv,
          env: {
            ...(wantsTty ? { TERM: cli.io.env.TERM || 'xterm' } : {}),
            ...parseEnv(options.env ?? [], cli.io.env),
          },
          ...(options.workdir === undefined ? {} : { workdir: options.workdir }),
          ...(options.user === undefined ? {} : { user: options.user }),
          ...(options.interactive ? {} : { noStdin: true as const }),
          ...tty,
        },
      );
      cli.exitWith(await attach(cli.io, session, { stdin: options.interactive === true, tty: wantsTty }));
    });
  },
};

/** `K=V`; a `K` alone is taken from our own environment, as in Docker. */
function parseEnv(
  words: readonly string[],
  own: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const word of words) {
    const at = word.indexOf('=');
    const key = at === -1 ? word : word.slice(0, at);
    const value = at === -1 ? own[key] : word.slice(at + 1);
    if (key === '') throw new LabError('usage', `"${word}" is not KEY=VALUE`);
    if (value !== undefined) env[key] = value;
  }
  return env;
}
