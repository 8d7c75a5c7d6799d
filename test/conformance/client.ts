import { connect, type Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import type { Exchange } from './case.ts';
import { countResponses } from './message.ts';
import type { Upstream } from './upstream.ts';
import { waitFor } from './wait.ts';

/** What a client saw on its connection. */
export interface ClientView {
  received: string;
  /** `open`: the proxy had not closed it when all awaited had come; `deadline`: the awaited never came. */
  end: 'open' | 'fin' | 'reset' | 'deadline';
}

const deadlineMs = 3000;

/** Plays one exchange against a listener on the loopback. */
export async function play(
  exchange: Exchange,
  port: number,
  upstreams: readonly Upstream[],
): Promise<ClientView> {
  const view: ClientView = { received: '', end: 'open' };
  const socket = await open(exchange, port);
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

function open(exchange: Exchange, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    if (exchange.tls) {
      const socket = tlsConnect({
        port,
        host: '127.0.0.1',
        rejectUnauthorized: false,
        ...(exchange.tls.servername && { servername: exchange.tls.servername }),
        ...(exchange.tls.alpn && { ALPNProtocols: [...exchange.tls.alpn] }),
      });
      socket.once('error', reject).once('secureConnect', () => {
        socket.off('error', reject);
        resolve(socket);
      });
      return;
    }
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    socket.once('error', reject).once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}
