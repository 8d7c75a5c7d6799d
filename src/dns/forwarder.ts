import { createSocket } from 'node:dgram';

/** How long a resolver is waited for, in ms. */
const TIMEOUT_MS = 1000;
/** A resolver that did not answer is not asked again for this long, in ms. */
const BACKOFF_MS = 5000;

/** Addresses of the `nameserver` lines of resolv.conf(5). */
export function parseNameservers(resolvConf: string): string[] {
  return resolvConf
    .split('\n')
    .map((line) => /^\s*nameserver\s+(\S+)/.exec(line)?.[1])
    .filter((address) => address !== undefined);
}

/**
 * Hands queries on to other resolvers, in order, over UDP. One that stays silent is left alone for a while, so that a
 * machine without network answers at once.
 *
 * @returns the answer as it came, or undefined when no resolver answered
 */
export function createForwarder(
  servers: readonly string[],
  now: () => number,
  { port = 53, timeoutMs = TIMEOUT_MS }: { readonly port?: number; readonly timeoutMs?: number } = {},
): (query: Buffer) => Promise<Buffer | undefined> {
  const silentUntil = new Map<string, number>();
  return async (query) => {
    for (const server of servers) {
      if ((silentUntil.get(server) ?? 0) > now()) continue;
      const response = await ask(server, port, query, timeoutMs);
      if (response !== undefined) return response;
      silentUntil.set(server, now() + BACKOFF_MS);
    }
    return undefined;
  };
}

function ask(server: string, port: number, query: Buffer, timeoutMs: number): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket(server.includes(':') ? 'udp6' : 'udp4');
    let settled = false;
    const done = (response: Buffer | undefined) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      socket.close();
      resolve(response);
    };
    const timer = setTimeout(() => done(undefined), timeoutMs);
    socket.once('error', () => done(undefined));
    // Only that resolver's answer to that query counts: the socket is connected and the id is compared.
    socket.on('message', (response) => {
      if (response.length >= 12 && response.readUInt16BE(0) === query.readUInt16BE(0)) done(response);
    });
    socket.connect(port, server, (error?: Error) => {
      if (error !== undefined) return done(undefined);
      socket.send(query);
    });
  });
}
