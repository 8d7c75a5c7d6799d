import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { runIp } from './ip-tool.ts';

describe('runIp', () => {
  let folder: string;
  let tools: { sh: string; ip: string };
  const said = () => readFileSync(join(folder, 'said'), 'utf8').trim().split('\n');

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'envoy-lab-test-ip-'));
    tools = { sh: 'sh', ip: join(folder, 'ip tool') };
    // Writes down what it was given; fails on a line that says so.
    writeFileSync(
      tools.ip,
      `#!/bin/sh\nread line\necho "$*: $line" >> '${folder}/said'\ncase $line in *fail*) echo "no such thing" >&2; exit 1 ;; esac\n`,
    );
    chmodSync(tools.ip, 0o755);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('runs the first batch, then each node its own', async () => {
    await runIp(
      tools,
      'first\n',
      ['a', 'b', 'c'].map((netns) => ({ netns, batch: `for ${netns}\n` })),
    );
    const [first, ...rest] = said();
    assert.equal(first, '-batch -: first');
    assert.deepEqual(rest.sort(), ['-n a -batch -: for a', '-n b -batch -: for b', '-n c -batch -: for c']);
  });

  it('stops when the first fails', async () => {
    const run = runIp(tools, 'fail\n', [{ netns: 'a', batch: 'x\n' }]);
    await assert.rejects(run, { code: 'runtime', message: /no such thing/ });
    assert.equal(said().length, 1);
  });

  it('fails when a node fails', async () => {
    const run = runIp(
      tools,
      'x\n',
      ['a', 'b'].map((netns) => ({ netns, batch: netns === 'b' ? 'fail\n' : 'x\n' })),
    );
    await assert.rejects(run, { message: /no such thing/ });
  });

  it('goes on when it is told to', async () => {
    await runIp(tools, 'fail\n', [], true);
    assert.deepEqual(said(), ['-force -batch -: fail']);
  });
});
