import { execFile } from 'node:child_process';
import { DocumentError, type Problem } from '../document/problem.ts';
import { LabError } from '../error.ts';
import type { EnvoyConfig } from './config.ts';

/** Milliseconds; `--version` answers in 80, `--mode validate` in 100. */
const deadline = 20_000;

/** `1.40.0`, or undefined when the program is no Envoy. */
export async function versionOfEnvoy(path: string): Promise<string | undefined> {
  const { output } = await run(path, ['--version']);
  // envoy  version: <commit>/1.40.0/Clean/RELEASE/BoringSSL
  return /version: [^/\s]*\/([^/\s]+)\//.exec(output)?.[1];
}

/** Envoy's own verdict on a config (`--mode validate`), with the position in the YAML that Envoy does not give. */
export async function validateWithEnvoy(
  path: string,
  config: EnvoyConfig,
  signal?: AbortSignal,
): Promise<readonly Problem[]> {
  const { ok, output } = await run(path, ['--mode', 'validate', '-l', 'error', '-c', config.path], signal);
  // It was ended, and has said nothing about the config.
  if (signal?.aborted) throw new LabError('interrupted', 'interrupted', { cause: signal.reason });
  return ok ? [] : await withPositions(output, config);
}

/** The binary decides; where our reader finds fault too, it says where, and tells all of it. */
async function withPositions(output: string, config: EnvoyConfig): Promise<readonly Problem[]> {
  const said = envoyProblems(output, config);
  if (said.length === 0) return said;
  const { loadBootstrap } = await import('../bootstrap/load.ts');
  try {
    loadBootstrap(config.text, config.shown);
    return said;
  } catch (error) {
    return error instanceof DocumentError ? error.problems : said;
  }
}

/** What Envoy printed when it refused a config. Files that only exist inside the container are no problem. */
export function envoyProblems(output: string, config: EnvoyConfig): readonly Problem[] {
  const line = output.split('\n').find((text) => /\[(critical|error)\]/.test(text)) ?? output.trim();
  const message = line
    .replace(/^\[[^\]]*\]\[\d+\]\[\w+\]\[\w+\]\s*(\[[^\]]*\]\s*)?/, '')
    .replace(/\s+/g, ' ');
  if (
    /Invalid path:|unable to read file|No such file or directory|file .* does not exist|paths must refer to an existing path|Failed to load .* from path/i.test(
      message,
    )
  ) {
    return [];
  }
  const path = / @ ([\w.[\]]+):/.exec(message)?.[1] ?? '';
  const unknown = /no such field: '([^']+)'/.exec(message)?.[1];
  const said = message.replace(/^error initializing configuration '[^']*': /, '');
  const steps = [...path.matchAll(/[^.[\]]+/g)].map(([step]) => (/^\d+$/.test(step) ? Number(step) : step));
  const at =
    unknown === undefined
      ? config.document.positionOf(steps)
      : config.document.positionOfKey([...steps, unknown]);
  return [{ severity: 'error', at, path, message: `Envoy says: ${said}` }];
}

function run(
  path: string,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<{ ok: boolean; output: string }> {
  return new Promise((resolve) => {
    execFile(path, args, { timeout: deadline, env: {}, signal }, (error, stdout, stderr) =>
      resolve({ ok: error === null, output: `${stdout}${stderr}` }),
    );
  });
}
