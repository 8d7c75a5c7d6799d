import { connect, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { TLSSocket, connect as tlsConnect } from 'node:tls';
import type { ClientPlace, Exchange, FrameExchange, TcpExchange, UdpExchange } from './case.ts';
import { playFrames } from './http2/client.ts';
import { countResponses } from './message.ts';
import { playTcp, shortened, watchTcp } from './tcp.ts';
import { chainOf } from './tls.ts';
import { playUdp } from './udp.ts';
import type { Upstream } from './upstream.ts';
import { waitFor } from './wait.ts';

/** What a client saw on its connection. */
export interface ClientView {
  received: string;
  /**
   * `open`: the proxy had not closed it when all awaited had come; `deadline`: the awaited never came; `refused`: there
   * was no handshake.
   */
  end: 'open' | 'fin' | 'reset' | 'deadline' | 'refused';
  /** What was agreed on in a TLS handshake. */
  tls?: {
    readonly version: string | null;
    readonly alpn: string | false | null;
    readonly cipher: string;
    readonly reused: boolean;
    readonly server: string | undefined;
  };
}

const deadlineMs = 3000;

/** Plays one exchange against a listener on the loopback; `held` gets the sockets that stay open. */
export async function play(
  exchange: Exchange | FrameExchange | TcpExchange | UdpExchange,
  port: number,
  upstreams: readonly Upstream[],
  held: Set<Socket> = new Set(),
  sessions: ClientSessions = {},
): Promise<ClientView> {
  if ('udp' in exchange) return playUdp(exchange, port);
  const view: ClientView = { received: '', end: 'open' };
  const socket = await open(exchange, port, sessions).catch(() => undefined);
  if (socket === undefined) return { received: '', end: 'refused' };
  if (exchange.tls?.rejected) return rejected(socket);
  if (socket instanceof TLSSocket) {
    view.tls = {
      version: socket.getProtocol(),
      alpn: socket.alpnProtocol,
      cipher: socket.getCipher().name,
      reused: socket.isSessionReused(),
      server: socket.getPeerX509Certificate()?.subject,
    };
  }
  if ('frames' in exchange) return playFrames(exchange, socket, view, upstreams);
  if ('tcp' in exchange) {
    watchTcp(socket, view);
    await playTcp(exchange.tcp, socket, view, upstreams);
    const result = { ...view, received: shortened(view.received) };
    if (exchange.hold) {
      held.add(socket);
      return result;
    }
    socket.destroy();
    const ended = () => upstreams.every(({ connections }) => connections.every(({ end }) => end !== 'open'));
    await waitFor(ended, 1000);
    return result;
  }
  socket.on('data', (data: Buffer) => {
    view.received += data.toString('latin1');
  });
  socket.on('end', () => {
    if (view.end === 'open') view.end = 'fin';
  });
  socket.on('error', () => {
    view.end = 'reset';
  });
  const closed = () => view.end !== 'open';
  const upstreamBytes = () => upstreams.reduce((sum, upstream) => sum + upstream.bytes, 0);
  const parts = typeof exchange.send === 'string' ? [exchange.send] : exchange.send;
  const text = parts.filter((part) => typeof part === 'string').join('');
  const methods = [...text.matchAll(/^([A-Z-]+) \S+ HTTP\/1\.[01]\r$/gm)].map((match) => match[1]!);
  let met = true;
  for (const part of parts) {
    if (typeof part === 'string') {
      if (!closed()) socket.write(part, 'latin1');
    } else if ('afterMs' in part) {
      await setTimeout(part.afterMs);
    } else if ('afterResponses' in part) {
      met &&= await waitFor(
        () => closed() || countResponses(view.received, methods).whole >= part.afterResponses,
        deadlineMs,
      );
    } else {
      met &&= await waitFor(() => closed() || upstreamBytes() >= part.afterUpstreamBytes, deadlineMs);
    }
  }
  if (exchange.abortAfterUpstreamBytes !== undefined) {
    await waitFor(() => closed() || upstreamBytes() >= exchange.abortAfterUpstreamBytes!, deadlineMs);
    socket.resetAndDestroy();
    // Both engines have to give the upstream's connection up, each a moment later.
    const freed = () => upstreams.every(({ connections }) => connections.every(({ end }) => end !== 'open'));
    await waitFor(freed, deadlineMs);
    return view;
  }
  const wanted = exchange.responses ?? 1;
  if (exchange.finally === 'end') socket.end();
  met &&= await waitFor(() => closed() || countResponses(view.received, methods).whole >= wanted, deadlineMs);
  if (exchange.untilClosed || countResponses(view.received, methods).closes) {
    met &&= await waitFor(closed, deadlineMs);
  }
  if (!met && view.end === 'open') view.end = 'deadline';
  const result = { ...view };
  if (exchange.finally === 'reset') socket.resetAndDestroy();
  socket.destroy();
  return result;
}

/** The last session of the clients of a case. */
export interface ClientSessions {
  session?: Buffer;
}

/** What comes of a client whose certificate the proxy sees only once the client thinks that the handshake is done. */
async function rejected(socket: Socket): Promise<ClientView> {
  let received = '';
  socket.on('data', (data: Buffer) => (received += data.toString('latin1')));
  socket.on('error', () => {});
  socket.write('GET / HTTP/1.1\r\nhost: lab.example\r\n\r\n');
  const closed = await waitFor(() => socket.destroyed || socket.readableEnded, deadlineMs);
  socket.destroy();
  return { received, end: closed ? 'refused' : 'deadline' };
}

function open(
  exchange: ClientPlace & { readonly tls?: Exchange['tls'] | undefined },
  port: number,
  sessions: ClientSessions,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    if (exchange.tls) {
      const socket = tlsConnect({
        port,
        host: '127.0.0.1',
        rejectUnauthorized: false,
        ...(exchange.tls.servername && { servername: exchange.tls.servername }),
        ...(exchange.tls.alpn && { ALPNProtocols: [...exchange.tls.alpn] }),
        ...(exchange.tls.minVersion && { minVersion: exchange.tls.minVersion }),
        ...(exchange.tls.maxVersion && { maxVersion: exchange.tls.maxVersion }),
        ...(exchange.tls.ciphers && { ciphers: exchange.tls.ciphers }),
        ...(exchange.tls.identity && {
          cert: chainOf(exchange.tls.identity, exchange.tls.chain),
          key: exchange.tls.identity.key,
        }),
        ...(exchange.tls.resume && sessions.session && { session: sessions.session }),
      });
      socket.on('session', (session: Buffer) => {
        sessions.session = session;
      });
      socket.once('error', reject).once('secureConnect', () => {
        socket.off('error', reject);
        resolve(socket);
      });
      return;
    }
    const { localAddress, host = '127.0.0.1' } = exchange;
    const socket = connect({
      port,
      host,
      allowHalfOpen: true,
      noDelay: true,
      ...(localAddress && { localAddress }),
    });
    socket.once('error', reject).once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}
