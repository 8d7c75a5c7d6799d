import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { describe, it } from 'node:test';
import { App } from './app.ts';

const start = (url: string, every = '5') => new App('caller/caller.cjs', { URL: url, EVERY_MS: every });

const closeServer = async (server: Server): Promise<void> => {
  server.close();
  await once(server, 'close');
};

/** A server for as long as a test needs it. */
async function serving(listener: RequestListener): Promise<{ url: string } & AsyncDisposable> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, [Symbol.asyncDispose]: () => closeServer(server) };
}

describe('caller', () => {
  it('tells who answered, one request after the other, each on a connection of its own', async () => {
    const ports = new Set<number | undefined>();
    let underWay = 0;
    let most = 0;
    await using server = await serving(({ socket }, response) => {
      ports.add(socket.remotePort);
      most = Math.max(most, ++underWay);
      response.on('close', () => underWay--);
      response.end(ports.size % 2 === 0 ? 'no JSON' : '{"host":"pod-1"}');
    });
    await using app = start(server.url);
    await app.prints(/^answered 200 pod-1\nanswered 200\nanswered 200 pod-1\n/);
    assert.ok(ports.size >= 3);
    assert.equal(most, 1);
    app.child.kill('SIGTERM');
    assert.equal(await app.ended, 0);
  });

  it('counts as lost what was under way, and what the server failed at', async () => {
    let turn = 0;
    await using server = await serving(({ socket }, response) => {
      turn++;
      if (turn === 1) response.writeHead(503).end('{"host":"pod-1"}');
      else if (turn === 2) socket.resetAndDestroy();
      else if (turn === 3)
        response.writeHead(200, { 'content-length': 10 }).write('half', () => socket.destroy());
      else response.writeHead(404).end();
    });
    await using app = start(server.url);
    await app.prints(/^lost 503 pod-1\nlost ECONNRESET\nlost ECONNRESET\nanswered 404\n/);
  });

  it('tries again what it had no connection for', async () => {
    const holder = createTcpServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    await closeServer(holder);
    await using app = start(`http://127.0.0.1:${port}/`);
    await app.prints(/^again ECONNREFUSED\nagain ECONNREFUSED\n/);
    const server = createServer((_request, response) => response.end()).listen(port, '127.0.0.1');
    await once(server, 'listening');
    try {
      await app.prints(/^(again ECONNREFUSED\n)+answered 200\n/);
    } finally {
      await closeServer(server);
    }
  });

  it('refuses what is no URL, or no time', async () => {
    for (const url of ['', 'web', 'ftp://web/', 'http://[/']) {
      await using app = start(url);
      assert.equal(await app.ended, 1);
      assert.equal(app.printed, `URL is no http:// URL: ${JSON.stringify(url)}\n`);
    }
    await using app = start('http://web/', 'soon');
    assert.equal(await app.ended, 1);
    assert.equal(app.printed, 'EVERY_MS is no whole number of ms: "soon"\n');
  });
});
