import { didYouMean } from '../document/suggest.ts';
import { LabError } from '../error.ts';
import type { Engine } from './engine.ts';
import { envoy } from './envoy.ts';
import { ts } from './ts.ts';

/** All engines; the first is the default. */
export const engines: readonly Engine[] = [ts, envoy];

export const engineNames: readonly string[] = engines.map(({ name }) => name);

/** @throws LabError `usage` that lists the known when there is none of that name */
export function engineNamed(name: string): Engine {
  const engine = engines.find((candidate) => candidate.name === name);
  if (engine !== undefined) return engine;
  throw new LabError('usage', `no engine "${name}"; there are ${engineNames.join(' and ')}`, {
    hint: didYouMean(name, engineNames),
  });
}
