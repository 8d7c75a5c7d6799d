import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { type Item, itemsOfFiles, layerOf, plainEntries } from './layer.ts';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'layer-'));
});
after(() => rmSync(folder, { recursive: true }));

const content = (path: string, text = ''): Item => ({
  kind: 'content',
  path,
  content: Buffer.from(text),
  mode: 0o644,
});
const key = (...items: readonly Item[]) => layerOf('x', items).key;
const shown = (items: readonly Item[]) =>
  layerOf('x', items)
    .entries()
    .map((entry) => `${entry.path} ${entry.kind} ${'mode' in entry ? entry.mode.toString(8) : entry.target}`);

it('puts directories before what is in them, and leaves those alone that have modes of their own', () => {
  assert.deepEqual(shown([content('/tmp/a/b'), content('/app/c'), content('/app/d')]), [
    'tmp/a directory 755',
    'tmp/a/b file 644',
    'app directory 755',
    'app/c file 644',
    'app/d file 644',
  ]);
});

it('follows the links that folders of images are', () => {
  assert.deepEqual(
    shown([content('/bin/tool'), content('/lib64/ld.so'), content('/var/run/x/')]).filter((line) =>
      line.includes('file'),
    ),
    ['usr/bin/tool file 644', 'usr/lib64/ld.so file 644', 'run/x file 644'],
  );
});

it('has one entry a path, the last', () => {
  assert.deepEqual(shown([content('/a', 'x'), { kind: 'link', path: '/a', target: 'b' }]), ['a link b']);
});

it('is known by what is in it', () => {
  assert.equal(key(content('/a', 'x')), key(content('/a', 'x')));
  assert.notEqual(key(content('/a', 'x')), key(content('/a', 'y')));
  assert.notEqual(key(content('/a', 'x')), key(content('/b', 'x')));
  assert.notEqual(
    key({ kind: 'directory', path: '/a', mode: 0o700 }),
    key({ kind: 'directory', path: '/a', mode: 0o755 }),
  );
});

it("knows the machine's own files by what the system says of them", () => {
  const hostPath = join(folder, 'program');
  const item: Item = { kind: 'host', path: '/p', hostPath };
  writeFileSync(hostPath, 'one');
  utimesSync(hostPath, 1, 1);
  const before = key(item);
  assert.equal(key(item), before);
  utimesSync(hostPath, 1, 2);
  const touched = key(item);
  assert.notEqual(touched, before);
  writeFileSync(hostPath, 'more');
  utimesSync(hostPath, 1, 2);
  assert.notEqual(key(item), touched);
  assert.throws(() => key({ kind: 'host', path: '/p', hostPath: join(folder, 'nosuch') }), {
    code: 'runtime',
    message: /^cannot put .*nosuch into an image: ENOENT/,
  });
});

it('takes files as they are and folders with all below them, by content', () => {
  const site = join(folder, 'site');
  mkdirSync(join(site, 'deep'), { recursive: true });
  writeFileSync(join(site, 'deep/run.sh'), '#!');
  chmodSync(join(site, 'deep/run.sh'), 0o750);
  symlinkSync('deep/run.sh', join(site, 'link'));
  const files = [
    { path: '/app/site', from: { hostPath: site } },
    { path: '/app/text', from: { content: 'text' }, mode: 0o600 },
  ];
  const items = itemsOfFiles(files);
  assert.deepEqual(
    plainEntries(items).map(({ path, kind, ...entry }) => [
      path,
      kind,
      'mode' in entry && (entry.mode & 0o700).toString(8),
    ]),
    [
      ['app/site', 'directory', '700'],
      ['app/site/deep', 'directory', '700'],
      ['app/site/deep/run.sh', 'file', '700'],
      ['app/site/link', 'file', '700'],
      ['app/text', 'file', '600'],
    ],
  );
  const before = key(...items);
  utimesSync(join(site, 'deep/run.sh'), 5, 5);
  assert.equal(key(...itemsOfFiles(files)), before, 'a new time alone is no new image');
  writeFileSync(join(site, 'deep/run.sh'), '#?');
  assert.notEqual(key(...itemsOfFiles(files)), before);
  assert.throws(() => itemsOfFiles([{ path: '/x', from: { hostPath: join(folder, 'gone') } }]), {
    code: 'runtime',
  });
});
