import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, it } from 'node:test';
import { baseLayer, inBase } from './base-layer.ts';
import { fakeElf } from './elf.fake.ts';
import { LibrarySearch } from './libraries.ts';
import { programLayer } from './program-layer.ts';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'program-'));
});
after(() => rmSync(folder, { recursive: true }));

const search = new LibrarySearch([]);

function write(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content, { mode: 0o755 });
  return path;
}

function refusal(name: string, content: string) {
  try {
    programLayer('tool', write(name, content), [], search);
  } catch (error) {
    return (error as Error).message.replace(folder, '');
  }
  return undefined;
}

it('takes a program with what it is loaded with, under its own name', () => {
  write('lib/liba.so', fakeElf({}));
  const path = write('bin/server-2.1', fakeElf({ needed: ['liba.so'], runpath: '$ORIGIN/../lib' }));
  const link = join(folder, 'server');
  symlinkSync(path, link);
  const files = programLayer('server', link, [], search)
    .entries()
    .filter(({ kind }) => kind === 'file')
    .map((entry) => entry.path);
  assert.deepEqual(files, ['usr/local/bin/server', 'usr/local/lib/liba.so']);
});

it('takes scripts of what is in every image, or beside them in the same', () => {
  for (const line of [
    '#!/bin/sh',
    '#! /bin/bash -e',
    '#!/usr/bin/env node',
    '#!/usr/bin/env -S A=1 node --x',
  ]) {
    assert.equal(refusal('script', `${line}\n`), undefined, line);
  }
  const python = write('python', '#!/usr/bin/python3\n');
  assert.equal(programLayer('tool', python, ['python3'], search).name, 'tool');
});

it('refuses what would not start there', () => {
  assert.equal(
    refusal('py', '#!/usr/bin/python3.11\n'),
    'tool (/py) cannot be put into an image: it is a script of python3.11, which images do not have',
  );
  assert.match(refusal('text', 'hello')!, /it is neither a program nor a script$/);
  assert.match(
    refusal('node_modules/tsx/cli.mjs', '#!/usr/bin/env node\n')!,
    /it is a part of an npm package$/,
  );
});

it('assembles the lowest layer from single tools where there is no busybox, and says which are missing', () => {
  const machine = (...names: readonly string[]) => {
    const tools = mkdtempSync(join(folder, 'tools-'));
    for (const name of names) writeFileSync(join(tools, name), fakeElf({}), { mode: 0o755 });
    return { node: process.execPath, folders: [tools], search: new LibrarySearch() };
  };
  const files = baseLayer(machine('sh', 'sleep', 'ls', 'curl'))
    .entries()
    .filter(({ kind }) => kind === 'file')
    .map(({ path }) => path);
  for (const path of [
    'usr/bin/sh',
    'usr/bin/sleep',
    'usr/bin/ls',
    'usr/bin/curl',
    'usr/local/bin/node',
    'etc/passwd',
  ]) {
    assert.ok(files.includes(path), path);
  }
  assert.throws(() => baseLayer(machine('ls')), {
    code: 'runtime',
    message: 'images cannot be assembled: sh and sleep not found on this machine',
  });
});

it('knows what is in the lowest layer anyway', () => {
  const machine = { node: process.execPath, folders: [folder], search };
  assert.ok(inBase('node', process.execPath, machine));
  assert.ok(!inBase('node', write('other-node', ''), machine));
  assert.ok(inBase('sleep', '/usr/bin/sleep', machine));
  assert.ok(!inBase('curl', '/elsewhere/curl', machine), 'the machine has none on its PATH');
  assert.ok(!inBase('wget', '/usr/bin/wget', machine));
});
