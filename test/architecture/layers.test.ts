import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readImports, sourceFiles } from './imports.ts';

/**
 * Which layers a layer may import: ARCHITECTURE.md draws the same picture. Types of the two seams (what a runtime is
 * asked to run, what it says back) may be read by the layers beside it.
 */
const below: Readonly<Record<string, readonly string[]>> = {
  cli: [
    'machine',
    'lab',
    'sandbox',
    'check',
    'curl',
    'engine',
    'runtime',
    'image',
    'state',
    'process',
    'document',
    'error.ts',
  ],
  library: ['machine', 'lab', 'check', 'curl', 'runtime', 'process', 'document', 'error.ts'],
  machine: ['lab', 'engine', 'runtime', 'state', 'error.ts'],
  lab: [
    'manifest',
    'sandbox',
    'service',
    'check',
    'curl',
    'gateway',
    'engine',
    'runtime',
    'image',
    'state',
    'cert',
    'migrate',
    'process',
    'bootstrap',
    'document',
    'error.ts',
  ],
  manifest: ['sandbox', 'schema', 'image', 'document', 'error.ts'],
  check: ['sandbox', 'curl', 'process', 'document', 'error.ts'],
  service: ['runtime', 'error.ts'],
  gateway: ['error.ts'],
  curl: ['process', 'error.ts'],
  engine: ['bootstrap', 'process', 'document', 'error.ts'],
  runtime: ['dns', 'process', 'error.ts'],
  sandbox: ['schema', 'image', 'document', 'error.ts'],
  image: ['schema', 'document', 'error.ts'],
  schema: ['process', 'document', 'error.ts'],
  state: ['process', 'error.ts'],
  cert: ['error.ts'],
  dns: ['error.ts'],
  process: ['error.ts'],
  proxy: ['bootstrap', 'document', 'error.ts'],
  migrate: ['bootstrap', 'document', 'error.ts'],
  bootstrap: ['document', 'error.ts'],
  document: ['error.ts'],
  'error.ts': [],
};
const seamTypes = ['src/runtime/node-spec.ts', 'src/runtime/runtime.ts', 'src/sandbox/sandbox.ts'];

const layerOf = (file: string) => file.split('/')[1]!;

it('knows every layer there is', () => {
  const found = new Set(sourceFiles().map(layerOf));
  assert.deepEqual(
    [...found].filter((layer) => !(layer in below)),
    [],
  );
});

it('points down the layers and never up', () => {
  const wrong = readImports({ tests: false })
    .filter(
      ({ file, target, local }) => local && target !== 'package.json' && layerOf(file) !== layerOf(target),
    )
    .filter(({ file, target }) => !below[layerOf(file)]?.includes(layerOf(target)))
    .filter(({ target, typeOnly }) => !(typeOnly && seamTypes.includes(target)))
    .map(({ file, target }) => `${file} imports ${target}`);
  assert.deepEqual(wrong, []);
});

it('keeps runtimes apart: what two of them need stands beside them', () => {
  const runtimeOf = (file: string) => /^src\/runtime\/(\w+)\//.exec(file)?.[1];
  const wrong = readImports({ tests: false })
    .filter(({ file, target }) => {
      const [from, to] = [runtimeOf(file), runtimeOf(target)];
      return from !== undefined && to !== undefined && from !== to;
    })
    .map(({ file, target }) => `${file} imports ${target}`);
  assert.deepEqual(wrong, []);
});

it('has no circle of layers', () => {
  const visit = (layer: string, path: readonly string[]): void => {
    assert.ok(!path.includes(layer), `circle: ${[...path, layer].join(' → ')}`);
    for (const next of below[layer] ?? []) visit(next, [...path, layer]);
  };
  for (const layer of Object.keys(below)) visit(layer, []);
});
