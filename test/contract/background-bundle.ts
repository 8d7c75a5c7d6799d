import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Programs that a runtime leaves running in the background. */
const programs = {
  supervisor: '../../src/runtime/process/supervisor/main.ts',
  'kubernetes-agent': '../../src/runtime/kubernetes/agent/main.ts',
} as const;

/**
 * Bundles a program as it is now, apart from `dist`, which another test run may be writing. Every user may read it.
 */
export async function bundleProgram(
  name: keyof typeof programs,
): Promise<{ readonly file: string; remove(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'envoy-lab-bundle-'));
  chmodSync(folder, 0o755);
  const file = join(folder, `${name}.mjs`);
  await build({
    entryPoints: { [name]: fileURLToPath(new URL(programs[name], import.meta.url)) },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node20.20',
    format: 'esm',
    logLevel: 'warning',
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  });
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
