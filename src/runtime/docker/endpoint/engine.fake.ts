import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What an engine answers to `/_ping`. */
export const dockerPing = {
  'api-version': '1.41',
  ostype: 'linux',
  server: 'Docker/20.10.24+dfsg1 (linux)',
};
export const podmanPing = {
  'api-version': '1.41',
  'libpod-api-version': '4.3.1',
  server: 'Libpod/4.3.1 (linux)',
};

/** Something that answers like an engine's first response; no engine. */
export async function fakeEngine(
  place: string | Server,
  answer: Readonly<Record<string, string>> | ((response: ServerResponse) => void),
): Promise<AsyncDisposable & { readonly port: number }> {
  const server = typeof place === 'string' ? createServer() : place;
  server.on('request', (_request, response: ServerResponse) => {
    if (typeof answer === 'function') answer(response);
    else response.writeHead(200, answer).end('OK');
  });
  if (typeof place === 'string') server.listen(place);
  else server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
