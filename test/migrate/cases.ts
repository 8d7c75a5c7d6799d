import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));

/** A v2 config, and where what has to become of it is kept. */
export interface MigrationCase {
  /** Its file's name, such as `routes.yaml`. */
  readonly file: string;
  readonly text: string;
  /** The v3 YAML. */
  readonly golden: string;
  /** What is told of it, a problem a line. */
  readonly told: string;
}

/** Configs as they were written for Envoy 1.6 to 1.16. `gone*.yaml` are full of what has no v3 form. */
export const migrationCases: readonly MigrationCase[] = readdirSync(join(here, 'v2'))
  .sort()
  .map((file) => {
    const name = file.replace(/\.\w+$/, '');
    return {
      file,
      text: readFileSync(join(here, 'v2', file), 'utf8'),
      golden: join(here, 'v3', `${name}.yaml`),
      told: join(here, 'v3', `${name}.txt`),
    };
  });
