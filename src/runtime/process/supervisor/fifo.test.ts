import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { FifoPool } from './fifo.ts';

describe('pipes for children', () => {
  let folder: string;
  let pool: FifoPool;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'envoy-lab-test-fifo-'));
    pool = new FifoPool(folder);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs a shell on three of them. */
  async function run(
    script: string,
    input: string,
  ): Promise<{ code: number; stdout: string; stderr: string }> {
    const [stdin, stdout, stderr] = [await pool.input(), await pool.output(), await pool.output()];
    const child = spawn('sh', ['-c', script], { stdio: [stdin.fd, stdout.fd, stderr.fd] });
    for (const { fd } of [stdin, stdout, stderr]) closeSync(fd);
    stdin.stream.on('error', () => {});
    stdin.stream.end(input);
    const read = async (stream: AsyncIterable<Buffer>) => {
      const parts: Buffer[] = [];
      for await (const chunk of stream) parts.push(chunk);
      return String(Buffer.concat(parts));
    };
    const [out, err, [code]] = await Promise.all([
      read(stdout.stream),
      read(stderr.stream),
      once(child, 'exit'),
    ]);
    return { code, stdout: out, stderr: err };
  }

  it('carry input, output and errors to their ends', async () => {
    const said = await run('cat; echo err >&2; exit 3', 'in');
    assert.deepEqual(said, { code: 3, stdout: 'in', stderr: 'err\n' });
  });

  it('can be opened by name, also when the writer has gone', async () => {
    const script = 'sleep 0.1; cat /dev/stdin > /dev/stdout; echo e > /dev/stderr';
    assert.deepEqual(await run(script, ''), { code: 0, stdout: '', stderr: 'e\n' });
    assert.deepEqual(await run(script, 'late'), { code: 0, stdout: 'late', stderr: 'e\n' });
  });

  it('carry megabytes', async () => {
    const { stdout } = await run('cat', 'x'.repeat(3_000_000));
    assert.equal(stdout.length, 3_000_000);
  });

  it('are made ahead, many at once, and leave no file', async () => {
    await Promise.all([pool.prepare(5), pool.prepare(20)]);
    assert.equal(readdirSync(folder).length, 20);
    const taken = await Promise.all(Array.from({ length: 20 }, () => pool.output()));
    assert.deepEqual(readdirSync(folder), []);
    for (const { stream, fd } of taken) {
      closeSync(fd);
      stream.destroy();
    }
  });
});
