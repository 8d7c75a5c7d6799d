import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { skipWithout } from './required.ts';

const repository = fileURLToPath(new URL('..', import.meta.url));

/** The variables that are read, and the repository's root folder; a test may pass others. */
export interface OracleOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly root?: string;
}

/**
 * The real Envoy that tests compare with: `ENVOY_PATH`, else the one that `node tools/oracle.js` installed.
 *
 * @returns the path of the binary; undefined when there is none
 */
export function findOracle({ env = process.env, root = repository }: OracleOptions = {}): string | undefined {
  const candidates = [env.ENVOY_PATH, join(root, '.oracle/venv/bin/envoy')];
  return candidates.find((path) => path !== undefined && path !== '' && existsSync(path));
}

/**
 * What a test that needs the real Envoy hands to `node:test`: its path, and `skip`, which is the reason when there
 * is none. Where `ENVOY_LAB_REQUIRE` lists `envoy`, a missing one is an error instead.
 */
export function requireOracle(options: OracleOptions = {}): { path: string; skip: string | false } {
  const path = findOracle(options);
  const missing =
    path === undefined
      ? 'the real Envoy was not found: set ENVOY_PATH, or run `node tools/oracle.js`'
      : undefined;
  return { path: path ?? '', skip: skipWithout('envoy', missing, options.env) };
}
