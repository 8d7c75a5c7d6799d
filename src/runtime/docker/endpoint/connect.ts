import { Agent } from 'node:https';
import Docker from 'dockerode';
import { LabError } from '../../../error.ts';
import type { Endpoint } from './endpoint.ts';

/**
 * A client of the engine; sends nothing yet.
 * @throws LabError `usage` for an engine behind ssh
 */
export function connectEngine({ at, url }: Endpoint): Docker {
  if (at.kind === 'ssh') throw new LabError('usage', `engines are not reached by ssh: ${url}`);
  // The client would mix what it reads from this variable into what it is told.
  const { DOCKER_HOST } = process.env;
  delete process.env.DOCKER_HOST;
  try {
    if (at.kind === 'socket') return new Docker({ socketPath: at.path });
    const { host, port, tls } = at;
    if (tls === undefined) return new Docker({ host, port, protocol: 'http' });
    const { ca, cert, key, verify } = tls;
    // It has no option for an engine that may be anyone, but takes an agent that has.
    const agent = verify ? undefined : new Agent({ keepAlive: true, rejectUnauthorized: false });
    const options: Docker.DockerOptions & { agent: Agent | undefined } = {
      host,
      port,
      protocol: 'https',
      ca,
      cert,
      key,
      agent,
    };
    return new Docker(options);
  } finally {
    if (DOCKER_HOST !== undefined) process.env.DOCKER_HOST = DOCKER_HOST;
  }
}
