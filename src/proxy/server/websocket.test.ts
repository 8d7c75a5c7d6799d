import assert from 'node:assert/strict';
import { request } from 'node:http';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import type { Duplex } from 'node:stream';
import { describe, it } from 'node:test';
import { TestServer, toUp, Upstream, until } from './server.fake.ts';
import { acceptOf, serveEcho, WebSocketPeer } from './websocket.fake.ts';

const hcm = {
  upgrade_configs: [{ upgrade_type: 'websocket' }, { upgrade_type: 'CONNECT' }],
  http2_protocol_options: { allow_connect: true },
};
const key = 'dGhlIHNhbXBsZSBub25jZQ==';
const toBytes = [
  {
    match: { connect_matcher: {} },
    route: { cluster: 'up', upgrade_configs: [{ upgrade_type: 'CONNECT', connect_config: {} }] },
  },
];

/** A session of Node's own client whose server lets it ask for protocols; it ends with the test. */
async function sessionTo(port: number): Promise<ClientHttp2Session & Disposable> {
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  session.on('error', () => {});
  await until('the settings came', () => session.remoteSettings?.enableConnectProtocol === true);
  return Object.assign(session, { [Symbol.dispose]: () => session.destroy() });
}

/** By HTTP/1: the connection that was upgraded. */
function upgraded(port: number): Promise<{ stream: Duplex; accept: unknown }> {
  return new Promise((resolve, reject) => {
    request({
      port,
      host: '127.0.0.1',
      path: '/chat',
      headers: { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-key': key },
    })
      .on('upgrade', (response, stream) =>
        resolve({ stream, accept: response.headers['sec-websocket-accept'] }),
      )
      .on('response', ({ statusCode }) => reject(new Error(`answered ${statusCode}`)))
      .on('error', reject)
      .end();
  });
}

/** By HTTP/2: the stream of an extended CONNECT. */
function extended(session: ClientHttp2Session): Promise<{ stream: Duplex; accept: unknown }> {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ':method': 'CONNECT',
      ':protocol': 'websocket',
      ':path': '/chat',
      'sec-websocket-key': key,
    });
    stream.on('error', reject);
    stream.on('response', (headers) => {
      if (headers[':status'] === 200) resolve({ stream, accept: headers['sec-websocket-accept'] });
      else reject(new Error(`answered ${headers[':status']}`));
    });
  });
}

/** A conversation of texts of all lengths, pings among them, and its end. */
async function converse(stream: Duplex): Promise<void> {
  const peer = new WebSocketPeer(stream, true);
  const texts = ['hello', 'x'.repeat(200), 'y'.repeat(60_000), ''];
  for (const text of texts) {
    peer.send('text', text);
    peer.send('ping', String(text.length));
  }
  const wanted = texts.flatMap((text) => [`text ${text}`.trim(), `pong ${text.length}`]);
  await until('all came back', () => peer.received.length >= wanted.length);
  assert.deepEqual(peer.received, wanted);
  peer.send('close', Buffer.from([3, 232]));
  await until('it ended', () => peer.ended || stream.destroyed);
  assert.match(peer.received.at(-1)!, /^close/);
}

describe('a WebSocket through the data plane', () => {
  it('talks over HTTP/1', async () => {
    using up = await Upstream.start(serveEcho);
    await using proxy = await TestServer.start(toUp, up.port, { hcm });
    const { stream, accept } = await upgraded(proxy.port());
    assert.equal(accept, acceptOf(key));
    assert.equal(proxy.gauge('http.main.downstream_cx_upgrades_active'), 1);
    await converse(stream);
    stream.destroy();
    await until('it is over', () => proxy.gauge('http.main.downstream_cx_upgrades_active') === 0);
    await up.freed();
  });

  it('talks over HTTP/2, several on one connection', async () => {
    using up = await Upstream.start(serveEcho);
    await using proxy = await TestServer.start(toUp, up.port, { hcm });
    using session = await sessionTo(proxy.port());
    const sockets = await Promise.all([extended(session), extended(session), extended(session)]);
    for (const { accept } of sockets) assert.equal(accept, acceptOf(key));
    await Promise.all(sockets.map(({ stream }) => converse(stream)));
    assert.equal(proxy.counter('http.main.downstream_cx_http2_total'), 1);
    assert.equal(proxy.counter('http.main.downstream_cx_upgrades_total'), 3);
    await until('all are over', () => proxy.gauge('http.main.downstream_cx_upgrades_active') === 0);
  });

  it('is refused where it is not configured', async () => {
    using up = await Upstream.start(serveEcho);
    await using proxy = await TestServer.start(toUp, up.port);
    await assert.rejects(upgraded(proxy.port()), /answered 403/);
    assert.equal(up.connections.length, 0);
  });
});

describe('a CONNECT that ends at the data plane', () => {
  const text = Buffer.alloc(2_000_000, 'some bytes of a database\n');

  async function echoes(stream: Duplex): Promise<void> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    stream.on('data', (data: Buffer) => {
      chunks.push(data);
      bytes += data.length;
    });
    stream.on('error', () => {});
    stream.write(text);
    await until('all came back', () => bytes === text.length);
    assert.ok(Buffer.concat(chunks).equals(text));
    stream.destroy();
  }

  it('carries bytes of a client that speaks HTTP/1', async () => {
    using up = await Upstream.start((socket) => void socket.pipe(socket));
    await using proxy = await TestServer.start(toBytes, up.port, { hcm });
    const stream = await new Promise<Duplex>((resolve, reject) => {
      request({ port: proxy.port(), host: '127.0.0.1', method: 'CONNECT', path: 'db:5432' })
        .on('connect', (response, socket) => {
          assert.equal(response.statusCode, 200);
          resolve(socket);
        })
        .on('error', reject)
        .end();
    });
    await echoes(stream);
    await up.freed();
  });

  it('carries bytes of a client that speaks HTTP/2', async () => {
    using up = await Upstream.start((socket) => void socket.pipe(socket));
    await using proxy = await TestServer.start(toBytes, up.port, { hcm });
    using session = await sessionTo(proxy.port());
    const stream = session.request({ ':method': 'CONNECT', ':authority': 'db:5432' });
    await echoes(stream);
    await up.freed();
  });
});
