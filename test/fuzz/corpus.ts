import { readdirSync, readFileSync } from 'node:fs';
import { type Input, inputOf } from './input.ts';

export interface CorpusEntry {
  readonly file: string;
  readonly input: Input;
}

/** The inputs that are kept: small ones that were worth it once, all replayed by every test run. */
export function readCorpus(): CorpusEntry[] {
  const url = new URL('corpus/', import.meta.url);
  return readdirSync(url)
    .filter((file) => file.endsWith('.http'))
    .sort()
    .map((file) => ({ file, input: inputOf(file, readFileSync(new URL(file, url))) }));
}
