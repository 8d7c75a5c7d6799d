import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';

export type RecordType = 'A' | 'AAAA';

/** An answer: addresses of the asked type, an error code (RFC 1035 §4.1.1), or silence. */
export type Reply = readonly string[] | { readonly code: 2 | 3 | 5 } | undefined;

/** A DNS server on 127.0.0.1 that a test scripts. */
export class TestDnsServer implements AsyncDisposable {
  /** What was asked: `name/A`. */
  readonly asked: string[] = [];
  readonly #socket: Socket = createSocket('udp4');

  static async start(reply: (name: string, type: RecordType) => Reply): Promise<TestDnsServer> {
    const server = new TestDnsServer();
    server.#socket.on('message', (query, { port, address }) => {
      const { name, type, end } = question(query);
      server.asked.push(`${name}/${type}`);
      const answer = reply(name, type);
      if (answer !== undefined) server.#socket.send(response(query, end, answer), port, address);
    });
    server.#socket.bind(0, '127.0.0.1');
    await once(server.#socket, 'listening');
    return server;
  }

  get address(): string {
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    await once(this.#socket, 'close');
  }
}

function question(query: Buffer): { name: string; type: RecordType; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at++]!; length > 0; length = query[at++]!) {
    labels.push(query.toString('latin1', at, at + length));
    at += length;
  }
  return { name: labels.join('.'), type: query.readUInt16BE(at) === 1 ? 'A' : 'AAAA', end: at + 4 };
}

function response(query: Buffer, questionEnd: number, reply: NonNullable<Reply>): Buffer {
  const addresses = 'code' in reply ? [] : reply;
  const head = Buffer.from(query.subarray(0, questionEnd));
  head.writeUInt16BE(0x8180 | ('code' in reply ? reply.code : 0), 2);
  head.writeUInt16BE(addresses.length, 6);
  head.writeUInt32BE(0, 8);
  return Buffer.concat([head, ...addresses.map(record)]);
}

/** One resource record for the asked name, with a TTL of 7 s. */
function record(address: string): Buffer {
  const data = Buffer.from(isIPv6(address) ? ipv6Bytes(address) : address.split('.').map(Number));
  const fixed = Buffer.alloc(12);
  fixed.writeUInt16BE(0xc00c, 0);
  fixed.writeUInt16BE(data.length === 4 ? 1 : 28, 2);
  fixed.writeUInt16BE(1, 4);
  fixed.writeUInt32BE(7, 6);
  fixed.writeUInt16BE(data.length, 10);
  return Buffer.concat([fixed, data]);
}

function ipv6Bytes(address: string): number[] {
  const [before = '', after = ''] = address.split('::');
  const groups = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  const [start, end] = [groups(before), groups(after)];
  const all = [...start, ...Array<number>(8 - start.length - end.length).fill(0), ...end];
  return all.flatMap((group) => [group >> 8, group & 255]);
}
