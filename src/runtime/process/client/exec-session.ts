import { Readable, Writable } from 'node:stream';
import { LabError } from '../../../error.ts';
import type { ExecRequest, ExecSession } from '../../runtime.ts';
import { FrameKind, readFrames, writeFrame } from '../protocol/frames.ts';
import { openCall } from './connection.ts';

/** Runs a command in a node; its streams travel as frames of one connection. */
export async function openExec(folder: string, request: ExecRequest): Promise<ExecSession> {
  const { socket } = await openCall(folder, 'exec', request);
  let wake = () => {};
  const output = () =>
    new Readable({
      read: () => wake(),
      destroy: (error, done) => {
        wake();
        done(error);
      },
    });
  const stdout = output();
  const stderr = output();
  const stdin = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      if (socket.destroyed || writeFrame(socket, FrameKind.stdin, chunk)) done();
      else socket.once('drain', () => done());
    },
    final: (done) => {
      if (!socket.destroyed) writeFrame(socket, FrameKind.stdinEnd);
      done();
    },
  });
  /** Waits until the reader of a full stream wants more; the connection then holds the command back. */
  const push = async (stream: Readable, chunk: Buffer) => {
    if (stream.destroyed || stream.push(chunk)) return;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  };
  const run = async (): Promise<number> => {
    for await (const { kind, payload } of readFrames(socket)) {
      if (kind === FrameKind.stdout) await push(stdout, payload);
      if (kind === FrameKind.stderr) await push(stderr, payload);
      if (kind === FrameKind.exit) return (JSON.parse(payload.toString()) as { code: number }).code;
    }
    throw new LabError('runtime', 'the command was cut off: the lab is gone, or the session was closed');
  };
  const exitCode = run().finally(() => {
    stdout.push(null);
    stderr.push(null);
    socket.destroy();
  });
  // Whoever disposes the session early does not wait for its code.
  exitCode.catch(() => {});
  return {
    stdin,
    stdout,
    stderr,
    exitCode,
    resize: (columns, rows) => {
      if (!socket.destroyed)
        writeFrame(socket, FrameKind.resize, Buffer.from(JSON.stringify({ columns, rows })));
    },
    [Symbol.asyncDispose]: async () => {
      socket.destroy();
      wake();
      await exitCode.catch(() => {});
    },
  };
}
