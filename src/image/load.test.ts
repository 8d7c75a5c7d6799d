import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DocumentError, formatProblem } from '../document/problem.ts';
import { LabError } from '../error.ts';
import { imageRootsFor, listImages, loadImage } from './load.ts';

let root: string;
before(() => {
  root = mkdtempSync(join(tmpdir(), 'image-'));
  const write = (name: string, text: string): void => {
    mkdirSync(join(root, name));
    writeFileSync(join(root, name, 'image.yaml'), text);
  };
  write('small', 'command: node /app/x.js');
  write(
    'full',
    'summary: S\ncommand: [/bin/app]\nfiles: { image.yaml: /etc/x/ }\nenv: { A: 1 }\nworkdir: /w\nuser: app\nready: { tcp: 80 }\nports: [80, 53/udp]\nprograms: [sh]\nmachine: { folders: [/us*/bin, /nowhere/*], files: [/etc/passwd] }\nbase: debian',
  );
  write(
    'bad',
    'comand: x\nfiles: { nosuch: /x, image.yaml: x }\nports: 80\nbase: a b\nmachine: { files: [etc] }',
  );
});
after(() => rmSync(root, { recursive: true }));

it('reads what is said, and fills in the rest', async () => {
  assert.deepEqual(await loadImage('small', ['/nosuch', root]), {
    name: 'small',
    summary: undefined,
    folder: join(root, 'small'),
    command: ['node', '/app/x.js'],
    env: {},
    files: [],
    workdir: undefined,
    user: undefined,
    ready: undefined,
    ports: [],
    programs: ['node'],
    machine: { folders: [], files: [] },
    base: undefined,
  });
  assert.deepEqual(await loadImage('full', [root]), {
    name: 'full',
    summary: 'S',
    folder: join(root, 'full'),
    command: ['/bin/app'],
    env: { A: '1' },
    files: [{ hostPath: join(root, 'full/image.yaml'), path: '/etc/x' }],
    workdir: '/w',
    user: 'app',
    ready: { kind: 'tcp', port: 80 },
    ports: [
      { port: 80, protocol: 'tcp' },
      { port: 53, protocol: 'udp' },
    ],
    programs: ['sh'],
    machine: { folders: ['/usr/bin'], files: ['/etc/passwd'] },
    base: 'debian',
  });
});

it('says all that is wrong', async () => {
  await assert.rejects(loadImage('bad', [root]), (error) => {
    assert.ok(error instanceof DocumentError);
    const folder = join(root, 'bad');
    assert.deepEqual(error.problems.map(formatProblem), [
      `${folder}/image.yaml:1:1: "command" is missing`,
      `${folder}/image.yaml:1:1: comand: unknown key (did you mean "command"?)`,
      `${folder}/image.yaml:2:10: files.nosuch: no such file: nosuch (looked in ${folder})`,
      `${folder}/image.yaml:2:34: files["image.yaml"]: must be an absolute path inside the container`,
      `${folder}/image.yaml:3:8: ports: must be a list, not 80`,
      `${folder}/image.yaml:4:7: base: must be the name of a container image, such as redis:7`,
      `${folder}/image.yaml:5:20: machine.files[0]: must be an absolute path, such as /usr/share/postgresql/*`,
    ]);
    return true;
  });
});

it('lists, and knows what was meant', async () => {
  assert.deepEqual(await listImages([root, '/nosuch']), ['bad', 'full', 'small']);
  await assert.rejects(
    loadImage('smal', [root]),
    (error) => error instanceof LabError && error.code === 'usage' && error.hint === 'did you mean "small"?',
  );
});

it('takes an image of the sandbox before a built-in one of that name', async () => {
  const sandbox = join(root, 'sandbox');
  mkdirSync(join(sandbox, 'images/small'), { recursive: true });
  writeFileSync(join(sandbox, 'images/small/image.yaml'), 'command: own');
  const roots = imageRootsFor(sandbox, [root]);
  assert.deepEqual((await loadImage('small', roots)).command, ['own']);
  assert.equal((await loadImage('full', roots)).summary, 'S');
  assert.deepEqual(await listImages(imageRootsFor(join(root, 'nosuch'), [])), []);
});

it('the built-in images are right', async () => {
  const images = fileURLToPath(new URL('../../images', import.meta.url));
  const names = await listImages([images]);
  assert.ok(['base', 'envoy', 'hello', 'website'].every((name) => names.includes(name)));
  for (const name of names) {
    const image = await loadImage(name, [images]);
    assert.ok(image.summary, name);
    assert.equal(image.ports.length > 0, image.ready !== undefined, name);
  }
});
