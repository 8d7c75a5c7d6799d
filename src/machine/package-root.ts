import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of this package, found from where the code runs: `src/` or a bundle in `dist/`. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('the package envoy-lab has no package.json above it');
    folder = parent;
  }
  return folder;
}

export function packageVersion(): string {
  const json = readFileSync(join(packageRoot(), 'package.json'), 'utf8');
  return (JSON.parse(json) as { version: string }).version;
}
