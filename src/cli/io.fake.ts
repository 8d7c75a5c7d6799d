import { PassThrough, Writable } from 'node:stream';
import type { Io, OutputStream } from './io.ts';

/** A stream that keeps what is written to it. */
class Kept extends Writable implements OutputStream {
  text = '';
  readonly isTTY: boolean;
  readonly columns = 100;
  readonly rows = 24;

  constructor(isTTY: boolean) {
    super();
    this.isTTY = isTTY;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

/** A command line's surroundings without a process, for tests. */
export function fakeIo(rest: Partial<Io> & { readonly tty?: boolean } = {}) {
  const stdout = new Kept(rest.tty ?? false);
  const stderr = new Kept(rest.tty ?? false);
  const io: Io = {
    stdin: new PassThrough(),
    stdout,
    stderr,
    env: {},
    cwd: '/',
    execPath: process.execPath,
    now: () => 1_000_000,
    uid: 1000,
    temporary: '/nowhere',
    signal: new AbortController().signal,
    startedAt: 999_900,
    own: false,
    ...rest,
  };
  return { io, out: () => stdout.text, err: () => stderr.text };
}
