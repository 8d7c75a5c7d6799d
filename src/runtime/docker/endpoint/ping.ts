import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import type { Endpoint } from './endpoint.ts';

/** What an engine says of itself when it is asked whether it is there. */
export interface EngineAnswer {
  readonly name: 'docker' | 'podman';
  /** Of the engine: `20.10.24`. */
  readonly version: string;
  /** Of Docker's API as the engine speaks it: `1.41`. */
  readonly apiVersion: string;
  /** What it runs containers on: `linux`. */
  readonly os: string;
}

/** ms an engine has to answer; it does in under 1 when it is there. */
const deadline = 5000;

/**
 * Asks an engine whether it is there: one request, without any library.
 * @throws Error with the system's `code`: ENOENT, EACCES, ECONNREFUSED, ETIMEDOUT; or when no engine answers there
 */
export function ping(endpoint: Endpoint): Promise<EngineAnswer> {
  const { at } = endpoint;
  return new Promise((resolve, reject) => {
    const tls = at.kind === 'tcp' ? at.tls : undefined;
    const where =
      at.kind === 'socket'
        ? { socketPath: at.path }
        : at.kind === 'tcp'
          ? { host: at.host, port: at.port }
          : {};
    const options = { ...where, path: '/_ping', agent: false as const, timeout: deadline };
    const call =
      tls === undefined
        ? plainRequest(options)
        : tlsRequest({
            ...options,
            ca: tls.ca,
            cert: tls.cert,
            key: tls.key,
            rejectUnauthorized: tls.verify,
          });
    call.on('timeout', () => {
      const late = new Error(`no answer within ${deadline / 1000} s`);
      call.destroy(Object.assign(late, { code: 'ETIMEDOUT' }));
    });
    call.on('error', reject);
    call.on('response', (response) => {
      response.resume();
      response.on('error', reject);
      response.on('end', () => {
        const answer = response.statusCode === 200 ? readAnswer(response.headers) : undefined;
        if (answer !== undefined) resolve(answer);
        else
          reject(new Error(`what answers there is no container engine (HTTP status ${response.statusCode})`));
      });
    });
    call.end();
  });
}

function readAnswer(headers: NodeJS.Dict<string | string[]>): EngineAnswer | undefined {
  const server = String(headers.server ?? '');
  const apiVersion = headers['api-version'];
  if (typeof apiVersion !== 'string') return undefined;
  const podman = headers['libpod-api-version'];
  const [, version = '', os = 'linux'] = /^[^/]+\/(\d+(?:\.\d+)*)\S*(?: \((\w+)\))?/.exec(server) ?? [];
  return {
    name: podman === undefined ? 'docker' : 'podman',
    version: version || String(podman ?? ''),
    apiVersion,
    os: String(headers.ostype ?? os),
  };
}
