import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { describe, it } from 'node:test';
import { decode, encode, handshake, WebSocketClient } from './web-socket.ts';

describe('frames', () => {
  it('are read as they were written, whatever their length', () => {
    for (const length of [0, 1, 125, 126, 65_535, 65_536, 200_000]) {
      const payload = randomBytes(length);
      const bytes = encode(2, payload);
      const read = decode(Buffer.concat([bytes, Buffer.from('more')]))!;
      assert.deepEqual(read.frame, { final: true, opcode: 2, payload });
      assert.equal(read.length, bytes.length);
      for (const part of [0, 1, 3, bytes.length - 1])
        assert.equal(decode(bytes.subarray(0, part)), undefined);
    }
  });

  it('are masked, as a server demands of its clients', () => {
    const bytes = encode(1, Buffer.from('secret'));
    assert.equal(bytes[1]! & 0x80, 0x80);
    assert.ok(!bytes.includes('secret'));
  });

  it('are read as RFC 6455 writes them', () => {
    // The examples of 5.7: masked, then unmasked in two fragments.
    const masked = decode(Buffer.from('818537fa213d7f9f4d5158', 'hex'))!;
    assert.equal(masked.frame.payload.toString(), 'Hello');
    const first = decode(Buffer.from('010348656c', 'hex'))!;
    assert.deepEqual(
      [first.frame.final, first.frame.opcode, first.frame.payload.toString()],
      [false, 1, 'Hel'],
    );
  });
});

it('asks as RFC 6455 says and knows the right answer', () => {
  const { headers, accept } = handshake(['a', 'b']);
  assert.equal(headers['sec-websocket-protocol'], 'a, b');
  assert.equal(Buffer.from(headers['sec-websocket-key']!, 'base64').length, 16);
  assert.equal(Buffer.from(accept, 'base64').length, 20);
});

describe('a connection', () => {
  async function pair(): Promise<{ client: WebSocketClient; far: Socket; end(): Promise<void> }> {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const near = connect({ host: '127.0.0.1', port: (server.address() as { port: number }).port });
    const [far] = (await once(server, 'connection')) as [Socket];
    far.on('error', () => {});
    const end = async () => {
      near.destroy();
      far.destroy();
      await new Promise((resolve) => server.close(resolve));
    };
    return { client: new WebSocketClient(near, Buffer.alloc(0)), far, end };
  }

  const frame = (code: number, text: string, final = true) =>
    Buffer.concat([Buffer.from([(final ? 0x80 : 0) | code, text.length]), Buffer.from(text)]);

  it('puts fragments together, answers pings, and ends when the other side closes', async () => {
    const { client, far, end } = await pair();
    far.write(
      Buffer.concat([
        frame(2, 'one '),
        frame(2, 'tw', false),
        frame(9, 'are you there'),
        frame(0, 'o'),
        frame(8, ''),
      ]),
    );
    const said: string[] = [];
    for await (const message of client.messages()) said.push(message.toString());
    assert.deepEqual(said, ['one ', 'two']);
    const [answer] = (await once(far, 'data')) as [Buffer];
    const pong = decode(answer)!.frame;
    assert.deepEqual([pong.opcode, pong.payload.toString()], [10, 'are you there']);
    await end();
  });

  it('tells an end without a goodbye from one with it', async () => {
    const { client, far, end } = await pair();
    far.end(frame(2, 'one'));
    const read = async () => {
      for await (const message of client.messages()) assert.equal(message.toString(), 'one');
    };
    await assert.rejects(read(), { code: 'ECONNRESET' });
    await end();
  });

  it('drops what is sent after the end', async () => {
    const { client, far, end } = await pair();
    client.close();
    await client.send(Buffer.from('late'));
    const [bytes] = (await once(far, 'data')) as [Buffer];
    const goodbye = decode(bytes)!;
    assert.equal(goodbye.frame.opcode, 8);
    assert.equal(goodbye.length, bytes.length);
    assert.equal(client.closed, true);
    await end();
  });

  it('gives what had come before it broke, also to who reads late', async () => {
    const near = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
    const client = new WebSocketClient(near, Buffer.alloc(0));
    near.push(Buffer.concat([frame(2, 'first'), frame(2, 'last words')]));
    await once(near, 'data');
    near.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    await new Promise((resolve) => near.once('close', resolve));
    const said: string[] = [];
    await assert.rejects(
      async () => {
        for await (const message of client.messages()) said.push(message.toString());
      },
      { code: 'EPIPE' },
    );
    assert.deepEqual(said, ['first', 'last words']);
  });

  it('reads no more than a part ahead of who reads', async () => {
    const { client, far, end } = await pair();
    const size = 60_000;
    const header = Buffer.from([0x82, 126, size >> 8, size & 0xff]);
    const message = Buffer.concat([header, Buffer.alloc(size)]);
    const count = 400;
    let drained = false;
    far.once('drain', () => {
      drained = true;
    });
    for (let index = 0; index < count; index++) far.write(message);
    const messages = client.messages();
    await messages.next();
    assert.ok(far.writableLength > 0 && !drained);
    let read = 1;
    while (read < count) {
      assert.equal((await messages.next()).value?.length, size);
      read++;
    }
    await end();
  });
});
