// Builds the bundles: the programs that are started over and over on this machine (bin/load.js loads them); the library
// (code-split), the agent of labs on Kubernetes; the data plane and the forwarder of services as one file each, for images; and
// the library's types.
import { chmodSync, existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileAhead } from './compile-ahead.js';
import { rehearse } from './rehearse.js';

// `npx envoy-lab` before `npm ci` prepares the package too, without its dependencies: a failure would leave npm's cache
// broken for good, so the command itself says what is missing.
if (process.env.npm_command === 'exec' && !existsSync(new URL('../node_modules/esbuild', import.meta.url))) {
  process.exit(0);
}
const [{ build }, { declarations }] = await Promise.all([import('esbuild'), import('./declarations.js')]);

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
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'warning',
};
const modules = {
  ...common,
  format: 'esm',
  // Bundled CommonJS packages call require() for Node's own modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
};

// What dockerode brings for ssh and for builds with BuildKit is not used here, and loading it costs three times the rest.
const withoutUnused = {
  name: 'without-unused',
  setup(bundle) {
    bundle.onResolve({ filter: /^(ssh2|protobufjs|@grpc\/(grpc-js|proto-loader))$/ }, ({ path }) => ({
      path,
      namespace: 'unused',
    }));
    bundle.onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'module.exports = {};' }));
  },
};

// Of the Kubernetes client only what reads a kubeconfig is used: its model of all of the API would double the time to load it.
const withoutApi = {
  name: 'without-api',
  setup(bundle) {
    const client = fileURLToPath(import.meta.resolve('@kubernetes/client-node'));
    bundle.onResolve({ filter: /^@kubernetes\/client-node$/ }, () => ({
      path: join(dirname(client), 'config.js'),
    }));
    bundle.onResolve({ filter: /^\.\/gen\/index\.js$/ }, ({ path }) => ({ path, namespace: 'api' }));
    bundle.onLoad({ filter: /.*/, namespace: 'api' }, () => ({
      contents: 'export const createConfiguration = undefined; export const ServerConfiguration = undefined;',
    }));
  },
};

try {
  const types = declarations(root, 'library/index.ts', `${fresh}/types`);
  // Whether they fail is told below.
  types.catch(() => {});
  // CommonJS: what V8 compiled can be kept of scripts, and not of modules. Names stay, and cost nothing when a function is made.
  await build({
    ...common,
    format: 'cjs',
    plugins: [withoutUnused, withoutApi],
    define: { 'import.meta.url': '__bundle' },
    banner: { js: "const __bundle = require('node:url').pathToFileURL(__filename).href;" },
    entryPoints: {
      'envoy-lab': 'src/cli/main.ts',
      'envoy-lab-proxy': 'src/proxy/main.ts',
      supervisor: 'src/runtime/process/supervisor/main.ts',
    },
    outdir: `${fresh}/start`,
    outExtension: { '.js': '.cjs' },
    sourcemap: false,
    minifyWhitespace: true,
    minifySyntax: true,
  });
  for (const program of ['envoy-lab', 'envoy-lab-proxy', 'supervisor'])
    refuseImports(`${fresh}/start/${program}.cjs`);
  // Whatever the umask: compiled code is only kept where nobody else can write.
  chmodSync(`${fresh}/start`, 0o755);
  compileAhead(`${fresh}/start/supervisor.cjs`);
  await build({
    ...modules,
    plugins: [withoutUnused, withoutApi],
    entryPoints: {
      index: 'src/library/index.ts',
      'kubernetes-agent': 'src/runtime/kubernetes/agent/main.ts',
    },
    outdir: fresh,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
  });
  await build({
    ...modules,
    entryPoints: { 'envoy-lab-proxy': 'src/proxy/main.ts', 'envoy-lab-forwarder': 'src/service/main.ts' },
    outdir: fresh,
    minify: true,
    keepNames: true,
  });
  await types;
  if (existsSync(dist)) renameSync(dist, stale);
  renameSync(fresh, dist);
  await rehearse(root);
} finally {
  for (const folder of [fresh, stale]) rmSync(folder, { recursive: true, force: true });
}

/** A script that runs from compiled code cannot import; what stands in texts it writes for others is let be. */
function refuseImports(file) {
  const [found] = /\bawait import\(["']node:[^)]*\)/.exec(readFileSync(file, 'utf8')) ?? [];
  if (found !== undefined)
    throw new Error(`${file} has ${found}: import it at the top, or take process.getBuiltinModule`);
}
