import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram';
import { createServer, type Server, type Socket } from 'node:net';
import { type DnsAnswer, type DnsQuestion, decodeQuery, encodeAnswer, Rcode } from './packet.ts';

/** What is known of a name: its records of the asked type (none: the name exists without such), or `unknown`. */
export type Lookup = readonly DnsAnswer[] | 'unknown';

export interface DnsServerOptions {
  /** Address to listen on, UDP and TCP. */
  readonly host: string;
  /** 0: any free one, the same for both. */
  readonly port: number;
  /** Answers for the names this server has authority over. @param client address of who asks */
  lookup(question: DnsQuestion, client: string): Lookup;
  /**
   * Takes a query (the whole message) that is nobody's here to another resolver; undefined when none can be reached.
   * Without it unknown names do not exist.
   */
  forward?(query: Buffer): Promise<Buffer | undefined>;
}

export interface DnsServer extends AsyncDisposable {
  readonly port: number;
}

/** Answers change when nodes come and go, so nobody may keep them, in s. */
const TTL = 0;
/** A TCP client that says nothing for this long is cut off, in ms. */
const TCP_IDLE_MS = 10_000;

/**
 * A small DNS server (RFC 1035, over UDP and TCP): authority over the names it is told, everything else handed on.
 *
 * @throws what listening throws, when the address is taken
 */
export async function startDnsServer(options: DnsServerOptions): Promise<DnsServer> {
  const respond: Respond = (query, client, transport) => answer(options, query, client, transport);
  const tcp = createServer((socket) => serveTcp(socket, respond));
  await new Promise<void>((resolve, reject) => {
    tcp.once('error', reject);
    tcp.listen({ host: options.host, port: options.port }, resolve);
  });
  const { port } = tcp.address() as { port: number };
  const udp = createSocket('udp4');
  try {
    await new Promise<void>((resolve, reject) => {
      udp.once('error', reject);
      udp.bind({ address: options.host, port }, resolve);
    });
  } catch (error) {
    tcp.close();
    throw error;
  }
  udp.on('error', () => {});
  udp.on('message', (query, from) => serveUdp(udp, query, from, respond));
  return { port, [Symbol.asyncDispose]: () => close(udp, tcp) };
}

type Respond = (query: Buffer, client: string, transport: 'udp' | 'tcp') => Promise<Buffer | undefined>;

async function answer(
  { lookup, forward }: DnsServerOptions,
  message: Buffer,
  client: string,
  transport: 'udp' | 'tcp',
): Promise<Buffer | undefined> {
  const query = decodeQuery(message);
  // What is not a query gets no answer: answering answers lets two servers talk for ever.
  if (query === undefined) return undefined;
  const limit = transport === 'tcp' ? 0xffff : query.udpSize;
  const reply = (rcode: number, answers: readonly DnsAnswer[] = [], authoritative = true) =>
    encodeAnswer(message, { rcode, answers, ttl: TTL, authoritative, limit });
  if (query.question === undefined) return reply(Rcode.formErr, [], false);
  const found = lookup(query.question, client);
  if (found !== 'unknown') return reply(Rcode.noError, found);
  // A name without a dot means nothing outside; asking for it would only cost time.
  if (forward === undefined || !query.question.name.includes('.')) return reply(Rcode.nxDomain);
  return (await forward(message)) ?? reply(Rcode.servFail, [], false);
}

function serveUdp(socket: UdpSocket, query: Buffer, from: RemoteInfo, respond: Respond): void {
  respond(query, from.address, 'udp').then(
    (response) => response !== undefined && socket.send(response, from.port, from.address),
    () => {},
  );
}

/** Messages over TCP carry their length in two bytes (RFC 1035 §4.2.2). */
function serveTcp(socket: Socket, respond: Respond): void {
  let pending = Buffer.alloc(0);
  const client = socket.remoteAddress ?? '';
  socket.setTimeout(TCP_IDLE_MS, () => socket.destroy());
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
      const end = 2 + pending.readUInt16BE(0);
      const query = pending.subarray(2, end);
      pending = pending.subarray(end);
      respond(query, client, 'tcp').then(
        (response) => {
          if (response === undefined || socket.destroyed) return;
          const length = Buffer.alloc(2);
          length.writeUInt16BE(response.length);
          socket.write(Buffer.concat([length, response]));
        },
        () => socket.destroy(),
      );
    }
  });
}

async function close(udp: UdpSocket, tcp: Server): Promise<void> {
  udp.close();
  await new Promise((resolve) => tcp.close(resolve));
}
