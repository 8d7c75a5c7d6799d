import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { machinePaths } from './machine-paths.ts';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'machine-'));
  for (const version of ['9', '15', '16.beta']) {
    mkdirSync(join(folder, `db-${version}`, 'bin'), { recursive: true });
    writeFileSync(join(folder, `db-${version}`, 'data+1.txt'), '');
  }
  mkdirSync(join(folder, 'other', 'bin'), { recursive: true });
});
after(() => rmSync(folder, { recursive: true }));

const found = (pattern: string) =>
  machinePaths(join(folder, pattern)).map((path) => path.slice(folder.length));

it('stands for every name that fits, the highest version first', () => {
  assert.deepEqual(found('db-*/bin'), ['/db-16.beta/bin', '/db-15/bin', '/db-9/bin']);
  assert.deepEqual(found('*'), ['/other', '/db-16.beta', '/db-15', '/db-9']);
  assert.deepEqual(found('db-1*a/*'), ['/db-16.beta/data+1.txt', '/db-16.beta/bin']);
});

it('takes other characters as they are', () => {
  assert.deepEqual(found('db-9/data+*.txt'), ['/db-9/data+1.txt']);
  assert.deepEqual(found('db-9/data.1*'), []);
});

it('stands for nothing where there is nothing', () => {
  assert.deepEqual(found('nowhere'), []);
  assert.deepEqual(found('nowhere/*'), []);
  assert.deepEqual(found('other/bin/'), ['/other/bin']);
});
