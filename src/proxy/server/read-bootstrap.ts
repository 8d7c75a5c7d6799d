import { type Bootstrap, loadBootstrap } from '../../bootstrap/load.ts';
import { formatProblem } from '../../document/problem.ts';
import { LabError } from '../../error.ts';
import { checkTexts } from '../check-texts.ts';
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
    checks: [checkTexts],
    allowUnsupported: source.allowUnsupported,
    allowUnknown: source.allowUnknownStaticFields,
  };
  const { configPath, configYaml } = source;
  const inline = { text: configYaml, file: '--config-yaml' };
  if (configPath === '' && configYaml === '') return { bootstrap: {}, warnings: [] };
  const { bootstrap, warnings } =
    configPath === ''
      ? loadBootstrap(inline.text, inline.file, { ...options, format: 'yaml' })
      : loadBootstrap(read(configPath, readFile), configPath, {
          ...options,
          overlay: configYaml === '' ? undefined : inline,
        });
  return { bootstrap, warnings: warnings.map(formatProblem) };
}

function read(path: string, readFile: (path: string) => Buffer): string {
  try {
    return readFile(path).toString('utf8');
  } catch (cause) {
    throw new LabError('invalid', `Invalid path: ${path}`, { cause, hint: (cause as Error).message });
  }
}
