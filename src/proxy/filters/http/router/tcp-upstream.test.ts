import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TestServer, Upstream, until } from '../../../server/server.fake.ts';

const hcm = { upgrade_configs: [{ upgrade_type: 'CONNECT' }], delayed_close_timeout: 20 };
const route = (connect_config: object) => [
  {
    match: { prefix: '/' },
    route: { cluster: 'up', upgrade_configs: [{ upgrade_type: 'CONNECT', connect_config }] },
  },
];
const connect = [{ ...route({})[0]!, match: { connect_matcher: {} } }];
const ask = 'CONNECT db:1 HTTP/1.1\r\nhost: a\r\n\r\n';

describe('TcpUpstream', () => {
  it('says yes by itself and passes bytes both ways', async () => {
    using up = await Upstream.start((socket) => void socket.pipe(socket));
    await using proxy = await TestServer.start(connect, up.port, { hcm });
    using client = proxy.client().send(`${ask}ping`);
    assert.match(await client.gets('\r\n\r\nping'), /^HTTP\/1\.1 200 OK\r\n/);
    assert.doesNotMatch(client.received, /content-length|transfer-encoding|connection:/);
    client.socket.destroy();
    await up.freed();
    await until('it is counted', () => proxy.gauge('cluster.up.upstream_cx_active') === 0);
  });

  it('ends the client’s connection with the upstream’s', async () => {
    using up = await Upstream.start((socket) => void socket.end('bye'));
    await using proxy = await TestServer.start(connect, up.port, { hcm });
    using client = proxy.client().send(ask);
    await client.ends();
    assert.match(client.received, /\r\n\r\nbye$/);
  });

  it('answers 503 when nothing listens', async () => {
    const up = await Upstream.start(() => {});
    const { port } = up;
    up[Symbol.dispose]();
    await using proxy = await TestServer.start(connect, port, { hcm });
    using client = proxy.client().send(ask);
    assert.match(await client.gets('remote connection failure'), /^HTTP\/1\.1 503 /);
  });

  it('stops reading an upstream whose client does not read', async () => {
    const total = 64 << 20;
    let written = 0;
    using up = await Upstream.start((socket) => {
      const piece = Buffer.alloc(1 << 20);
      const more = (): void => {
        while (written < total) {
          written += piece.length;
          if (!socket.write(piece)) return void socket.once('drain', more);
        }
      };
      more();
    });
    await using proxy = await TestServer.start(connect, up.port, { hcm });
    using client = proxy.client();
    client.send(ask);
    await client.gets('200 OK');
    client.socket.pause();
    const paused = () => proxy.counter('cluster.up.upstream_flow_control_paused_reading_total');
    await until('it pauses', () => paused() > 0);
    assert.ok(written < total);
    client.socket.resume();
    await until('it goes on', () => client.received.length > total);
  });

  it('takes the body of a POST where that is allowed', async () => {
    let got = '';
    using up = await Upstream.start((socket) => {
      socket.on('data', (data) => {
        got += data;
      });
      socket.on('end', () => void socket.end('done'));
    });
    await using proxy = await TestServer.start(route({ allow_post: true }), up.port, { hcm });
    using client = proxy.client().send('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\n\r\nping');
    await client.gets('done');
    assert.equal(got, 'ping');
    await until('it is released', () => proxy.gauge('cluster.up.upstream_cx_active') === 0);
    assert.equal(proxy.counter('cluster.up.upstream_cx_destroy_with_active_rq'), 0);
  });

  it('leaves other methods to HTTP', async () => {
    using up = await Upstream.answering('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
    await using proxy = await TestServer.start(route({ allow_post: true }), up.port, { hcm });
    using client = proxy.client().send('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    await client.gets('\r\n\r\nok');
  });
});
