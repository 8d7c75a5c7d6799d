import { type Command, InvalidArgumentError, Option } from 'commander';

/** `-l, --lab NAME`: which lab. With one running nobody needs it. */
export function withLab(command: Command): Command {
  return command.option('-l, --lab <name>', 'the lab, when more than one runs');
}

/** `--json`: the answer as one JSON value, of the shape that docs/json.md describes. */
export function withJson(command: Command): Command {
  return command.option('--json', 'print JSON');
}

/** `-q, --quiet` and `--progress`: what is told on stderr. */
export function withProgress(command: Command): Command {
  const modes = new Option('--progress <mode>', 'how to tell progress').choices([
    'auto',
    'tty',
    'plain',
    'json',
    'quiet',
  ]);
  return command
    .option('-q, --quiet', 'only the answer, if there is one: no progress, no advice')
    .addOption(modes);
}

/** `--timeout DURATION`, in ms. */
export function withTimeout(command: Command, what: string): Command {
  return command.addOption(
    new Option('--timeout <duration>', what).default(60_000, '60s').argParser(parseDuration),
  );
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `60s`, `1.5m`, `500ms`, or seconds without a unit; in ms. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text);
  if (match === null) throw new InvalidArgumentError('Such as 60s, 2m or 500ms.');
  return Number(match[1]) * units[match[2] ?? 's']!;
}

/** A whole number from `least` on. */
export function parseCount(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least) return value;
    throw new InvalidArgumentError(`A whole number from ${least} on.`);
  };
}

/** For options that may be given several times. */
export function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}
