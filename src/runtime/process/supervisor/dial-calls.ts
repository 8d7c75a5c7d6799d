import type { Socket } from 'node:net';
import { LabError } from '../../../error.ts';
import { splice } from '../../splice.ts';
import { connectFirst, isRefusal } from './connect.ts';
import type { CallContext } from './control-server.ts';
import { forwardTcp } from './forward-tcp.ts';
import type { Lab } from './lab.ts';

/** How long a dialled port may take to accept, in ms; it may be slow on purpose, then its user waits for it. */
const TRY_MS = 1000;
/** How long the connection made at dial time waits for its user, in ms; the server must not see it idle for long. */
const KEEP_MS = 1000;

/** `connect`: raw bytes from and to a port of a node. */
export async function serveConnect({ lab, args, socket, reply }: CallContext<'connect'>): Promise<void> {
  const upstream = await reach(lab, args);
  await reply(null);
  splice(socket, upstream);
}

/**
 * `dial`: a port of the host that leads to the node's. Once it listens it accepts whatever the node does, so whether
 * the node accepts is found out first. The connection made for that serves the first who comes: a proxy's statistics
 * then count what its user did and no more.
 */
export async function serveDial({ lab, args, signal, reply }: CallContext<'dial'>): Promise<void> {
  let ready = await reach(lab, args, TRY_MS).catch((error: LabError) => {
    if (error.code === 'usage' || isRefusal(error.cause)) throw error;
    return undefined;
  });
  const takeReady = (): Socket | undefined => {
    const taken = ready?.destroyed ? undefined : ready;
    ready = undefined;
    return taken;
  };
  const drop = () => takeReady()?.destroy();
  const bound = await lab.binder.bind({ protocol: 'tcp', port: 0, pinned: false }).catch((error: unknown) => {
    drop();
    throw error;
  });
  if (bound.protocol !== 'tcp') throw new LabError('runtime', 'a TCP port was asked for');
  const endpoints = () => lab.isolation.endpoints(args.node, args.port);
  const close = forwardTcp(bound.server, endpoints, takeReady);
  const end = () => {
    drop();
    close();
  };
  if (signal.aborted) return end();
  signal.addEventListener('abort', end);
  setTimeout(drop, KEEP_MS).unref();
  await reply({ host: '127.0.0.1', port: bound.port });
}

async function reach(lab: Lab, { node, port }: { node: string; port: number }, timeoutMs?: number) {
  lab.nodes.get(node);
  try {
    return await connectFirst(lab.isolation.endpoints(node, port), timeoutMs);
  } catch (error) {
    const { cause } = error as LabError;
    if (!isRefusal(cause)) throw error;
    throw new LabError('runtime', `nothing listens on port ${port} of ${node}`, {
      hint: `Is it running, and is that its port? envoy-lab ps and envoy-lab logs ${node} show it.`,
      cause,
    });
  }
}
