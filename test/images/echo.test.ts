import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { App } from './app.ts';

describe('echo', () => {
  // Its UDP port is chosen first, its TCP port is the same number.
  const env = { HOST: '127.0.0.1', HOSTNAME: 'here' };
  let server: App;
  let port: number;
  before(async () => {
    const held = createSocket('udp4').bind(0, '127.0.0.1');
    await once(held, 'listening');
    ({ port } = held.address());
    held.close();
    server = new App('echo/server.cjs', { ...env, PORT: String(port) });
    await server.prints(/^echo listens on \d+, tcp and udp$/m);
  });
  after(() => server[Symbol.asyncDispose]());
  const talk = (...args: readonly string[]) => App.run('echo/client.cjs', args);

  it('says back lines, and counts bytes when the client has ended its side', async () => {
    const { code, printed } = await talk(
      `tcp://127.0.0.1:${port}`,
      'one',
      'two',
      '--size',
      '5',
      '--times',
      '2',
    );
    assert.equal(code, 0, printed);
    assert.equal(printed, 'here: one\nhere: two\nhere: 13 bytes\n'.repeat(2));
    await server.prints(/^tcp closed after 13 bytes$/m);
  });

  it('says back datagrams', async () => {
    const { code, printed } = await talk(
      `udp://127.0.0.1:${port}`,
      'one',
      'two',
      '--size',
      '5',
      '--times',
      '2',
    );
    assert.equal(code, 0, printed);
    assert.equal(printed, 'here: one\nhere: two\nhere: xxxxx\n'.repeat(2));
  });

  it('waits for the other side when told to', async () => {
    await using other = createServer((socket) => {
      socket.once('data', () => socket.end('bye\n'));
    }).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, printed } = await talk(`tcp://127.0.0.1:${port}`, 'one', '--keep');
    assert.equal(code, 0, printed);
    assert.equal(printed, 'bye\nclosed by the other side\n');
  });

  it('goes on when a client resets its connection', async () => {
    const client = connect(port, '127.0.0.1');
    client.write('abc');
    await once(client, 'connect');
    client.resetAndDestroy();
    const { code, printed } = await talk(`tcp://127.0.0.1:${port}`, 'one');
    assert.equal(code, 0, printed);
  });

  it('tells who does not answer', async () => {
    await using silent = createServer((socket) => socket.resume().end()).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port: mute } = silent.address() as AddressInfo;
    const closed = await talk(`tcp://127.0.0.1:${mute}`, 'one');
    assert.deepEqual([closed.code, closed.printed], [1, 'closed without an answer\n']);
    const free = createSocket('udp4').bind(0, '127.0.0.1');
    await once(free, 'listening');
    const lost = await talk(`udp://127.0.0.1:${free.address().port}`, 'one');
    free.close();
    assert.deepEqual([lost.code, lost.printed], [1, 'no answer to one\n']);
  });

  it('says how it is called', async () => {
    for (const args of [[], ['http://a:1'], ['tcp://a:1', '--times', 'x'], ['tcp://a:1', '--nosuch']]) {
      const { code, printed } = await talk(...args);
      assert.equal(code, 2, printed);
      assert.match(printed, /^usage: client\.cjs /m);
    }
  });
});
