import { connect, type Socket } from 'node:net';
import { httpStatus } from '../runtime/http-status.ts';
import type { ServiceProbe } from '../runtime/node-spec.ts';

/** What a look at a replica found. Only an answer that does not come may still be a busy machine's. */
export type Finding =
  | { readonly kind: 'good' }
  | { readonly kind: 'bad'; readonly why: string }
  | { readonly kind: 'late' };

/** Asks one probe of a replica once, for at most `timeoutMs`. Never rejects. */
export async function look(address: string, probe: ServiceProbe, timeoutMs: number): Promise<Finding> {
  const socket = connect({ host: address, port: probe.port });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    socket.destroy(new Error('timed out'));
  }, timeoutMs);
  try {
    await connected(socket);
    if (probe.kind === 'tcp') return { kind: 'good' };
    const status = await httpStatus(socket, probe.path, timeoutMs);
    const good = probe.status === undefined ? status >= 200 && status < 400 : status === probe.status;
    return good ? { kind: 'good' } : { kind: 'bad', why: `:${probe.port}${probe.path} answers ${status}` };
  } catch (error) {
    return late ? { kind: 'late' } : { kind: 'bad', why: `:${probe.port} ${codeOf(error)}` };
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('connect', resolve);
    // Stays: what breaks later is told by whoever uses the connection.
    socket.on('error', reject);
  });
}

function codeOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
