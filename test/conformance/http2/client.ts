import type { Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { FrameExchange } from '../case.ts';
import type { ClientView } from '../client.ts';
import type { Upstream } from '../upstream.ts';
import { waitFor } from '../wait.ts';
import { FrameView } from './view.ts';

const deadlineMs = 3000;

/** Plays an exchange of HTTP/2 frames on an open socket; `received` is what came back as {@link FrameView} has it. */
export async function playFrames(
  exchange: FrameExchange,
  socket: Socket,
  view: ClientView,
  upstreams: readonly Upstream[],
): Promise<ClientView> {
  const frames = new FrameView();
  socket.on('data', (data: Buffer) => frames.add(data));
  socket.on('end', () => {
    if (view.end === 'open') view.end = 'fin';
  });
  socket.on('error', () => {
    view.end = 'reset';
  });
  const closed = () => view.end !== 'open';
  const upstreamBytes = () => upstreams.reduce((sum, upstream) => sum + upstream.bytes, 0);
  let met = true;
  const until = async (state: () => boolean): Promise<void> => {
    met &&= await waitFor(() => closed() || state(), deadlineMs);
  };
  for (const part of exchange.frames) {
    if (typeof part === 'string') {
      if (!closed()) socket.write(part, 'latin1');
    } else if ('afterMs' in part) await setTimeout(part.afterMs);
    else if ('afterEnded' in part) await until(() => frames.ended.size >= part.afterEnded);
    else if ('afterData' in part) await until(() => frames.dataBytes >= part.afterData);
    else if ('afterGoAways' in part) await until(() => frames.goAways >= part.afterGoAways);
    else if ('afterPings' in part) await until(() => frames.pings >= part.afterPings);
    else await until(() => upstreamBytes() >= part.afterUpstreamBytes);
  }
  await until(() => frames.ended.size >= (exchange.ended ?? 1));
  if (exchange.untilClosed) met &&= await waitFor(closed, deadlineMs);
  if (!met && view.end === 'open') view.end = 'deadline';
  const result = { ...view, received: frames.toString() };
  if (exchange.finally === 'reset') socket.resetAndDestroy();
  socket.destroy();
  return result;
}
