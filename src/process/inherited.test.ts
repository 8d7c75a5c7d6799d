import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { it } from 'node:test';
import { transformSync } from 'esbuild';

const linux = process.platform === 'linux' ? false : 'needs /proc';

it('lets go of descriptors it was given by accident, and of no other', { skip: linux }, async () => {
  // Compiled beforehand: a compiler that the child started would inherit the descriptors, and hold them open.
  const source = readFileSync(new URL('./inherited.ts', import.meta.url), 'utf8');
  const { code: compiled } = transformSync(source, { loader: 'ts', format: 'esm' });
  const code = `
    import { writeSync } from 'node:fs';
    import { createServer } from 'node:net';
    ${compiled}
    closeInherited([50]);
    writeSync(50, 'kept');
    createServer().listen(0, '127.0.0.1', () => console.log('still works'));
    process.stdin.resume().on('end', () => process.exit());
  `;
  // Node marks low descriptors at its start, and so hands them to no child of its own; high ones slip through.
  const stdio: ('pipe' | 'ignore')[] = Array.from({ length: 61 }, (_, fd) =>
    [0, 1, 50, 60].includes(fd) ? 'pipe' : 'ignore',
  );
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio });
  const [stdout, kept, accident] = [1, 50, 60].map((fd) => child.stdio[fd] as Readable);
  const closed = once(accident!.resume(), 'close');
  const [[first], [second]] = await Promise.all([once(kept!, 'data'), once(stdout!, 'data')]);
  assert.equal(String(first), 'kept');
  assert.match(String(second), /still works/);
  await closed;
  assert.equal(child.exitCode, null);
  child.stdin!.end();
  await once(child, 'exit');
});
