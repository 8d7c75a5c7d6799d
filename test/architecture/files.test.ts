import assert from 'node:assert/strict';
import { it } from 'node:test';
import { read, sourceFiles } from './imports.ts';

const files = sourceFiles().filter((file) => !file.endsWith('.generated.ts') && !file.endsWith('.test.ts'));
const lines = (file: string) => read(file).split('\n').length;

it('keeps a file under 300 lines, or says in its head why it is long', () => {
  const long = files.filter((file) => lines(file) > 300 && !/Long because /.test(read(file).slice(0, 1500)));
  assert.deepEqual(
    long.map((file) => `${file}: ${lines(file)}`),
    [],
  );
});

it('keeps the median file under 100 lines', () => {
  const sizes = files.map(lines).sort((a, b) => a - b);
  assert.ok(sizes[Math.floor(sizes.length / 2)]! < 100);
});

it('has no folder that is named after nothing', () => {
  assert.deepEqual(
    files.filter((file) => /\/(utils?|common|helpers?|misc|shared)(\/|\.ts)/.test(file)),
    [],
  );
});
