import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { content } from '../content.ts';
import type { Target } from './http1.ts';

/** A WebSocket's opening, and bytes back and forth behind it. @throws Error when others come back */
export async function webSocket({ port, tls, path }: Target, seed: number): Promise<void> {
  const socket = await dial(port, tls);
  try {
    let received = Buffer.alloc(0);
    socket.on('data', (data) => (received = Buffer.concat([received, data])));
    const until = async (enough: () => boolean): Promise<void> => {
      while (!enough()) await once(socket, 'data', { signal: AbortSignal.timeout(20_000) });
    };
    socket.write(
      `GET ${path} HTTP/1.1\r\nhost: h\r\nconnection: upgrade\r\nupgrade: websocket\r\n` +
        'sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    );
    await until(() => received.includes('\r\n\r\n'));
    const end = received.indexOf('\r\n\r\n') + 4;
    const head = received.toString('latin1', 0, end);
    if (!head.startsWith('HTTP/1.1 101 ')) throw new Error(`no upgrade: ${head}`);
    received = received.subarray(end);
    const bytes = content(seed, 40_000);
    for (let at = 0; at < bytes.length; at += 10_000) {
      socket.write(bytes.subarray(at, at + 10_000));
      await until(() => received.length >= at + 10_000);
    }
    if (!received.equals(bytes)) throw new Error('other bytes came back');
  } finally {
    socket.destroy();
  }
}

/** Half a request, and nothing for a while. */
export async function stall({ port, tls }: Target, ms: number): Promise<void> {
  const socket = await dial(port, tls);
  socket.write('POST /steady HTTP/1.1\r\nhost: h\r\ncontent-length: 100\r\n\r\nhalf of');
  await new Promise((resolve) => setTimeout(resolve, ms));
  socket.destroy();
}

async function dial(port: number, tls: boolean): Promise<Socket> {
  const socket = tls
    ? connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] })
    : connectTcp(port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, tls ? 'secureConnect' : 'connect');
  return socket;
}
