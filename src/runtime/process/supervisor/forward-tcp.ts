import type { Server, Socket } from 'node:net';
import { reset } from '../../reset.ts';
import { splice } from '../../splice.ts';
import { connectFirst } from './connect.ts';
import type { Endpoint } from './isolation.ts';

/**
 * Forwards every connection of a listening server to the endpoints that hold at that moment. Half-closes, back-pressure
 * and resets pass through; a connection that nobody takes is reset.
 *
 * @param takeReady gives a connection to the node that is there already, if there is one
 * @returns closes the server and its connections
 */
export function forwardTcp(
  server: Server,
  endpoints: () => readonly Endpoint[],
  takeReady: () => Socket | undefined = () => undefined,
): () => void {
  const open = new Set<Socket>();
  // A server that came over IPC was made by Node without these.
  Object.assign(server, { allowHalfOpen: true, pauseOnConnect: false, noDelay: true });
  server.on('connection', (downstream) => {
    open.add(downstream);
    downstream.on('close', () => open.delete(downstream));
    downstream.on('error', () => {});
    const ready = takeReady();
    if (ready !== undefined) {
      splice(downstream, ready);
      return;
    }
    connectFirst(endpoints()).then(
      (upstream) => splice(downstream, upstream),
      () => reset(downstream),
    );
  });
  server.on('error', () => {});
  return () => {
    server.close();
    for (const socket of open) reset(socket);
  };
}
