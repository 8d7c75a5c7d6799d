import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { read, readImports, sourceFiles } from './imports.ts';

/** Each third-party package has one home. */
const homes: Readonly<Record<string, string>> = {
  commander: 'src/cli/',
  chalk: 'src/cli/output/',
  execa: 'src/process/run.ts',
  yaml: 'src/document/',
  zod: 'src/schema/ src/sandbox/ src/image/ src/manifest/',
  'dns-packet': 'src/dns/',
  dockerode: 'src/runtime/docker/',
  '@kubernetes/client-node': 'src/runtime/kubernetes/',
  'http-proxy': 'src/gateway/',
};

it('imports a package only in its home', () => {
  const wrong = readImports({ tests: true })
    .filter(({ local, target }) => !local && !target.startsWith('node:'))
    // The compiler of the tests themselves.
    .filter(({ file, target }) => !(target === 'esbuild' && file.endsWith('.test.ts')))
    .filter(
      ({ file, target }) =>
        !(homes[target] ?? '').split(' ').some((home) => home !== '' && file.startsWith(home)),
    )
    .map(({ file, target }) => `${file} imports ${target}`);
  assert.deepEqual(wrong, []);
});

it('depends on exactly the packages that have a home', () => {
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    dependencies: Record<string, string>;
  };
  assert.deepEqual(Object.keys(dependencies).sort(), Object.keys(homes).sort());
});

it('keeps HTTP libraries out of the data plane', () => {
  const banned = ['node:http', 'node:https', 'node:http2', 'undici'];
  const wrong = readImports({ tests: false })
    .filter(({ file, target }) => file.startsWith('src/proxy/') && banned.includes(target))
    .map(({ file, target }) => `${file} imports ${target}`);
  assert.deepEqual(wrong, []);
});

it('touches the process only in the rooms that face the outside', () => {
  const outside = [
    'src/cli/',
    'src/machine/surroundings.ts',
    'src/proxy/main.ts',
    'src/proxy/create-server.ts',
    'src/runtime/process/supervisor/main.ts',
    'src/runtime/kubernetes/agent/main.ts',
    'src/service/main.ts',
    'src/runtime/process/inner/main.ts',
    // Text of a module that runs inside a lab's own programs.
    'src/runtime/process/loopback/preload.ts',
    // dockerode reads a variable by itself, which is hidden from it here.
    'src/runtime/docker/endpoint/connect.ts',
  ];
  const touch = /\bprocess\.(stdout|stderr|stdin|env|exit)\b|\bconsole\./;
  const wrong = sourceFiles()
    .filter((file) => !file.endsWith('.test.ts') && !outside.some((room) => file.startsWith(room)))
    .filter((file) => touch.test(read(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')));
  assert.deepEqual(wrong, []);
});

it('keeps the lock file free of registry hosts', () => {
  assert.doesNotMatch(readFileSync('package-lock.json', 'utf8'), /"resolved"/);
});
