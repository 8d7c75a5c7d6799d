import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { reset } from './reset.ts';
import type { Dialed } from './runtime.ts';
import { splice } from './splice.ts';

/** How long the connection made at dial time waits for its user, in ms; the server must not see it idle for long. */
const KEEP_MS = 1000;

/**
 * A port of 127.0.0.1 whose every connection is joined with one that `connect` makes; one that nobody takes is reset.
 *
 * @param ready a connection that is there already: the first user gets it, so that the node sees as many as there are users
 */
export async function listenFor(connect: () => Promise<Duplex>, ready: Duplex | undefined): Promise<Dialed> {
  const open = new Set<Socket>();
  let spare = ready;
  const takeSpare = () => {
    const taken = spare?.destroyed ? undefined : spare;
    spare = undefined;
    return taken;
  };
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (downstream) => {
    open.add(downstream);
    downstream.on('close', () => open.delete(downstream));
    downstream.on('error', () => {});
    const taken = takeSpare();
    if (taken !== undefined) {
      splice(downstream, taken);
      return;
    }
    connect().then(
      (upstream) => splice(downstream, upstream),
      () => reset(downstream),
    );
  });
  const drop = () => takeSpare()?.destroy();
  const timer = setTimeout(drop, KEEP_MS);
  timer.unref();
  const close = async () => {
    clearTimeout(timer);
    drop();
    for (const socket of open) reset(socket);
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  try {
    await once(server.listen(0, '127.0.0.1'), 'listening');
  } catch (error) {
    await close();
    throw error;
  }
  server.on('error', () => {});
  const { port } = server.address() as { port: number };
  return { host: '127.0.0.1', port, [Symbol.asyncDispose]: close };
}
