import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { findCurlRunner } from './runner.ts';

test('the curl of the PATH gets the words, the environment, and names that need no proxy', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'curl-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'curl'), '#!/bin/sh\necho "$*|$HOME|$no_proxy|$NO_PROXY"; exit 7\n');
  chmodSync(join(folder, 'curl'), 0o755);
  const shown = async (env: Record<string, string>, added: Record<string, string>): Promise<string> => {
    const run = await findCurlRunner({ PATH: `/nosuch:${folder}`, HOME: '/home/me', ...env });
    const stdout = new PassThrough();
    const streams = { stdin: undefined, stdout, stderr: new PassThrough() };
    assert.equal(await run(['-v', 'x'], { env: added, streams, signal: undefined }), 7);
    return text(stdout.end());
  };
  const lab = { no_proxy: 'web', NO_PROXY: 'web' };
  assert.equal(await shown({}, {}), '-v x|/home/me||\n');
  assert.equal(await shown({}, lab), '-v x|/home/me|web|web\n');
  assert.equal(await shown({ no_proxy: 'a,b' }, lab), '-v x|/home/me|a,b,web|a,b,web\n');
  assert.equal(await shown({ NO_PROXY: '*' }, lab), '-v x|/home/me|*|*\n');
});

test('without a curl on the PATH the built-in client runs', async () => {
  const run = await findCurlRunner({ PATH: '/nosuch' });
  const stderr = new PassThrough();
  const streams = { stdin: undefined, stdout: new PassThrough(), stderr };
  assert.equal(await run(['--nosuch', 'x'], { env: {}, streams, signal: undefined }), 2);
  assert.match(await text(stderr.end()), /needs curl itself/);
});
