import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { before, describe, it } from 'node:test';
import { connect } from 'node:tls';
import { readClientHello } from './client-hello.ts';

/** The first bytes a TLS client sends. */
function helloOf(options: { servername?: string; ALPNProtocols?: string[] }): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.once('data', (data: Buffer) => {
        socket.destroy();
        server.close();
        resolve(data);
      });
    });
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options }).on('error', () => {});
    });
  });
}

describe('readClientHello', () => {
  let hello: Buffer;
  before(async () => {
    hello = await helloOf({ servername: 'WWW.example.com', ALPNProtocols: ['h2', 'http/1.1'] });
  });

  it('finds server name and protocols', () => {
    assert.deepEqual(readClientHello(hello), {
      transport: 'tls',
      serverName: 'www.example.com',
      applicationProtocols: ['h2', 'http/1.1'],
      length: hello.length,
    });
  });

  it('waits for the rest, wherever it is cut', () => {
    for (let length = 0; length < hello.length; length++) {
      assert.equal(readClientHello(hello.subarray(0, length)), undefined, `cut at ${length}`);
    }
  });

  it('reads a hello that several records carry', () => {
    const body = hello.subarray(5);
    const record = (part: Buffer): Buffer => {
      const head = Buffer.from([0x16, 3, 1, part.length >> 8, part.length & 0xff]);
      return Buffer.concat([head, part]);
    };
    const split = Buffer.concat([record(body.subarray(0, 50)), record(body.subarray(50))]);
    assert.equal(readClientHello(split)?.serverName, 'www.example.com');
  });

  it('needs no name', async () => {
    const { serverName, applicationProtocols } = readClientHello(await helloOf({}))!;
    assert.deepEqual([serverName, applicationProtocols], ['', undefined]);
  });

  it('takes anything else for plain text', () => {
    assert.equal(readClientHello(Buffer.from('GET / HTTP/1.1'))?.transport, 'raw_buffer');
    assert.equal(readClientHello(Buffer.from([0x16, 2, 0, 0, 1, 1]))?.transport, 'raw_buffer');
    assert.equal(readClientHello(Buffer.from([0x16, 3, 1, 0, 4, 2, 0, 0, 0]))?.transport, 'raw_buffer');
  });

  it('tells a version there is not, and a client that takes its leave', () => {
    const other = Buffer.from(hello);
    other[9] = 9;
    assert.equal(readClientHello(other)?.transport, 'unsupported');
    assert.equal(readClientHello(Buffer.from([0x15, 3, 1, 0, 2, 1, 0]))?.transport, 'closed');
  });

  it('takes so many records that hold nothing, and warnings', () => {
    const empty = Buffer.from([0x16, 3, 1, 0, 0]);
    const warning = Buffer.from([0x15, 3, 1, 0, 2, 1, 90]);
    const behind = (record: Buffer, times: number) =>
      readClientHello(Buffer.concat([...Array.from({ length: times }, () => record), hello]))?.transport;
    assert.deepEqual([behind(empty, 32), behind(empty, 33)], ['tls', 'raw_buffer']);
    assert.deepEqual([behind(warning, 4), behind(warning, 5)], ['tls', 'raw_buffer']);
  });

  it('takes a malformed hello for plain text, as Envoy does', () => {
    const short = Buffer.from([0x16, 3, 1, 0, 6, 1, 0, 0, 2, 3, 3]);
    assert.equal(readClientHello(short)?.transport, 'raw_buffer');
  });

  it('takes what is too long for plain text', () => {
    assert.equal(readClientHello(Buffer.from([0x16, 3, 1, 0xff, 0xff]))?.transport, 'raw_buffer');
    const message = Buffer.from([0x16, 3, 1, 0, 4, 1, 0, 0x40, 1]);
    assert.equal(readClientHello(message)?.transport, 'raw_buffer');
  });
});
