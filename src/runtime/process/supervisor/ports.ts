import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { LabError } from '../../../error.ts';
import { noContainers, privileged, taken } from '../../host-ports.ts';
import type { BindRequest, Bound } from './publisher.ts';

const HOST = '127.0.0.1';

/**
 * Binds a port on 127.0.0.1 of the network namespace this process is in.
 *
 * @throws LabError `runtime` when the port is pinned and taken; it names who holds it
 */
export async function bindPort({ protocol, port, pinned }: BindRequest): Promise<Bound> {
  try {
    return await bindExactly(protocol, port);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (pinned || port === 0) throw await explain(protocol, port, error);
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw await explain(protocol, port, error);
    return { ...(await bindExactly(protocol, 0)), moved: code === 'EACCES' ? 'privileged' : 'taken' };
  }
}

function bindExactly(protocol: 'tcp' | 'udp', port: number): Promise<Bound> {
  return new Promise((resolve, reject) => {
    if (protocol === 'udp') {
      const socket = createSocket('udp4');
      socket.once('error', (error) => {
        socket.close();
        reject(error);
      });
      socket.bind({ address: HOST, port, exclusive: true }, () =>
        resolve({ protocol, port: socket.address().port, socket }),
      );
      return;
    }
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
    server.once('error', reject);
    server.listen({ host: HOST, port, exclusive: true }, () => {
      const address = server.address() as { port: number };
      resolve({ protocol, port: address.port, server });
    });
  });
}

async function explain(protocol: 'tcp' | 'udp', port: number, error: unknown): Promise<LabError> {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return taken(protocol, port, noContainers, error);
  if (code === 'EACCES') return privileged(protocol, port, error);
  return new LabError('runtime', `port ${port}/${protocol} on ${HOST} cannot be opened: ${message}`, {
    cause: error,
  });
}
