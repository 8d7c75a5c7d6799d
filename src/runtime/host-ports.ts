import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { LabError } from '../error.ts';
import { describeHolder } from '../process/port-holder.ts';
import type { NodeSpec, PublishSpec } from './node-spec.ts';
import type { ObservedPort, PortRefusal } from './runtime.ts';

const HOST = '127.0.0.1';

/** Who opens the ports: this user, or an engine, which may open what this user may not. */
export type Opener = 'user' | 'engine';

/** Who has a host port, in words; undefined when it is no container of the engine. */
export type ContainerOnPort = (protocol: 'tcp' | 'udp', port: number) => Promise<string | undefined>;

/** Where no engine opens ports: the machine itself knows who has them. */
export const noContainers: ContainerOnPort = async () => undefined;

/**
 * Chooses the host ports of nodes: the asked one when it can be had, else any free one. All are held until all are chosen,
 * so that no two get the same. The engine is not left to choose: it would choose anew at each start.
 *
 * @throws LabError `runtime` when a pinned port is taken, and names who holds it, or may not be opened
 */
export async function chooseHostPorts(
  opener: Opener,
  nodes: readonly NodeSpec[],
  containerOnPort: ContainerOnPort,
  open = openPort,
): Promise<ReadonlyMap<string, readonly ObservedPort[]>> {
  const held: (() => Promise<void>)[] = [];
  try {
    const chosen = new Map<string, readonly ObservedPort[]>();
    for (const { name: node, publish } of nodes) {
      const ports: ObservedPort[] = [];
      for (const spec of publish) {
        const { port: hostPort, moved, release } = await hold(spec, opener, containerOnPort, open);
        held.push(release);
        const { name, port, protocol } = spec;
        ports.push({ name, port, protocol, hostPort, ...(moved && { moved }) });
      }
      chosen.set(node, ports);
    }
    return chosen;
  } finally {
    await Promise.all(held.map((release) => release()));
  }
}

interface Held {
  readonly port: number;
  readonly moved?: PortRefusal;
  release(): Promise<void>;
}

async function hold(
  { protocol, hostPort, pinned }: PublishSpec,
  opener: Opener,
  containerOnPort: ContainerOnPort,
  open: typeof openPort,
): Promise<Held> {
  try {
    return await open(protocol, hostPort);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // The engine will say so itself where it cannot open it.
    if (code === 'EACCES' && opener === 'engine') return { port: hostPort, release: async () => {} };
    if (code !== 'EACCES' && code !== 'EADDRINUSE') throw error;
    const moved = code === 'EACCES' ? 'privileged' : 'taken';
    if (!pinned) return { ...(await open(protocol, 0)), moved };
    if (moved === 'privileged') throw privileged(protocol, hostPort, error);
    throw await taken(protocol, hostPort, containerOnPort, error);
  }
}

/** The error for a port that somebody else has. */
export async function taken(
  protocol: 'tcp' | 'udp',
  port: number,
  containerOnPort: ContainerOnPort,
  cause: unknown,
): Promise<LabError> {
  const holder = (await containerOnPort(protocol, port)) ?? describeHolder(protocol, port);
  return new LabError('runtime', `port ${port}/${protocol} on ${HOST} is taken by ${holder}`, {
    hint: 'Free it, or publish another port.',
    cause,
  });
}

/** The error for a port that this user may not open. */
export function privileged(protocol: 'tcp' | 'udp', port: number, cause: unknown): LabError {
  return new LabError('runtime', `port ${port}/${protocol} on ${HOST} may only be opened by root`, {
    hint: 'Publish a port from 1024 on.',
    cause,
  });
}

/** Opens a port of this machine, 0 for any, until it is released. */
export function openPort(protocol: 'tcp' | 'udp', port: number): Promise<Held> {
  return new Promise((resolve, reject) => {
    if (protocol === 'udp') {
      const socket = createSocket('udp4');
      socket.once('error', (error) => {
        socket.close();
        reject(error);
      });
      socket.bind({ address: HOST, port, exclusive: true }, () => {
        const release = () => new Promise<void>((done) => socket.close(done));
        resolve({ port: socket.address().port, release });
      });
      return;
    }
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: HOST, port, exclusive: true }, () => {
      const release = () => new Promise<void>((done) => server.close(() => done()));
      resolve({ port: (server.address() as { port: number }).port, release });
    });
  });
}
