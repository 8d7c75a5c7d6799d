import assert from 'node:assert/strict';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { LabError } from '../error.ts';
import { runTool, runToolOrThrow } from './run.ts';

const env = { PATH: process.env.PATH, GREETING: 'hi' };
const sh = (script: string) => ({ command: 'sh', args: ['-c', script], env });

test('output is collected, the environment is only what was given', async () => {
  const result = await runTool(sh('echo "$GREETING [$HOME]"; echo oops >&2; exit 3'));
  assert.equal(result.exitCode, 3);
  assert.equal(result.stdout.toString(), 'hi []\n');
  assert.equal(result.stderr.toString(), 'oops\n');
  assert.ok(result.timeMs > 0);
});

test('bytes stay bytes', async () => {
  const result = await runTool(sh(`printf '\\377\\000\\n'`));
  assert.deepEqual([...result.stdout], [0xff, 0, 0x0a]);
});

test('stdin may be text or a stream; without one it is empty', async () => {
  assert.equal((await runTool({ ...sh('cat'), stdin: 'abc' })).stdout.toString(), 'abc');
  assert.equal((await runTool({ ...sh('cat'), stdin: Readable.from(['a', 'b']) })).stdout.toString(), 'ab');
  assert.equal((await runTool(sh('cat'))).stdout.toString(), '');
});

test('streams are written to and left open', async () => {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const result = await runTool({ ...sh('echo out; echo err >&2'), stdout, stderr });
  assert.equal(result.stdout.length, 0);
  assert.equal(stdout.writableEnded, false);
  stdout.end('more');
  stderr.end();
  assert.equal(await text(stdout), 'out\nmore');
  assert.equal(await text(stderr), 'err\n');
});

test('a signal that ends the tool gives 128 + its number', async () => {
  assert.equal((await runTool(sh('kill -9 $$'))).exitCode, 137);
});

test('a tool that is not there', async () => {
  await assert.rejects(
    runTool({ command: 'no-such-tool', args: ['a b'], env }),
    (error) =>
      error instanceof LabError &&
      error.code === 'runtime' &&
      error.message === "cannot run no-such-tool 'a b': no-such-tool is not installed, or not on the PATH",
  );
});

test('a timeout and an abort end the tool', async () => {
  await assert.rejects(
    runTool({ ...sh('exec sleep 30'), timeoutMs: 50 }),
    /took longer than 50 ms: sh -c 'exec sleep 30'/,
  );
  const abort = new AbortController();
  const running = runTool({ ...sh('exec sleep 30'), signal: abort.signal });
  abort.abort();
  await assert.rejects(running, (error) => error instanceof LabError && error.code === 'interrupted');
  await assert.rejects(
    runTool({ ...sh('true'), signal: abort.signal }),
    (error) => error instanceof LabError && error.code === 'interrupted',
  );
});

test('runToolOrThrow shows the command to paste and what the tool said', async () => {
  await assert.rejects(
    runToolOrThrow(sh("echo 'no luck' >&2; exit 4")),
    (error: Error) => error.message === `exit code 4: sh -c 'echo '\\''no luck'\\'' >&2; exit 4'\nno luck`,
  );
  assert.equal((await runToolOrThrow(sh('true'))).exitCode, 0);
});
