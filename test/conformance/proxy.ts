import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { request } from './http.ts';
import { waitFor } from './wait.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** How to start one of the two data planes: they take the same flags. */
export interface Engine {
  readonly name: 'ts' | 'envoy';
  readonly argv: readonly string[];
  /** Worker threads; 1 when absent. */
  readonly concurrency?: number | undefined;
}

export function tsEngine(): Engine {
  return { name: 'ts', argv: [process.execPath, join(root, 'bin/envoy-lab-proxy.js')] };
}

export function envoyEngine(binary: string): Engine {
  return { name: 'envoy', argv: [binary] };
}

/** A running proxy and where it listens. */
export class ProxyUnderTest implements AsyncDisposable {
  readonly admin: number;
  /** Port by listener name. */
  readonly listeners: ReadonlyMap<string, number>;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, admin: number, listeners: ReadonlyMap<string, number>) {
    this.#child = child;
    this.admin = admin;
    this.listeners = listeners;
  }

  /**
   * @param config a bootstrap as an object
   * @param folder an empty folder of its own
   * @throws Error with the proxy's own output when it does not get ready
   */
  static async start(engine: Engine, config: unknown, folder: string): Promise<ProxyUnderTest> {
    const configFile = join(folder, 'envoy.json');
    const addressFile = join(folder, 'admin');
    await writeFile(configFile, JSON.stringify(config, null, 1));
    const [command, ...args] = engine.argv;
    const flags = [
      '-c',
      configFile,
      '--use-dynamic-base-id',
      '--concurrency',
      String(engine.concurrency ?? 1),
      '--admin-address-path',
      addressFile,
    ];
    const timing = [
      '--file-flush-interval-msec',
      '20',
      '--drain-time-s',
      '1',
      '--parent-shutdown-time-s',
      '2',
    ];
    const child = spawn(command!, [...args, ...flags, ...timing, '-l', 'warning'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const closed = once(child, 'close');
    let output = '';
    child.stdout?.on('data', (data) => (output += data));
    child.stderr?.on('data', (data) => (output += data));
    const exited = () => child.exitCode !== null || child.signalCode !== null;
    let admin = 0;
    const ready = await waitFor(async () => {
      if (exited()) return true;
      if (!existsSync(addressFile)) return false;
      admin = Number(readFileSync(addressFile, 'utf8').split(':').at(-1));
      if (!admin) return false;
      const answer = await request(admin, 'GET', '/ready').catch(() => undefined);
      return answer?.status === 200;
    }, 30_000);
    if (!ready || exited()) {
      child.kill('SIGKILL');
      await closed;
      throw new Error(`${engine.name} did not get ready:\n${output}`);
    }
    const { body } = await request(admin, 'GET', '/listeners?format=json');
    type Status = { name: string; local_address: { socket_address: { port_value: number } } };
    const statuses = (JSON.parse(body) as { listener_statuses?: Status[] }).listener_statuses ?? [];
    const listeners = new Map(
      statuses.map((status) => [status.name, status.local_address.socket_address.port_value]),
    );
    return new ProxyUnderTest(child, admin, listeners);
  }

  get pid(): number {
    return this.#child.pid!;
  }

  get alive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.alive) return;
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await gone;
  }
}
