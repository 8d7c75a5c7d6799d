import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type ClientHttp2Session, connect, createServer, type OutgoingHttpHeaders } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { App } from './app.ts';

const SERVICE = '/store.v1.KeyValue';

describe('grpc', () => {
  const server = new App('grpc/server.cjs', { PORT: '0', HOST: '127.0.0.1' });
  let url: string;
  let session: ClientHttp2Session;
  before(async () => {
    url = `http://127.0.0.1:${await server.port()}`;
    session = connect(url);
  });
  after(async () => {
    session.close();
    await server[Symbol.asyncDispose]();
  });
  const call = (...args: readonly string[]) => App.run('grpc/client.cjs', args, { SERVER: url });

  it('keeps what it is told', async () => {
    assert.deepEqual(await call('set', 'colour', 'blue'), {
      code: 0,
      printed: '{"before":""}\nstatus 0 OK\n',
    });
    assert.equal((await call('set', 'colour', 'grün')).printed, '{"before":"blue"}\nstatus 0 OK\n');
    const got = await call('-v', 'get', 'colour');
    assert.match(
      got.printed,
      /^header :status: 200\n[\s\S]*\{"key":"colour","value":"grün"\}\n[\s\S]*trailer grpc-status: 0\n/,
    );
  });

  it('takes and sends streams', async () => {
    assert.match((await call('fill', 'n', '300')).printed, /^\{"count":300\}\nstatus 0 OK\n$/);
    const { printed } = await call('list', 'n29');
    assert.deepEqual(printed.trim().split('\n').length, 12, printed);
    assert.match((await call('many', '20')).printed, /^20 of 20 answered\nstatus 0 OK\n$/);
  });

  it('ends a call with its status', async () => {
    for (const [args, code, text] of [
      [['get', 'nothing'], 5, 'status 5 NOT_FOUND: there is no key "nothing"'],
      [['set', '', 'x'], 3, 'status 3 INVALID_ARGUMENT: a key may not be empty'],
      [['wait', '99999'], 11, 'status 11 OUT_OF_RANGE: at most 60000 ms'],
      [['call', 'Remove'], 12, 'status 12 UNIMPLEMENTED: there is no /store.v1.KeyValue/Remove'],
    ] as const) {
      assert.deepEqual(await call(...args), { code, printed: `${text}\n` });
    }
  });

  it('waits, and notices that nobody waits for it', async () => {
    assert.equal((await call('wait', '20')).printed, '{"count":20}\nstatus 0 OK\n');
    const stream = session.request({
      ':method': 'POST',
      ':path': `${SERVICE}/Wait`,
      'content-type': 'application/grpc',
    });
    stream.on('error', () => {});
    stream.end(Buffer.from([0, 0, 0, 0, 3, 0x08, 0xd0, 0x0f]));
    // The next call is answered when this one has come.
    assert.equal((await send({ ':path': `${SERVICE}/Get` }))['grpc-status'], '0');
    stream.close(8);
    await server.prints(/Wait CANCELLED\n/);
  });

  it('takes any message of protocol buffers, and refuses what is none', async () => {
    // Field 9 as a number and field 8 as a text, which nobody knows, then the key.
    const unknown = Buffer.from([0x48, 0x96, 0x01, 0x42, 0x01, 0x41, 0x0a, 0x02, 0x7a, 0x7a]);
    assert.equal((await send({ ':path': `${SERVICE}/Get` }, framed(unknown)))['grpc-status'], '5');
    const broken = [
      framed(Buffer.from([0x0a, 0x05, 0x61])),
      framed(Buffer.from([0x0d, 0, 0, 0, 0])),
      framed(Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff])),
      framed(Buffer.from([0x80])),
      Buffer.from([1, 0, 0, 0, 0]),
      Buffer.from([0, 0xff, 0, 0, 0]),
      Buffer.from([0, 0, 0, 0, 9, 1]),
    ];
    for (const bytes of broken) {
      assert.equal(
        (await send({ ':path': `${SERVICE}/Get` }, bytes))['grpc-status'],
        '13',
        bytes.toString('hex'),
      );
    }
  });

  it('speaks gRPC only', async () => {
    assert.equal((await send({ ':path': '/', 'content-type': 'text/plain' }))[':status'], '415');
    assert.equal((await send({ ':path': '/other.Service/Get' }))['grpc-status'], '12');
  });

  it('the client tells of a server that is none, or is not there', async () => {
    const other = createServer();
    other.on('stream', (stream, headers) => {
      if (headers[':path'] === `${SERVICE}/Get`) stream.respond({ ':status': 503 }, { endStream: true });
      else stream.respond({ ':status': 200 }, { endStream: true });
    });
    await once(other.listen(0, '127.0.0.1'), 'listening');
    const env = { SERVER: `http://127.0.0.1:${(other.address() as AddressInfo).port}` };
    const get = await App.run('grpc/client.cjs', ['get', 'a'], env);
    const list = await App.run('grpc/client.cjs', ['list', 'a'], env);
    other.close();
    assert.deepEqual(get, { code: 2, printed: 'status 2 UNKNOWN: HTTP 503\n' });
    assert.equal(list.printed, 'status 13 INTERNAL: the stream ended without a status\n');
    const gone = await App.run('grpc/client.cjs', ['get', 'a'], env);
    assert.deepEqual([gone.code, /ECONNREFUSED/.test(gone.printed)], [14, true]);
    assert.equal((await App.run('grpc/client.cjs', ['get'])).code, 64);
  });

  it('goes when it is told to', async () => {
    await using going = new App('grpc/server.cjs', { PORT: '0', HOST: '127.0.0.1' });
    await going.port();
    going.child.kill('SIGTERM');
    assert.equal(await going.ended, 0);
  });

  /** One call; its headers and trailers. */
  async function send(headers: OutgoingHttpHeaders, body?: Buffer): Promise<Record<string, string>> {
    const all = { ':method': 'POST', 'content-type': 'application/grpc', te: 'trailers', ...headers };
    const stream = session.request(all);
    const seen: Record<string, string> = {};
    for (const event of ['response', 'trailers']) {
      stream.on(event, (fields: Record<string, unknown>) => {
        for (const [name, value] of Object.entries(fields)) seen[name] = String(value);
      });
    }
    stream.end(body);
    stream.resume();
    await once(stream, 'close');
    return seen;
  }
});

function framed(message: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}
