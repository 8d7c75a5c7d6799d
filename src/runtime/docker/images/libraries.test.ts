import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { after, before, it } from 'node:test';
import { type FakeElf, fakeElf } from './elf.fake.ts';
import { LibrarySearch, librariesOf } from './libraries.ts';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'libraries-'));
});
after(() => rmSync(folder, { recursive: true }));

function write(path: string, elf: FakeElf = {}): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, fakeElf(elf));
  return file;
}

it('finds all that the loader of this machine finds', (t) => {
  const listed = spawnSync('ldd', [process.execPath], { encoding: 'utf8' });
  if (listed.status !== 0) return t.skip('ldd is not on this machine');
  const names = [...listed.stdout.matchAll(/(\S+) (?:=> \S+ )?\(0x/g)].map(([, name]) => basename(name!));
  const found = librariesOf(process.execPath, '/usr/local/bin/node', new LibrarySearch())!;
  assert.deepEqual(
    found.map(({ path }) => basename(path)).sort(),
    names.filter((name) => !name.startsWith('linux-')).sort(),
  );
});

it('looks beside the file that needs a library, and keeps its place there', () => {
  const program = write('app/bin/tool', { needed: ['liba.so'], runpath: '$ORIGIN/../lib' });
  const a = write('app/lib/liba.so', { needed: ['libb.so'], runpath: `\${ORIGIN}/more` });
  const b = write('app/lib/more/libb.so', { needed: ['liba.so'] });
  write('else/libb.so');
  const search = new LibrarySearch([join(folder, 'else')]);
  assert.deepEqual(librariesOf(program, '/usr/local/bin/tool', search), [
    { hostPath: a, path: '/usr/local/lib/liba.so' },
    { hostPath: b, path: '/usr/local/lib/more/libb.so' },
  ]);
});

it('passes over a library of another machine', () => {
  const program = write('p', { needed: ['libm.so'] });
  write('arm/libm.so', { machine: 183 });
  const right = write('own/libm.so');
  const search = new LibrarySearch([join(folder, 'arm'), join(folder, 'own')]);
  assert.deepEqual(librariesOf(program, '/p', search), [{ hostPath: right, path: right }]);
});

it('puts what only ld.so.conf knows of beside the C library, where loaders look without a cache', () => {
  const program = write('q', { needed: ['libc.so.6', 'libx.so'] });
  const libc = write('system/libc.so.6');
  const x = write('local/libx.so');
  const search = new LibrarySearch([join(folder, 'local'), join(folder, 'system')]);
  assert.deepEqual(librariesOf(program, '/q', search), [
    { hostPath: libc, path: libc },
    { hostPath: x, path: join(folder, 'system/libx.so') },
  ]);
});

it('names a library that is not there', () => {
  const program = write('broken', { needed: ['libnosuch.so.7'] });
  assert.throws(() => librariesOf(program, '/broken', new LibrarySearch([])), {
    code: 'runtime',
    message: `${program} cannot be put into an image: its library libnosuch.so.7 is not on this machine`,
    hint: `see whether it starts here: ldd ${program}`,
  });
});

it('knows static programs, and what is no program', () => {
  assert.deepEqual(librariesOf(write('static'), '/s', new LibrarySearch([])), []);
  const script = join(folder, 'script');
  writeFileSync(script, '#!/bin/sh\n');
  assert.equal(librariesOf(script, '/s', new LibrarySearch([])), undefined);
});
