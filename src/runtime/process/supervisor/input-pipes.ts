import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** Both ends of a pipe. */
export interface PipeEnds {
  readonly reading: number;
  readonly writing: number;
}

/** As many as one shell can hold open: it has descriptors 3 to 9. */
const BATCH = [3, 4, 5, 6, 7, 8, 9];
/** Two bytes, because a shell may have no pipe for an empty document. */
const DOCUMENT = '.\n';

/**
 * Pipes for children's standard input. A FIFO will not do: a program that opens `/dev/stdin` by name would wait for a
 * writer after the last one has gone, which it does not on a pipe(2) (fs/pipe.c, `fifo_open`). Node cannot make a
 * pipe(2), but a shell makes one for every here-document, and /proc opens both its ends to whoever may look.
 */
export class InputPipes {
  #free: PipeEnds[] = [];
  #making: Promise<void> | undefined;

  /** A pipe; undefined where shells or the system do not work like that. */
  async take(): Promise<PipeEnds | undefined> {
    for (let attempt = 0; attempt < 3; attempt++) {
      const ends = this.#free.pop();
      if (ends !== undefined) return ends;
      this.#making ??= this.#make().finally(() => {
        this.#making = undefined;
      });
      await this.#making;
    }
    return undefined;
  }

  async #make(): Promise<void> {
    if (process.platform !== 'linux') return;
    const redirections = BATCH.map((fd) => `${fd}<<END`).join(' ');
    const script = `exec ${redirections}\n${`${DOCUMENT}END\n`.repeat(BATCH.length)}echo; read _`;
    const shell = spawn('sh', ['-c', script], { stdio: ['pipe', 'pipe', 'ignore'] });
    const ended = once(shell, 'close').catch(() => {});
    shell.stdin.on('error', () => {});
    await Promise.race([once(shell.stdout, 'data'), ended]);
    for (const fd of BATCH) {
      const ends = openEnds(`/proc/${shell.pid}/fd/${fd}`);
      if (ends !== undefined) this.#free.push(ends);
    }
    shell.stdin.end();
    shell.stdout.destroy();
    await ended;
  }
}

function openEnds(path: string): PipeEnds | undefined {
  let reading: number;
  try {
    reading = openSync(path, constants.O_RDONLY);
  } catch {
    return undefined;
  }
  if (fstatSync(reading).isFIFO()) {
    readSync(reading, Buffer.alloc(DOCUMENT.length));
    return { reading, writing: openSync(path, constants.O_WRONLY | constants.O_NONBLOCK) };
  }
  closeSync(reading);
  return undefined;
}
