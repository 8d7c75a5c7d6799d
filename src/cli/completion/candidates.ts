import type { Command, Option } from 'commander';
import type { Cli, CommonOptions } from '../cli.ts';

/** Words that may stand for the last of `words` (which may be empty), read from the command tree. */
export async function candidates(
  program: Command,
  words: readonly string[],
  cli: Cli,
  options: CommonOptions,
): Promise<readonly string[]> {
  const given = words[0] === '--' ? words.slice(1) : words;
  const typed = given.at(-1) ?? '';
  const all = await candidatesFor(program, given.slice(0, -1), typed, cli, options);
  return all.filter((word) => word.startsWith(typed));
}

async function candidatesFor(
  program: Command,
  before: readonly string[],
  typed: string,
  cli: Cli,
  options: CommonOptions,
): Promise<readonly string[]> {
  const commands = visible(program);
  const command = commands.find((candidate) => candidate.name() === before[0]);
  if (command === undefined) {
    return before.length > 0
      ? []
      : typed.startsWith('-')
        ? longOptions(program)
        : commands.map((c) => c.name());
  }
  const pending = optionOf(command, before.at(-1) ?? '');
  if (pending?.required) return values(optionKind(pending), pending.argChoices, cli, options, before);
  if (typed.startsWith('-')) return longOptions(command);
  const position = positionals(command, before.slice(1));
  const args = command.registeredArguments;
  const argument = args[position] ?? (args.at(-1)?.variadic ? args.at(-1) : undefined);
  if (argument === undefined) return [];
  // What a command runs in a node or hands to curl is not ours to know.
  if (argument.name() === 'command' || argument.name() === 'words') return [];
  return values(argument.name(), argument.argChoices, cli, options, before);
}

function visible(program: Command): Command[] {
  return program.commands.filter((command) => !command.name().startsWith('__'));
}

function longOptions(command: Command): string[] {
  return command.options.filter(({ hidden }) => !hidden).map(({ long, short }) => long ?? short ?? '');
}

function optionOf(command: Command, word: string): Option | undefined {
  return command.options.find(({ long, short }) => word !== '' && (long === word || short === word));
}

/** What an option's value is: its placeholder, or its own name. */
function optionKind(option: Option): string {
  const name = option.attributeName();
  return ['lab', 'runtime', 'engine', 'container'].includes(name)
    ? name
    : (/<(.*)>/.exec(option.flags)?.[1] ?? name);
}

/** How many positional arguments the words hold. */
function positionals(command: Command, words: readonly string[]): number {
  let count = 0;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (!word.startsWith('-')) count++;
    else if (optionOf(command, word)?.required) i++;
  }
  return count;
}

/** The values of a kind of argument or option. Asking the labs must never fail a completion. */
async function values(
  kind: string,
  choices: readonly string[] | undefined,
  cli: Cli,
  options: CommonOptions,
  before: readonly string[],
): Promise<readonly string[]> {
  if (choices !== undefined) return choices;
  try {
    const context = await cli.context({ ...options, quiet: true });
    if (kind === 'sandbox') {
      const { listAllSandboxes } = await import('../../lab/sandboxes.ts');
      return (await listAllSandboxes(context)).map(({ name }) => name);
    }
    if (kind === 'runtime') return context.runtimes.map(({ name }) => name);
    if (kind === 'engine') return context.engines.map(({ name }) => name);
    if (kind === 'lab') {
      const { runningLabs } = await import('../../lab/find.ts');
      return (await runningLabs(context)).map(({ lab }) => lab);
    }
    const at = before.findIndex((word) => word === '--lab' || word === '-l');
    const named = at === -1 ? undefined : before[at + 1];
    await using lab = await cli.open({ quiet: true, ...(named === undefined ? {} : { lab: named }) });
    if (kind === 'name') return (await lab.sandbox()).checks.map(({ name }) => name);
    const nodes = (await lab.ps()).nodes.map(({ spec }) => spec);
    if (kind === 'container')
      return [...new Set(nodes.flatMap((node) => node.containers.map(({ name }) => name)))];
    const names = [...new Set(nodes.flatMap(({ group, name }) => [group, name]))];
    if (kind === 'node') return names;
    if (kind === 'node=replicas') return [...new Set(nodes.map(({ group }) => `${group}=`))];
    if (kind === 'node:path') return names.map((name) => `${name}:/`);
    if (kind === 'port') return [...new Set(nodes.flatMap(({ publish }) => publish.map(({ name }) => name)))];
    return [];
  } catch {
    return [];
  }
}
