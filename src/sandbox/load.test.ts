import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { LabError } from '../error.ts';
import { listSandboxes } from './list.ts';
import { type LoadOptions, loadSandbox } from './load.ts';

let folder: string;
let options: LoadOptions;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
  const write = (path: string, text: string): void => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write(
    'built-in/front-proxy/sandbox.yaml',
    'name: front-proxy\nsummary: The built-in one.\nnodes: { a: { command: x } }',
  );
  write('built-in/broken/sandbox.yaml', 'name: [');
  write('built-in/notes/README.md', 'no sandbox');
  write('work/mine/sandbox.yaml', 'nodes: { a: { command: x }, b: { envoy: e.yaml } }');
  write('work/mine/e.yaml', '');
  write('work/front-proxy/sandbox.yaml', 'nodes: { mine: { command: x } }');
  write('work/other.yaml', 'name: other\nnodes: { a: { command: x } }');
  write('work/bad.yaml', 'nodes: { a: { envoy: nosuch.yaml } }');
  write('work/empty/README.md', '');
  write('work/own/sandbox.yaml', 'nodes: { a: { image: app } }');
  options = {
    roots: [join(folder, 'built-in')],
    cwd: join(folder, 'work'),
    imagesFor: async (of) => (of === join(folder, 'work/own') ? ['app'] : []),
    engines: [],
  };
});
after(() => rmSync(folder, { recursive: true }));

it('finds a built-in one by name, before a folder of that name', async () => {
  assert.equal((await loadSandbox('front-proxy', options)).summary, 'The built-in one.');
  assert.equal((await loadSandbox('./front-proxy', options)).nodes[0]!.name, 'mine');
});

it('knows the images of the sandbox it reads', async () => {
  const { program } = (await loadSandbox('own', options)).nodes[0]!.containers[0]!;
  assert.equal(program.kind === 'app' && program.image, 'app');
});

it('finds a folder and a file', async () => {
  const mine = await loadSandbox('mine', options);
  assert.equal(mine.folder, join(folder, 'work/mine'));
  assert.equal(mine.file, join(folder, 'work/mine/sandbox.yaml'));
  assert.equal(mine.nodes[0]!.at.file, 'mine/sandbox.yaml');
  const program = mine.nodes[1]!.containers[0]!.program;
  assert.equal(program.kind === 'envoy' && program.config, join(folder, 'work/mine/e.yaml'));
  assert.equal((await loadSandbox(join(folder, 'work/mine/'), options)).name, 'mine');
  assert.equal((await loadSandbox('other.yaml', options)).name, 'other');
});

it('says what is not there', async () => {
  const usage = (message: string, hint: RegExp) => (error: unknown) =>
    error instanceof LabError &&
    error.code === 'usage' &&
    error.message === message &&
    hint.test(error.hint ?? '');
  await assert.rejects(
    loadSandbox('front-prxy', options),
    usage('no sandbox "front-prxy"', /did you mean "front-proxy"\?/),
  );
  await assert.rejects(
    loadSandbox('./nosuch', options),
    usage('no sandbox "./nosuch"', /no such file or folder/),
  );
  await assert.rejects(
    loadSandbox('empty', options),
    usage('empty is no sandbox: it has no sandbox.yaml', /init empty/),
  );
});

it('says what is wrong, with the file as one would name it', async () => {
  await assert.rejects(
    loadSandbox('bad.yaml', options),
    /^DocumentError: bad\.yaml: 1 error\nbad\.yaml:1:22: nodes\.a\.envoy: no such file/,
  );
});

it('lists', async () => {
  assert.deepEqual(
    (await listSandboxes(join(folder, 'built-in'))).map(({ name, summary, problem }) => [
      name,
      summary,
      problem !== undefined,
    ]),
    [
      ['broken', undefined, true],
      ['front-proxy', 'The built-in one.', false],
    ],
  );
  assert.deepEqual(await listSandboxes(join(folder, 'nosuch')), []);
});
