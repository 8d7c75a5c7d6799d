import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { cores, pinned } from './cores.ts';

/** A process that runs until it is disposed of. */
export class Running implements AsyncDisposable {
  readonly child: ChildProcess;
  /** The end of what it printed, for error messages. */
  output = '';

  constructor(child: ChildProcess) {
    this.child = child;
    child.stderr?.on('data', (data) => {
      this.output = (this.output + data).slice(-4000);
    });
  }

  get pid(): number {
    return this.child.pid!;
  }

  get exited(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.exited) return;
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await gone;
  }
}

/** Starts a program that prints the port it listens on as its first line. */
export async function startServer(
  list: string,
  argv: readonly string[],
): Promise<{ server: Running; port: number }> {
  const server = new Running(start(list, argv, 'pipe'));
  for await (const line of createInterface(server.child.stdout!)) return { server, port: Number(line) };
  throw new Error(`${argv.join(' ')} did not start:\n${server.output}`);
}

/**
 * Starts a program on these cores, as a container is: without what this shell tells programs. (Node reads the certificates of
 * NODE_EXTRA_CA_CERTS before it does anything else.) What it writes to stderr is kept.
 */
export function start(list: string, argv: readonly string[], stdout: 'pipe' | 'ignore'): ChildProcess {
  const [command, ...args] = pinned(list, argv);
  const { PATH, HOME } = process.env;
  return spawn(command!, args, { stdio: ['ignore', stdout, 'pipe'], env: { PATH, HOME } });
}

/** Runs a load generator to its end; its stdout. @throws Error with its own words when it fails or does not end */
export async function generate(
  argv: readonly string[],
  seconds: number,
  list: string = cores.load,
): Promise<string> {
  const [command, ...args] = pinned(list, argv);
  const timeout = (seconds + 20) * 1000;
  try {
    return (await promisify(execFile)(command!, args, { timeout, maxBuffer: 1 << 24 })).stdout;
  } catch (error) {
    const { killed, stdout, stderr } = error as { killed: boolean; stdout: string; stderr: string };
    const words = killed ? 'did not end' : `${stderr}${stdout}`.trim();
    throw new Error(`${basename(argv[0]!)}: ${words}`, { cause: error });
  }
}
