import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  type ClientHttp2Session,
  connect as connectHttp2,
  type IncomingHttpHeaders,
  sensitiveHeaders,
} from 'node:http2';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { it } from 'node:test';
import { generator } from '../../random.fake.ts';
import { frame } from '../server.fake.ts';
import { HpackDecoder } from './decoder.ts';
import { HpackEncoder } from './encoder.ts';
import { decodeBlock, encodeBlock, type Field } from './hpack.fake.ts';

// Node's own HTTP/2 client has nghttp2's HPACK: it reads what we write, and we read what it writes.

const prefaceBytes = 24;
const tableSizeSetting = (size: number) => {
  const setting = Buffer.alloc(6);
  setting.writeUInt16BE(1);
  setting.writeUInt32BE(size, 2);
  return setting;
};

/** Answers each request with its own regular fields, by our encoder; what it decoded is in `requests`. */
function echo(socket: Socket, tableSize: number, requests: Field[][]): void {
  const decoder = new HpackDecoder(tableSize);
  const encoder = new HpackEncoder(65_536);
  let data = Buffer.alloc(0);
  let preface = prefaceBytes;
  let block = Buffer.alloc(0);
  socket.write(frame(4, 0, 0, tableSizeSetting(tableSize)));
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    data = Buffer.concat([data, chunk]);
    if (data.length < preface) return;
    data = data.subarray(preface);
    preface = 0;
    while (data.length >= 9 && data.length >= 9 + data.readUIntBE(0, 3)) {
      const end = 9 + data.readUIntBE(0, 3);
      const [type, flags, stream] = [data[3], data[4]!, data.readUInt32BE(5)];
      let payload = data.subarray(9, end);
      data = data.subarray(end);
      if (type === 4 && (flags & 1) !== 0) decoder.settingsAcknowledged();
      if (type === 4 && (flags & 1) === 0) {
        for (let at = 0; at < payload.length; at += 6) {
          if (payload.readUInt16BE(at) === 1) encoder.setMaxTableSize(payload.readUInt32BE(at + 2));
        }
        socket.write(frame(4, 1, 0, Buffer.alloc(0)));
      }
      // HEADERS, with a priority perhaps, and what follows of them.
      if (type === 1 && (flags & 0x20) !== 0) payload = payload.subarray(5);
      if (type !== 1 && type !== 9) continue;
      block = Buffer.concat([block, payload]);
      if ((flags & 4) === 0) continue;
      const fields = decodeBlock(decoder, block);
      block = Buffer.alloc(0);
      requests.push(fields);
      const regular = fields.filter(([name]) => !name.startsWith(':'));
      socket.write(frame(1, 5, stream, encodeBlock(encoder, [[':status', '200'], ...regular])));
    }
  });
}

async function exchange(
  session: ClientHttp2Session,
  fields: Record<string, string>,
): Promise<IncomingHttpHeaders> {
  const request = session.request({ ':path': '/a', ...fields });
  const [headers] = (await once(request, 'response')) as [IncomingHttpHeaders];
  request.resume();
  await once(request, 'close');
  return headers;
}

for (const [theirs, ours] of [
  [4096, 4096],
  [0, 0],
  [100, 0],
  [0, 100],
  [200, 300],
  [65_536, 65_536],
  [16_384, 1000],
] as const) {
  it(`agrees with nghttp2, which allows ${theirs} bytes of table and is allowed ${ours}`, {
    timeout: 30_000,
  }, async () => {
    const requests: Field[][] = [];
    const server = createServer((socket) => echo(socket, ours, requests));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const session = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
      settings: { headerTableSize: theirs },
      maxDeflateDynamicTableSize: 65_536,
    });
    try {
      const random = generator(theirs * 31 + ours);
      for (let i = 0; i < 100; i++) {
        const fields: Record<string, string> = {};
        for (let count = random(6); count > 0; count--) {
          const length = random(20) === 0 ? random(3000) : random(3) * 10;
          const value = Array.from({ length }, () => String.fromCharCode(0x21 + random(0x5e))).join('');
          fields[`x-${random(12)}`] = random(2) === 0 ? 'again' : value;
        }
        if (random(2) === 0) fields.authorization = 'Basic YTpi';
        const { ':status': status, ...answer } = await exchange(session, fields);
        assert.equal(status, 200);
        // It was never to be indexed, and is still so after us.
        const sensitive = answer[sensitiveHeaders as never] as readonly string[] | undefined;
        assert.deepEqual(sensitive, 'authorization' in fields ? ['authorization'] : []);
        assert.deepEqual(Object.fromEntries(Object.entries(answer)), fields);
        assert.deepEqual(
          Object.fromEntries(requests.at(-1)!.filter(([name]) => !name.startsWith(':'))),
          fields,
        );
        if (i === 50) {
          // In the middle, nghttp2 allows less, and then more.
          session.settings({ headerTableSize: Math.floor(theirs / 3) });
          session.settings({ headerTableSize: theirs });
        }
      }
      assert.equal(requests.length, 100);
    } finally {
      session.destroy();
      server.close();
      await once(server, 'close');
    }
  });
}
