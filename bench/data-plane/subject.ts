import type { Bootstrap } from './bootstrap.ts';
import { frontProxy, managerOf, sidecar } from './bootstrap.ts';
import { cores } from './cores.ts';
import { DataPlane, type Engine } from './engine.ts';
import { Held } from './held.ts';
import { startServer } from './processes.ts';

/** What is loaded: the processes between a port and the upstream. */
export interface Subject extends AsyncDisposable {
  readonly port: number;
  readonly pids: readonly number[];
}

/** How the front proxy of a row differs from the sandbox's. */
export interface FrontOptions {
  /** Of the listener that is loaded; `http` by default. */
  readonly listener?: 'http' | 'https';
  /** A sidecar of the same engine, on the same core, between the front proxy and the upstream. */
  readonly hops?: 1 | 2;
  readonly change?: (bootstrap: Bootstrap) => void;
}

/** The front proxy, run by one of the two data planes. */
export async function startFront(engine: Engine, upstream: number, options: FrontOptions): Promise<Subject> {
  const held = new Held();
  try {
    let next = upstream;
    const pids: number[] = [];
    if (options.hops === 2) {
      const service = held.hold(await DataPlane.start(engine, sidecar(upstream)));
      pids.push(service.pid);
      next = await service.port('service');
    }
    const bootstrap = frontProxy(next);
    options.change?.(bootstrap);
    const front = held.hold(await DataPlane.start(engine, bootstrap));
    pids.push(front.pid);
    const port = await front.port(options.listener ?? 'http');
    return { port, pids, [Symbol.asyncDispose]: () => held[Symbol.asyncDispose]() };
  } catch (error) {
    await held[Symbol.asyncDispose]();
    throw error;
  }
}

/** Another Node proxy: `peers/NAME.js UPSTREAM_PORT`. */
export async function startPeer(script: string, upstream: number): Promise<Subject> {
  const { server, port } = await startServer(cores.proxy, [process.execPath, script, String(upstream)]);
  return { port, pids: [server.pid], [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

/** The access log of the sandbox, in a file. */
export function logTo(path: string): (bootstrap: Bootstrap) => void {
  const type = 'type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog';
  return (bootstrap) => {
    managerOf(bootstrap).access_log = [
      { name: 'envoy.access_loggers.file', typed_config: { '@type': type, path } },
    ];
  };
}
