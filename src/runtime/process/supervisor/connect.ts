import { connect, type Socket } from 'node:net';
import { LabError } from '../../../error.ts';
import type { Endpoint } from './isolation.ts';

/**
 * Connects to the first endpoint that accepts: a port may be open on the node's own address, on its loopback, or both.
 *
 * @throws LabError `runtime` when none does; its cause is the system's error, a refusal only when all refused
 */
export async function connectFirst(endpoints: readonly Endpoint[], timeoutMs = 5000): Promise<Socket> {
  const failures: unknown[] = [];
  for (const endpoint of endpoints) {
    try {
      return await connectOnce(endpoint, timeoutMs);
    } catch (error) {
      failures.push(error);
    }
  }
  const where = endpoints[0];
  const what = where === undefined ? 'the node is not up' : `nothing accepts on port ${where.port}`;
  throw new LabError('runtime', `cannot connect: ${what}`, {
    cause: failures.find((error) => !isRefusal(error)) ?? failures[0],
  });
}

/** A reset in place of SYN-ACK: nobody listens there. */
export function isRefusal(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === 'ECONNREFUSED';
}

function connectOnce(endpoint: Endpoint, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...endpoint, allowHalfOpen: true, noDelay: true });
    const timer = setTimeout(() => socket.destroy(new Error('timed out')), timeoutMs);
    socket.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.removeAllListeners('error');
      // A connection can be reset before its new owner listens.
      socket.on('error', () => {});
      resolve(socket);
    });
  });
}
