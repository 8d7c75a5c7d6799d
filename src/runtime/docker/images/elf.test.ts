import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { type FakeElf, fakeElf } from './elf.fake.ts';
import { readElf } from './elf.ts';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'elf-'));
});
after(() => rmSync(folder, { recursive: true }));

function read(content: Buffer | string) {
  const path = join(folder, 'file');
  writeFileSync(path, content);
  return readElf(path);
}

it('reads what a program is loaded with, of either width and order', () => {
  const elf = {
    interpreter: '/lib64/ld.so',
    needed: ['liba.so.1', 'libb.so'],
    runpath: '$ORIGIN/../lib:/opt/lib',
  };
  for (const wide of [true, false]) {
    for (const little of [true, false]) {
      assert.deepEqual(read(fakeElf({ ...elf, wide, little, machine: 183 })), {
        target: `${wide ? 2 : 1}-${little ? 1 : 2}-183`,
        interpreter: '/lib64/ld.so',
        needed: ['liba.so.1', 'libb.so'],
        searched: ['$ORIGIN/../lib', '/opt/lib'],
      });
    }
  }
});

it('takes DT_RPATH only where there is no DT_RUNPATH', () => {
  const searched = (elf: FakeElf) => read(fakeElf(elf))?.searched;
  assert.deepEqual(searched({ rpath: '/old' }), ['/old']);
  assert.deepEqual(searched({ rpath: '/old', runpath: '/new' }), ['/new']);
});

it('tells static programs and libraries by what they do not have', () => {
  const elf = read(fakeElf({}));
  assert.deepEqual([elf?.interpreter, elf?.needed, elf?.searched], [undefined, [], []]);
});

it('knows what is no ELF file, and says what is a broken one', () => {
  assert.equal(read('#!/bin/sh\n'), undefined);
  assert.equal(read(''), undefined);
  assert.equal(read('x'.repeat(200)), undefined);
  for (const length of [64, 150, 520]) {
    assert.throws(() => read(fakeElf({ needed: ['liba.so'] }).subarray(0, length)), {
      code: 'runtime',
      message: /file is a broken program or library/,
    });
  }
});
