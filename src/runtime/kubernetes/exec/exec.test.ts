import assert from 'node:assert/strict';
import { Duplex } from 'node:stream';
import { describe, it } from 'node:test';
import type { Api, Query } from '../api/api.ts';
import { decode, WebSocketClient } from '../api/web-socket.ts';
import type { LabAt } from '../place.ts';
import { execQuietly, openExec } from './exec.ts';

const message = (channel: number, text: string) =>
  Buffer.concat([Buffer.from([0x82, text.length + 1, channel]), Buffer.from(text)]);

/** An API server's end of one command: what it was sent, and what it says. */
function oneCommand() {
  const sent: { readonly channel: number; readonly text: string }[] = [];
  const near = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      const { frame } = decode(chunk)!;
      if (frame.opcode === 2)
        sent.push({ channel: frame.payload[0]!, text: frame.payload.subarray(1).toString() });
      done();
    },
  });
  const queries: Query[] = [];
  const webSocket = async (_path: string, query: Query) => {
    queries.push(query);
    return new WebSocketClient(near, Buffer.alloc(0));
  };
  const api = { webSocket } as unknown as Api;
  const lab = { api, namespace: 'ns' } as LabAt;
  return {
    lab,
    sent,
    queries,
    say: (channel: number, text: string) => near.push(message(channel, text)),
    near,
  };
}

const request = { node: 'box-1', pod: 'box-1', container: 'app', argv: ['false'] };
const failed = JSON.stringify({
  status: 'Failure',
  reason: 'NonZeroExitCode',
  details: { causes: [{ reason: 'ExitCode', message: '7' }] },
});

describe('a command in a container', () => {
  it('is not told of the end of its input while it may be about to end by itself', async () => {
    const { lab, sent, say } = oneCommand();
    const session = await openExec(lab, request);
    session.stdin.end('in');
    await new Promise((resolve) => session.stdin.once('finish', resolve));
    say(3, failed);
    assert.equal(await session.exitCode, 7);
    assert.deepEqual(sent, [{ channel: 0, text: 'in' }]);
    await session[Symbol.asyncDispose]();
  });

  it('is told of it when it goes on', async () => {
    const { lab, sent, say, near } = oneCommand();
    const session = await openExec(lab, request);
    session.stdin.end();
    const holding = setInterval(() => {}, 1000);
    while (sent.length === 0) await new Promise((resolve) => setImmediate(resolve));
    clearInterval(holding);
    assert.deepEqual(sent, [{ channel: 255, text: '\0' }]);
    say(3, JSON.stringify({ status: 'Success' }));
    assert.equal(await session.exitCode, 0);
    await session[Symbol.asyncDispose]();
    near.destroy();
  });

  it('asks for no stdin where none is wanted, and then says nothing about its end', async () => {
    const { lab, sent, queries, say } = oneCommand();
    const session = await openExec(lab, { ...request, noStdin: true });
    session.stdin.end('dropped');
    await new Promise((resolve) => session.stdin.once('finish', resolve));
    say(3, failed);
    assert.equal(await session.exitCode, 7);
    assert.deepEqual([queries[0]!.stdin, sent], [false, []]);
    await session[Symbol.asyncDispose]();
  });

  it('has its exit code also when the connection breaks right behind it', async () => {
    const { lab, say, near } = oneCommand();
    const session = await openExec(lab, request);
    near.once('data', () => near.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })));
    say(3, failed);
    assert.equal(await session.exitCode, 7);
    await session[Symbol.asyncDispose]();
  });
});

describe('a command that prints little', () => {
  const quiet = { pod: 'box-1', container: 'app', argv: ['cat', '/pipe'] };

  it('gives what it printed, and its code', async () => {
    const { lab, say } = oneCommand();
    const running = execQuietly(lab, quiet);
    say(1, 'out');
    say(2, 'err');
    say(3, failed);
    const { code, stdout, stderr } = await running;
    assert.deepEqual([code, stdout.toString(), stderr], [7, 'out', 'err']);
  });

  it('is not waited for when it is silent', async () => {
    const { lab, near } = oneCommand();
    await assert.rejects(execQuietly(lab, quiet, { silentMs: 30 }), {
      code: 'runtime',
      message: 'cat in box-1/app has not ended, and was silent for 0.03 s',
      hint: /FIFO/,
    });
    assert.ok(near.destroyed);
  });

  it('may not print more than is kept', async () => {
    const { lab, say, near } = oneCommand();
    const running = execQuietly(lab, quiet, { limit: 2048 });
    running.catch(() => {});
    for (let count = 0; count < 21; count++) say(1, 'x'.repeat(100));
    await assert.rejects(running, { code: 'runtime', message: 'cat in box-1/app prints more than 2 KiB' });
    assert.ok(near.destroyed);
  });

  it('leaves no connection when its end cannot be read, or is not told', async () => {
    const { lab, say, near } = oneCommand();
    const running = execQuietly(lab, quiet);
    say(3, 'no JSON');
    await assert.rejects(running, SyntaxError);
    assert.ok(near.destroyed);
    const other = oneCommand();
    const cut = execQuietly(other.lab, quiet);
    other.near.destroy();
    await assert.rejects(cut, { code: 'ECONNRESET' });
  });
});
