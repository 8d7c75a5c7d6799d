import type { LabContext } from '../lab/context.ts';
import { labContext } from '../machine/lab-context.ts';
import { thisProcess } from '../machine/surroundings.ts';
import type { OpenOptions } from './options.ts';

/** What calls of this process work with. Everything else that ends one is given to that call. */
export function contextOf(options: OpenOptions, command: string): LabContext {
  const here = thisProcess();
  const signal = options.signal ?? new AbortController().signal;
  const surroundings = { ...here, env: { ...here.env, ...options.env }, signal };
  return labContext(surroundings, command, options.onEvent ?? (() => undefined));
}
