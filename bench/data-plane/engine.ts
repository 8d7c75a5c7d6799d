import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { request } from '../../test/conformance/http.ts';
import { cores } from './cores.ts';
import { newFolder } from './folders.ts';
import { Running, start } from './processes.ts';

/** How a data plane is started. */
export interface Engine {
  readonly name: string;
  readonly argv: readonly string[];
}

export interface DataPlaneOptions {
  readonly concurrency?: number;
  /** As `taskset -c` takes them. */
  readonly cores?: string;
}

/** A data plane that runs; its folder goes with it. */
export class DataPlane implements AsyncDisposable {
  readonly #running: Running;
  readonly #folder: string;
  readonly #admin: number;
  /** From the start of the process to the answer LIVE. */
  readonly readyMs: number;

  private constructor(running: Running, folder: string, admin: number, readyMs: number) {
    this.#running = running;
    this.#folder = folder;
    this.#admin = admin;
    this.readyMs = readyMs;
  }

  /** @throws Error with the proxy's own words when it ends before it is ready */
  static async start(engine: Engine, bootstrap: unknown, options: DataPlaneOptions = {}): Promise<DataPlane> {
    const folder = await newFolder();
    const [config, address] = [join(folder, 'envoy.yaml'), join(folder, 'admin')];
    await writeFile(config, JSON.stringify(bootstrap, null, 1));
    const workers = String(options.concurrency ?? 1);
    const flags = ['-c', config, '--concurrency', workers, '--admin-address-path', address];
    const argv = [...engine.argv, ...flags, '--use-dynamic-base-id', '-l', 'warning'];
    const began = performance.now();
    const running = new Running(start(options.cores ?? cores.proxy, argv, 'ignore'));
    try {
      const admin = await ready(running, address);
      return new DataPlane(running, folder, admin, performance.now() - began);
    } catch (error) {
      await running[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
      throw new Error(`${engine.name} did not get ready: ${(error as Error).message}`, { cause: error });
    }
  }

  get pid(): number {
    return this.#running.pid;
  }

  /** Port of the listener of this name. */
  async port(listener: string): Promise<number> {
    const { body } = await request(this.#admin, 'GET', '/listeners?format=json');
    type Status = { name: string; local_address: { socket_address: { port_value: number } } };
    const { listener_statuses } = JSON.parse(body) as { listener_statuses: Status[] };
    return listener_statuses.find(({ name }) => name === listener)!.local_address.socket_address.port_value;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Asks every ms, for up to 30 s; the admin interface's port. */
async function ready(running: Running, addressFile: string): Promise<number> {
  const deadline = performance.now() + 30_000;
  while (performance.now() < deadline) {
    if (running.exited) throw new Error(`it ended:\n${running.output}`);
    const admin = portIn(addressFile);
    const answer = admin ? await request(admin, 'GET', '/ready').catch(() => undefined) : undefined;
    if (answer?.body.trim() === 'LIVE') return admin;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  throw new Error(`it was not LIVE within 30 s:\n${running.output}`);
}

/** 0 while the file is not there or not whole. */
function portIn(addressFile: string): number {
  try {
    return Number(readFileSync(addressFile, 'utf8').split(':').at(-1));
  } catch {
    return 0;
  }
}
