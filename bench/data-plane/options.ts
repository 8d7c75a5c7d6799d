import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ours = fileURLToPath(new URL('../../bin/envoy-lab-proxy.js', import.meta.url));

/** What is asked of a run of the table. */
export interface Options {
  /** Keys of the rows; none: all. */
  readonly rows: readonly string[];
  readonly rounds: number;
  /** Of load, in every round of every contender. */
  readonly seconds: number;
  /** Names of the contenders; none: all. */
  readonly only: readonly string[];
  /** Builds of ours, `bin/envoy-lab-proxy.js` of a checkout; further ones are compared as `ts2`, `ts3`… */
  readonly builds: readonly string[];
}

/**
 * Reads `[row…] [--rounds N] [--seconds N] [--only ts,envoy,http-proxy] [--builds FILE,FILE]`.
 *
 * @throws Error that names the word it does not understand
 */
export function parseOptions(words: readonly string[], rowKeys: readonly string[]): Options {
  const rows: string[] = [];
  let [rounds, seconds, only, builds] = [5, 3, [] as string[], [ours]];
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (word === '--rounds') rounds = count(word, words[++at]);
    else if (word === '--seconds') seconds = count(word, words[++at]);
    else if (word === '--only') only = (words[++at] ?? '').split(',');
    else if (word === '--builds') builds = (words[++at] ?? '').split(',').map((file) => resolve(file));
    else if (rowKeys.includes(word)) rows.push(word);
    else throw new Error(`no row named ${word}: there are ${rowKeys.join(', ')}`);
  }
  return { rows, rounds, seconds, only, builds };
}

function count(flag: string, value: string | undefined): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new Error(`${flag} needs a whole number, not ${value}`);
  return number;
}
