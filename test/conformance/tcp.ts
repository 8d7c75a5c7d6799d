import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { TcpStep } from './case.ts';
import type { ClientView } from './client.ts';
import type { Upstream } from './upstream.ts';
import { waitFor } from './wait.ts';

const deadlineMs = 3000;
/** Texts longer than this are compared by their hash. */
const shownBytes = 2000;

/** What one end of a raw connection saw; of it `received` and `end` are compared. */
export interface TcpView {
  received: string;
  end: ClientView['end'];
}

/** Notes what comes on a socket. Its user ends it. */
export function watchTcp(socket: Socket, view: TcpView): void {
  socket.on('data', (data: Buffer) => {
    view.received += data.toString('latin1');
  });
  socket.on('end', () => {
    if (view.end === 'open') view.end = 'fin';
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    if (view.end === 'open' || error.code === 'ECONNRESET') view.end = 'reset';
  });
}

/** Does the steps of one end of a raw connection; a wait that is in vain for its time shows as `deadline`. */
export async function playTcp(
  steps: readonly TcpStep[],
  socket: Socket,
  view: TcpView,
  upstreams: readonly Upstream[] = [],
): Promise<void> {
  const connections = () => upstreams.flatMap((upstream) => upstream.connections);
  const until = async (condition: () => boolean): Promise<void> => {
    if (!(await waitFor(condition, deadlineMs)) && view.end === 'open') view.end = 'deadline';
  };
  for (const step of steps) {
    if (typeof step === 'string') socket.write(step, 'latin1');
    else if ('send' in step) socket.write(pattern(step.send));
    else if ('afterMs' in step) await setTimeout(step.afterMs);
    else if ('afterBytes' in step) {
      await until(() => view.end !== 'open' || view.received.length >= step.afterBytes);
    } else if ('afterEnd' in step) await until(() => view.end !== 'open');
    else if ('afterUpstreamBytes' in step) {
      await until(() => upstreams.reduce((sum, { bytes }) => sum + bytes, 0) >= step.afterUpstreamBytes);
    } else if ('afterUpstreamEnds' in step) {
      await until(() => connections().filter(({ end }) => end !== 'open').length >= step.afterUpstreamEnds);
    } else if (step.do === 'end') socket.end();
    else if (step.do === 'reset') socket.resetAndDestroy();
    else if (step.do === 'close') socket.destroy();
    else if (step.do === 'listen') await Promise.all(upstreams.map((upstream) => upstream.listen()));
    else if (step.do === 'stall') socket.pause();
    else socket.resume();
  }
}

/** So many bytes that are not the same everywhere. */
function pattern(bytes: number): Buffer {
  const line = Buffer.from('0123456789abcdefghijklmnopqrstuvwxyz\n');
  return Buffer.alloc(bytes, line);
}

/** Long texts by length and hash. */
export function shortened(text: string): string {
  if (text.length <= shownBytes) return text;
  return `${text.length} bytes, ${createHash('sha256').update(text, 'latin1').digest('hex')}`;
}
