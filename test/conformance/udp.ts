import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import type { UdpExchange, UdpScript } from './case.ts';
import type { ClientView } from './client.ts';
import { waitFor } from './wait.ts';

const deadlineMs = 3000;

/** What came from one client of a UDP upstream: datagrams in `<>`. */
interface UdpPeer {
  received: string;
  readonly end: 'open';
}

/** A UDP server that answers each datagram by script, and notes those of each client in `peers`. */
export async function startUdp(script: UdpScript, peers: { push(peer: UdpPeer): void }): Promise<Socket> {
  const socket = createSocket('udp4');
  const known = new Map<number, UdpPeer>();
  socket.on('message', (data, { address, port }) => {
    let peer = known.get(port);
    if (peer === undefined) {
      peer = { received: '', end: 'open' };
      known.set(port, peer);
      peers.push(peer);
    }
    peer.received += `<${data.toString('latin1')}>`;
    for (const answer of script.answers ?? [data]) socket.send(answer, port, address);
  });
  socket.on('error', () => {});
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

/** Plays the datagrams of some clients against a listener on the loopback. */
export async function playUdp(exchange: UdpExchange, port: number): Promise<ClientView> {
  const view: ClientView = { received: '', end: 'open' };
  const clients = new Map<number, { readonly socket: Socket; received: string; count: number }>();
  const clientOf = (number: number) => {
    const there = clients.get(number);
    if (there !== undefined) return there;
    const client = { socket: createSocket('udp4'), received: '', count: 0 };
    client.socket.on('error', () => {});
    client.socket.on('message', (data) => {
      client.received += `<${data.length > 100 ? `${data.length} bytes` : data.toString('latin1')}>`;
      client.count++;
    });
    clients.set(number, client);
    return client;
  };
  for (const step of exchange.udp) {
    const client = clientOf(('client' in step && step.client) || 0);
    if ('send' in step) {
      const data = typeof step.send === 'number' ? Buffer.alloc(step.send, 'x') : Buffer.from(step.send);
      await new Promise((resolve) => client.socket.send(data, port, '127.0.0.1', resolve));
    } else if ('afterMs' in step) await setTimeout(step.afterMs);
    else if (!(await waitFor(() => client.count >= step.afterDatagrams, deadlineMs))) view.end = 'deadline';
  }
  for (const [number, { socket, received }] of clients) {
    view.received += `${number}: ${received}\n`;
    socket.close();
  }
  return view;
}
