import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import dnsPacket from 'dns-packet';
import { type DnsServerOptions, startDnsServer } from './server.ts';

const addresses = (...list: string[]) => list.map((data) => ({ type: 'A' as const, data }));

async function withServer(
  options: Partial<DnsServerOptions>,
  use: (resolver: Resolver, port: number) => Promise<void>,
): Promise<void> {
  await using server = await startDnsServer({
    host: '127.0.0.1',
    port: 0,
    lookup: ({ name, type }) => {
      if (name === 'web') return type === 'A' ? addresses('10.1.0.2', '10.1.0.3') : [];
      if (name === 'large') return addresses(...Array.from({ length: 100 }, (_, i) => `10.1.1.${i}`));
      return 'unknown';
    },
    ...options,
  });
  const resolver = new Resolver({ timeout: 1000, tries: 1 });
  resolver.setServers([`127.0.0.1:${server.port}`]);
  await use(resolver, server.port);
}

describe('the DNS server', () => {
  it('answers what it knows', async () => {
    await withServer({}, async (resolver) => {
      assert.deepEqual(await resolver.resolve4('web'), ['10.1.0.2', '10.1.0.3']);
    });
  });

  it('tells a name without such records from a name that does not exist', async () => {
    await withServer({}, async (resolver) => {
      await assert.rejects(resolver.resolve6('web'), { code: 'ENODATA' });
      await assert.rejects(resolver.resolve4('nobody'), { code: 'ENOTFOUND' });
    });
  });

  it('gives a long answer over TCP', async () => {
    await withServer({}, async (resolver) => {
      assert.equal((await resolver.resolve4('large')).length, 100);
    });
  });

  it('hands on what others know, but no name without a dot', async () => {
    const asked: string[] = [];
    const forward = async (query: Buffer) => {
      const { id, questions } = dnsPacket.decode(query);
      asked.push(questions![0]!.name);
      const record = { type: 'A' as const, name: questions![0]!.name, ttl: 60, data: '192.0.2.1' };
      return dnsPacket.encode({ type: 'response', id: id!, questions: questions!, answers: [record] });
    };
    await withServer({ forward }, async (resolver) => {
      assert.deepEqual(await resolver.resolve4('www.example.test'), ['192.0.2.1']);
      await assert.rejects(resolver.resolve4('nobody'), { code: 'ENOTFOUND' });
      assert.deepEqual(asked, ['www.example.test']);
    });
  });

  it('says at once that nobody could be asked', async () => {
    await withServer({ forward: async () => undefined }, async (resolver) => {
      await assert.rejects(resolver.resolve4('www.example.test'), { code: 'ESERVFAIL' });
    });
  });

  it('tells lookup who asks', async () => {
    const clients: string[] = [];
    const lookup = (_: unknown, client: string) => {
      clients.push(client);
      return addresses('10.0.0.1');
    };
    await withServer({ lookup }, async (resolver) => {
      resolver.setLocalAddress('127.0.0.9');
      await resolver.resolve4('web');
      assert.deepEqual(clients, ['127.0.0.9']);
    });
  });

  it('survives garbage and answers after it', async () => {
    await withServer({}, async (resolver, port) => {
      const socket = createSocket('udp4');
      for (const junk of ['', 'x', '\0'.repeat(12), 'ÿ'.repeat(500)]) socket.send(junk, port, '127.0.0.1');
      await resolver.resolve4('web');
      socket.close();
    });
  });

  it('takes queries over TCP byte by byte, several on one connection', async () => {
    await withServer({}, async (_, port) => {
      const message = dnsPacket.streamEncode({
        type: 'query',
        id: 7,
        questions: [{ name: 'web', type: 'A' }],
      });
      const socket = connect({ host: '127.0.0.1', port, noDelay: true });
      for (const byte of Buffer.concat([message, message])) socket.write(Buffer.of(byte));
      let received = Buffer.alloc(0);
      while (received.length < 2 || received.length < 2 * (2 + received.readUInt16BE(0))) {
        const [chunk] = (await once(socket, 'data')) as [Buffer];
        received = Buffer.concat([received, chunk]);
      }
      assert.equal(dnsPacket.streamDecode(received).answers!.length, 2);
      socket.destroy();
    });
  });

  it('fails when its address is taken', async () => {
    await withServer({}, async (_, port) => {
      await assert.rejects(startDnsServer({ host: '127.0.0.1', port, lookup: () => [] }), {
        code: 'EADDRINUSE',
      });
    });
  });
});
