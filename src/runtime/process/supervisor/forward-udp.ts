import { createSocket, type Socket } from 'node:dgram';
import type { Endpoint } from './isolation.ts';

/** A client that has been silent for this long gets a new upstream socket, in ms. */
const IDLE_MS = 60_000;
const MAX_CLIENTS = 1024;

/**
 * Forwards datagrams of a bound socket to a node, one upstream socket a client, answers going back to that client.
 *
 * @returns closes everything
 */
export function forwardUdp(server: Socket, endpoints: () => readonly Endpoint[]): () => void {
  const clients = new Map<string, { socket: Socket; timer: NodeJS.Timeout }>();
  const drop = (key: string) => {
    const client = clients.get(key);
    if (client === undefined) return;
    clients.delete(key);
    clearTimeout(client.timer);
    client.socket.close();
  };
  server.on('error', () => {});
  server.on('message', (message, from) => {
    const endpoint = endpoints()[0];
    if (endpoint === undefined) return;
    const key = `${from.address}:${from.port}`;
    let client = clients.get(key);
    if (client === undefined) {
      const oldest = clients.keys().next();
      if (clients.size >= MAX_CLIENTS && !oldest.done) drop(oldest.value);
      const socket = createSocket('udp4');
      socket.on('message', (answer) => server.send(answer, from.port, from.address));
      socket.on('error', () => drop(key));
      client = { socket, timer: setTimeout(() => drop(key), IDLE_MS).unref() };
      clients.set(key, client);
    }
    client.timer.refresh();
    client.socket.send(message, endpoint.port, endpoint.host);
  });
  return () => {
    server.close();
    for (const key of [...clients.keys()]) drop(key);
  };
}
