import { closeSync, openSync, readSync, realpathSync } from 'node:fs';
import { basename } from 'node:path';
import { LabError } from '../../../error.ts';
import { baseExtras, baseTools } from './base-layer.ts';
import { type Item, type Layer, layerOf } from './layer.ts';
import { type LibrarySearch, librariesOf } from './libraries.ts';

/**
 * A program of the machine with the libraries it is loaded with; a script of a shell or of node alone.
 *
 * @param others names of the programs that are in the same image
 * @throws LabError `runtime` when it needs what an image does not have
 */
export function programLayer(
  name: string,
  hostPath: string,
  others: readonly string[],
  search: LibrarySearch,
): Layer {
  const inside = `/usr/local/bin/${name}`;
  const items: Item[] = [{ kind: 'host', path: inside, hostPath, mode: 0o755 }];
  const libraries = librariesOf(hostPath, inside, search);
  if (libraries === undefined) checkScript(name, hostPath, others);
  for (const library of libraries ?? []) items.push({ kind: 'host', ...library });
  return layerOf(name, items);
}

function checkScript(name: string, hostPath: string, others: readonly string[]): void {
  const real = realpathSync.native(hostPath);
  const interpreter = interpreterOf(real);
  const known = ['node', ...baseTools, ...baseExtras, ...others];
  const refuse = (why: string) => {
    throw new LabError('runtime', `${name} (${hostPath}) cannot be put into an image: ${why}`, {
      hint: 'copy what it needs with `files:` of image.yaml, or give a `base:` image that has it and run: envoy-lab up --pull',
    });
  };
  if (interpreter === undefined) refuse('it is neither a program nor a script');
  else if (real.includes('/node_modules/')) refuse('it is a part of an npm package');
  else if (!known.includes(interpreter)) refuse(`it is a script of ${interpreter}, which images do not have`);
}

/** The program that runs a script, such as `node` of `#!/usr/bin/env node`. */
function interpreterOf(path: string): string | undefined {
  const start = Buffer.alloc(256);
  const file = openSync(path, 'r');
  try {
    readSync(file, start, 0, start.length, 0);
  } finally {
    closeSync(file);
  }
  const line = /^#!\s*([^\n]+)/.exec(start.toString('latin1'))?.[1]?.trim().split(/\s+/);
  if (line === undefined) return undefined;
  const words = basename(line[0]!) === 'env' ? line.slice(1).filter((word) => !/^-|=/.test(word)) : line;
  return words[0] === undefined ? undefined : basename(words[0]);
}
