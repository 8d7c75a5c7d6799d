import { get } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * Asks for a path over a connection, which is used up by it.
 *
 * @param timeoutMs longest pause in the answer
 * @throws Error when there is no answer
 */
export function httpStatus(connection: Duplex, path: string, timeoutMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = get({
      path,
      headers: { host: 'localhost', 'user-agent': 'envoy-lab-probe', connection: 'close' },
      createConnection: () => connection,
      timeout: timeoutMs,
    });
    request.on('response', (response) => {
      resolve(response.statusCode ?? 0);
      response.resume();
      request.destroy();
    });
    request.on('timeout', () => request.destroy(new Error('timed out')));
    request.on('error', reject);
  });
}
