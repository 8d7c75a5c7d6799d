import { Chalk } from 'chalk';
import type { OutputStream } from '../io.ts';

/** How words are set apart on a terminal; on anything else they come out as they are. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warn: (text: string) => string;
  /** One of a few colours, the same for the same number. */
  readonly tint: (index: number, text: string) => string;
}

/** Colours when the stream is a terminal and NO_COLOR (no-color.org) is not set; FORCE_COLOR turns them on anywhere. */
export function styleFor(stream: OutputStream, env: Readonly<Record<string, string | undefined>>): Style {
  const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '' && env.FORCE_COLOR !== '0';
  const wanted = forced || (stream.isTTY === true && env.TERM !== 'dumb');
  const chalk = new Chalk({ level: wanted && !env.NO_COLOR ? 1 : 0 });
  const tints = [chalk.cyan, chalk.magenta, chalk.blue, chalk.yellow, chalk.green];
  return {
    bold: (text) => chalk.bold(text),
    dim: (text) => chalk.dim(text),
    good: (text) => chalk.green(text),
    bad: (text) => chalk.red(text),
    warn: (text) => chalk.yellow(text),
    tint: (index, text) => tints[index % tints.length]!(text),
  };
}
