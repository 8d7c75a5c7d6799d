// Builds the bundles: the CLI (code-split, so that `--help` loads nothing it does not need), the process
// runtime's supervisor, and the data plane as one file.
import { existsSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// `npx envoy-lab` before `npm ci` prepares the package too, without its dependencies: a failure would leave npm's cache
// broken for good, so the command itself says what is missing.
if (process.env.npm_command === 'exec' && !existsSync(new URL('../node_modules/esbuild', import.meta.url))) {
  process.exit(0);
}
const { build } = await import('esbuild');

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = `${root}dist`;
// Built beside and then swapped in, so that a command that runs meanwhile finds whole bundles.
const fresh = `${root}dist.${process.pid}`;
const stale = `${fresh}.old`;
const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20.20',
  format: 'esm',
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'warning',
  // Bundled CommonJS packages call require() for Node's own modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
};

try {
  await build({
    ...common,
    entryPoints: { 'envoy-lab': 'src/cli/main.ts', supervisor: 'src/runtime/process/supervisor/main.ts' },
    outdir: fresh,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
  });
  await build({
    ...common,
    entryPoints: { 'envoy-lab-proxy': 'src/proxy/main.ts' },
    outdir: fresh,
    minify: true,
    keepNames: true,
  });
  if (existsSync(dist)) renameSync(dist, stale);
  renameSync(fresh, dist);
} finally {
  for (const folder of [fresh, stale]) rmSync(folder, { recursive: true, force: true });
}
