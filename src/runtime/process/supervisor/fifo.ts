import { execFile } from 'node:child_process';
import { closeSync, constants, mkdirSync, openSync, unlinkSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { InputPipes, type PipeEnds } from './input-pipes.ts';

const run = promisify(execFile);

/**
 * True pipes for children. What Node calls a pipe is a socket pair, and a program cannot open `/dev/stdout` on a
 * socket (Envoy's access log does). Node cannot make a pipe(2), so each is a FIFO that is unlinked once open.
 */
export class FifoPool {
  readonly #folder: string;
  readonly #inputs = new InputPipes();
  #free: string[] = [];
  #made = 0;
  #making: Promise<unknown> = Promise.resolve();

  /** @param made how many FIFOs, named from 0 on, somebody has made there already */
  constructor(folder: string, made = 0) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#made = made;
    this.#free = Array.from({ length: made }, (_, index) => join(folder, String(index)));
  }

  /** Makes sure that `count` are at hand; one process however many. */
  async prepare(count: number): Promise<void> {
    const making = this.#making.then(async () => {
      const missing = count - this.#free.length;
      if (missing <= 0) return;
      const paths = Array.from({ length: missing }, () => join(this.#folder, String(this.#made++)));
      await run('mkfifo', ['-m', '600', ...paths]);
      this.#free.push(...paths);
    });
    this.#making = making.catch(() => {});
    await making;
  }

  /** A pipe whose writing end goes to a child; close `fd` after the child has it. */
  async output(): Promise<{ readonly stream: Socket; readonly fd: number }> {
    const path = await this.#take();
    const reading = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const fd = openSync(path, constants.O_WRONLY);
    unlinkSync(path);
    return { stream: new Socket({ fd: reading, readable: true, writable: false }), fd };
  }

  /** A pipe whose reading end goes to a child; close `fd` after the child has it. */
  async input(): Promise<{ readonly stream: Socket; readonly fd: number }> {
    const { reading, writing } = (await this.#inputs.take()) ?? (await this.#fifoEnds());
    return { stream: new Socket({ fd: writing, readable: false, writable: true }), fd: reading };
  }

  async #fifoEnds(): Promise<PipeEnds> {
    const path = await this.#take();
    // Opening one end waits for the other; this one is both, so that nothing waits.
    const both = openSync(path, constants.O_RDWR);
    const reading = openSync(path, constants.O_RDONLY);
    const writing = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
    closeSync(both);
    unlinkSync(path);
    return { reading, writing };
  }

  async #take(): Promise<string> {
    for (;;) {
      const path = this.#free.pop();
      if (path !== undefined) return path;
      await this.prepare(6);
    }
  }
}
