import { connect, type Socket } from 'node:net';

/** @throws Error with the system's `code`; `ETIMEDOUT` after `timeoutMs` */
export function connectTcp(host: string, port: number, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
    const late = () => socket.destroy(Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' }));
    const timer = setTimeout(late, timeoutMs);
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

/** A reset in place of SYN-ACK: nobody listens there. */
export function isRefusal(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === 'ECONNREFUSED';
}
