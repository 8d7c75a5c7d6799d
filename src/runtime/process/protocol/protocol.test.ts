import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import { LabError } from '../../../error.ts';
import { FrameKind, readFrames, writeFrame } from './frames.ts';
import { readLine, writeLine } from './lines.ts';
import { fromWire, toWire } from './wire-error.ts';

describe('lines', () => {
  it('come one by one and leave the rest in the stream, split anywhere', async () => {
    const bytes = Buffer.from('{"a":"ä"}\nsecond\nraw');
    for (let cut = 0; cut <= bytes.length; cut++) {
      const stream = new PassThrough();
      stream.write(bytes.subarray(0, cut));
      const first = readLine(stream);
      setImmediate(() => stream.end(bytes.subarray(cut)));
      assert.equal(await first, '{"a":"ä"}');
      assert.equal(await readLine(stream), 'second');
      const rest: Buffer[] = [];
      for await (const chunk of stream) rest.push(chunk as Buffer);
      assert.equal(String(Buffer.concat(rest)), 'raw', `cut at ${cut}`);
    }
  });

  it('end with the stream, whether it ends or breaks', async () => {
    const ended = new PassThrough();
    ended.end('no newline');
    assert.equal(await readLine(ended), undefined);
    assert.equal(await readLine(ended), undefined);
    const broken = new PassThrough();
    const line = readLine(broken);
    broken.destroy(new Error('broken'));
    broken.on('error', () => {});
    assert.equal(await line, undefined);
  });

  it('wait for a slow reader', async () => {
    const stream = new PassThrough({ highWaterMark: 10 });
    let written = false;
    const writing = writeLine(stream, 'a long line that fills the buffer').then(() => {
      written = true;
    });
    await new Promise(setImmediate);
    assert.equal(written, false);
    stream.resume();
    await writing;
  });
});

describe('frames', () => {
  it('are read as they were written, split anywhere', async () => {
    const written = new PassThrough();
    writeFrame(written, FrameKind.stdout, Buffer.from('out'));
    writeFrame(written, FrameKind.stdinEnd);
    writeFrame(written, FrameKind.stderr, Buffer.alloc(70_000, 'x'));
    written.end();
    const parts: Buffer[] = [];
    for await (const chunk of written) parts.push(chunk as Buffer);
    const bytes = Buffer.concat(parts);
    for (const size of [1, 3, 7, 4096, bytes.length]) {
      const stream = new PassThrough({ highWaterMark: bytes.length + 1 });
      for (let at = 0; at < bytes.length; at += size) stream.write(bytes.subarray(at, at + size));
      stream.end();
      const read: [number, number][] = [];
      for await (const { kind, payload } of readFrames(stream)) read.push([kind, payload.length]);
      assert.deepEqual(read, [
        [FrameKind.stdout, 3],
        [FrameKind.stdinEnd, 0],
        [FrameKind.stderr, 70_000],
      ]);
    }
  });

  it('that are cut off are dropped', async () => {
    const stream = new PassThrough();
    stream.end(Buffer.from([FrameKind.exit, 0, 0, 0, 9, 1, 2]));
    for await (const frame of readFrames(stream)) assert.fail(`read ${frame.kind}`);
  });
});

it('carries errors with code and hint over the wire', () => {
  const error = fromWire(toWire(new LabError('usage', 'no such node', { hint: 'There are: a.' })));
  assert.deepEqual([error.code, error.message, error.hint], ['usage', 'no such node', 'There are: a.']);
  assert.deepEqual(toWire(new Error('odd')), { code: 'runtime', message: 'odd' });
});
