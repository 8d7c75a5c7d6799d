import { type Bootstrap, loadBootstrap } from '../../bootstrap/load.ts';
import { formatProblem } from '../../document/problem.ts';
import { LabError } from '../../error.ts';
import { supported } from '../supported.ts';

/** Where the config comes from. */
export interface BootstrapSource {
  readonly configPath: string;
  readonly configYaml: string;
  readonly allowUnsupported: boolean;
  readonly allowUnknownStaticFields: boolean;
}

/**
 * Reads the bootstrap of `-c`, of `--config-yaml`, or the second merged over the first.
 *
 * @throws DocumentError with everything that is wrong in a source
 * @throws LabError when the file cannot be read
 */
export function readBootstrap(
  source: BootstrapSource,
  readFile: (path: string) => Buffer,
): { bootstrap: Bootstrap; warnings: readonly string[] } {
  const options = {
    support: supported,
    allowUnsupported: source.allowUnsupported,
    allowUnknown: source.allowUnknownStaticFields,
  };
  let bootstrap: Bootstrap = {};
  const warnings: string[] = [];
  if (source.configPath !== '') {
    const loaded = loadBootstrap(read(source.configPath, readFile), source.configPath, options);
    bootstrap = loaded.bootstrap;
    warnings.push(...loaded.warnings.map(formatProblem));
  }
  if (source.configYaml !== '') {
    const loaded = loadBootstrap(source.configYaml, '--config-yaml', { ...options, format: 'yaml' });
    bootstrap = merge(bootstrap, loaded.bootstrap) as Bootstrap;
    warnings.push(...loaded.warnings.map(formatProblem));
  }
  return { bootstrap, warnings };
}

function read(path: string, readFile: (path: string) => Buffer): string {
  try {
    return readFile(path).toString('utf8');
  } catch (cause) {
    throw new LabError('invalid', `Invalid path: ${path}`, { cause, hint: (cause as Error).message });
  }
}

/** As protobuf merges messages: lists grow, messages merge, everything else is replaced. */
function merge(below: unknown, above: unknown): unknown {
  if (Array.isArray(below) && Array.isArray(above)) return [...below, ...above];
  if (!isPlain(below) || !isPlain(above)) return above;
  const merged: Record<string, unknown> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    merged[key] = key in merged ? merge(merged[key], value) : value;
  }
  return merged;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value);
}
