import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, get } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { App } from './app.ts';
import { PemFiles } from './pem-files.ts';

const handshake =
  'GET /raw HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';

describe('websocket', () => {
  const env = { PORT: '0', HOST: '127.0.0.1', HOSTNAME: 'here' };
  const server = new App('websocket/server.cjs', env);
  let port: number;
  before(async () => {
    port = await server.port();
  });
  after(() => server[Symbol.asyncDispose]());
  const talk = (...args: readonly string[]) =>
    App.run('websocket/client.cjs', [`ws://127.0.0.1:${port}/chat`, ...args]);

  it('says back what it is told, of any size', async () => {
    const { code, printed } = await talk('hello', 'who', 'x'.repeat(200), '--size', '100000');
    assert.equal(code, 0, printed);
    assert.equal(
      printed,
      'opened 101, x-host: here\n> hello\n< hello\n> who\n< here\n> 200 characters\n< 200 characters\n> 100000 characters\n< 100000 characters\nclosed 1000\n',
    );
    await server.prints(/^\/chat opened\n[\s\S]*\/chat closed after 4 messages$/m);
  });

  it('takes orders: several answers, a ping, a close', async () => {
    assert.match((await talk('--count', '3', 'count 3')).printed, /> count 3\n< 1\n< 2\n< 3\nclosed 1000\n$/);
    assert.match(
      (await talk('--ping', '--headers', 'a')).printed,
      /upgrade: websocket\n[\s\S]*> ping\n< pong\n> a\n/,
    );
    const bye = await talk('--wait', 'bye');
    assert.deepEqual([bye.code, bye.printed.split('\n').at(-2)], [0, 'closed 1000 bye']);
  });

  it('speaks TLS with a certificate', async () => {
    using pem = new PemFiles('localhost');
    await using secure = new App('websocket/server.cjs', { ...env, CERT: pem.cert, KEY: pem.key });
    const url = `wss://localhost:${await secure.port()}/`;
    const { code, printed } = await App.run('websocket/client.cjs', [url, '--ca', pem.ca, 'who']);
    assert.equal(code, 0, printed);
    using other = new PemFiles('localhost');
    assert.equal((await App.run('websocket/client.cjs', [url, '--ca', other.ca, 'who'])).code, 1);
  });

  it('answers who asks for no upgrade, or for a wrong one', async () => {
    const [reply] = await once(get(`http://127.0.0.1:${port}/`, { agent: false }), 'response');
    assert.deepEqual([reply.statusCode, reply.headers.upgrade], [426, 'websocket']);
    reply.resume();
    const refused = await raw(port, handshake.replace('version: 13', 'version: 8'));
    assert.match(refused, /^HTTP\/1\.1 400 /);
  });

  it('reads frames however they come, and puts parts together', async () => {
    // "Hel" and "lo" with a ping between them (RFC 6455, 5.7), masked with zeros, a byte at a time; then a close.
    const mask = Buffer.alloc(4);
    const parts = [
      [0x01, 0x83, ...mask, ...Buffer.from('Hel')],
      [0x89, 0x80, ...mask],
      [0x80, 0x82, ...mask, ...Buffer.from('lo')],
      [0x88, 0x80, ...mask],
    ];
    const text = await raw(port, handshake, Buffer.from(parts.flat()));
    assert.match(text, /sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\n/);
    const frames = Buffer.from(text.slice(text.indexOf('\r\n\r\n') + 4), 'latin1');
    assert.equal(frames.toString('hex'), `8a008105${Buffer.from('Hello').toString('hex')}880203e8`);
  });

  it('closes with 1002 on what is no message', async () => {
    for (const bytes of [
      [0x80, 0x80, 0, 0, 0, 0],
      [0x81, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0],
    ]) {
      const text = await raw(port, handshake, Buffer.from(bytes));
      assert.match(text, /\x88[\s\S]\x03\xea/, bytes.join(' '));
    }
  });

  it('the client says that it was refused, or that the connection was lost', async () => {
    const other = createServer((_request, response) => response.writeHead(403).end('no'));
    other.on('upgrade', ({ url }, socket) => {
      if (url === '/lost') socket.destroy();
      else socket.end('HTTP/1.1 101 OK\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n');
    });
    await once(other.listen(0, '127.0.0.1'), 'listening');
    const url = `ws://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const lost = await App.run('websocket/client.cjs', [`${url}/lost`]);
    const wrong = await App.run('websocket/client.cjs', [`${url}/wrong`]);
    other.removeAllListeners('upgrade');
    const refused = await App.run('websocket/client.cjs', [`${url}/`]);
    other.close();
    assert.deepEqual([lost.code, wrong.code, refused.code], [1, 1, 1]);
    assert.match(lost.printed, /ECONNRESET/);
    assert.match(wrong.printed, /sec-websocket-accept is wrong/);
    assert.match(refused.printed, /refused 403 no/);
  });

  it('the client says how it is called', async () => {
    for (const args of [[], ['http://a/'], ['ws://a/', '--count', 'x'], ['ws://a/', '--nonsense']]) {
      const { code, printed } = await App.run('websocket/client.cjs', args);
      assert.deepEqual([code, /^usage: client\.cjs /m.test(printed)], [2, true]);
    }
  });

  it('tells who is there that it goes', async () => {
    await using going = new App('websocket/server.cjs', env);
    const url = `ws://127.0.0.1:${await going.port()}/`;
    await using client = new App('websocket/client.cjs', {}, [url, '--wait', 'a']);
    await client.prints(/< a\n/);
    going.child.kill('SIGTERM');
    assert.deepEqual([await client.ended, await going.ended], [0, 0]);
    assert.match(client.printed, /closed 1001 the server goes\n$/);
  });
});

/** Sends bytes, the last ones one by one; what comes back until the other side closes, a character a byte. */
async function raw(port: number, text: string, bytes: Buffer = Buffer.alloc(0)): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.setEncoding('latin1');
  socket.write(text);
  for (const byte of bytes) socket.write(Buffer.of(byte));
  let received = '';
  for await (const part of socket) received += part;
  return received;
}
