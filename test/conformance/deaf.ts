import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Listens with a queue of one, and then does nothing any more. */
const program = `
const server = require('node:net').createServer();
server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
  require('node:fs').writeSync(1, String(server.address().port));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});`;

/** A port whose queue of connections is full: who connects to it waits. */
export class DeafPort implements Disposable {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #queued: readonly Socket[];

  private constructor(port: number, child: ChildProcess, queued: readonly Socket[]) {
    this.port = port;
    this.#child = child;
    this.#queued = queued;
  }

  static async open(): Promise<DeafPort> {
    const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [said] = (await once(child.stdout!, 'data')) as [Buffer];
    const port = Number(said.toString());
    const queued = [0, 1].map(() => connect({ port, host: '127.0.0.1' }).on('error', () => {}));
    await Promise.all(queued.map((socket) => once(socket, 'connect')));
    return new DeafPort(port, child, queued);
  }

  [Symbol.dispose](): void {
    for (const socket of this.#queued) socket.destroy();
    this.#child.kill('SIGKILL');
  }
}
