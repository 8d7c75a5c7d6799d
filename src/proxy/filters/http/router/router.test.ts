import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { describe, it } from 'node:test';
import { TestServer, toUp, Upstream, until } from '../../../server/server.fake.ts';

const get = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';
const post = (length: number): string => `POST / HTTP/1.1\r\nhost: a\r\ncontent-length: ${length}\r\n\r\n`;
const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const silent = (): Promise<Upstream> => Upstream.start((socket) => void socket.resume());
const mebibyte = 1 << 20;

describe('Router', () => {
  it('keeps one upstream connection for requests one after the other', async () => {
    using up = await Upstream.answering(ok);
    await using proxy = await TestServer.start(toUp, up.port);
    using client = proxy.client();
    for (let i = 1; i <= 5; i++) {
      client.send(get);
      await until(`answer ${i}`, () => client.received.split('\r\n\r\nok').length === i + 1);
    }
    assert.equal(up.connections.length, 1);
    assert.match(client.received, /x-envoy-upstream-service-time: \d+\r\n/);
  });

  it('serves a request that comes byte by byte', async () => {
    using up = await Upstream.answering(ok);
    await using proxy = await TestServer.start(toUp, up.port);
    using client = proxy.client();
    for (const byte of post(3) + 'abc') client.send(byte);
    await client.gets('\r\n\r\nok');
  });

  it('frees the upstream at once when the client goes before the answer', async () => {
    using up = await silent();
    await using proxy = await TestServer.start(toUp, up.port);
    const client = proxy.client();
    client.send(get);
    await up.asked();
    client.socket.destroy();
    await up.freed();
    assert.equal(proxy.gauge('cluster.up.upstream_rq_active'), 0);
    assert.equal(proxy.counter('http.main.downstream_rq_rx_reset'), 1);
  });

  it('frees the upstream when the client goes in the middle of the answer', async () => {
    using up = await Upstream.start((socket) => {
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\npart'));
    });
    await using proxy = await TestServer.start(toUp, up.port);
    const client = proxy.client().send(get);
    await client.gets('part');
    client.socket.destroy();
    await up.freed();
  });

  it('breaks off the answer when the upstream dies in its middle', async () => {
    using up = await Upstream.start((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\npart', () => socket.resetAndDestroy());
      });
    });
    await using proxy = await TestServer.start(toUp, up.port, { hcm: { delayed_close_timeout: 20 } });
    using client = proxy.client().send(get);
    await client.ends();
    assert.match(client.received, /part$/);
    assert.equal(proxy.counter('http.main.downstream_rq_tx_reset'), 1);
  });

  it('answers 503 when nothing listens', async () => {
    const up = await silent();
    const { port } = up;
    up[Symbol.dispose]();
    await using proxy = await TestServer.start(toUp, port);
    using client = proxy.client().send(get);
    assert.match(await client.gets('remote connection failure'), /^HTTP\/1\.1 503 Service Unavailable\r\n/);
    assert.equal(proxy.counter('cluster.up.upstream_rq_503'), 1);
  });

  it('answers 504 when the route waited long enough', async () => {
    using up = await silent();
    const routes = [{ match: { prefix: '/' }, route: { cluster: 'up', timeout: 50 } }];
    await using proxy = await TestServer.start(routes, up.port);
    using client = proxy.client().send(get);
    assert.match(await client.gets('upstream request timeout'), /^HTTP\/1\.1 504 Gateway Timeout\r\n/);
    assert.equal(proxy.counter('cluster.up.upstream_rq_timeout'), 1);
    await until('its connection is closed', () => proxy.gauge('cluster.up.upstream_cx_active') === 0);
  });

  it('passes on an answer that comes before the request is complete, and closes', async () => {
    using up = await Upstream.start((socket) => void socket.once('data', () => socket.write(ok)));
    await using proxy = await TestServer.start(toUp, up.port, { hcm: { delayed_close_timeout: 20 } });
    using client = proxy.client().send(`${post(100)}some`);
    assert.match(await client.gets('\r\n\r\nok'), /\r\nconnection: close\r\n/);
    await client.ends();
    assert.doesNotMatch(client.received, /x-envoy-upstream-service-time/);
  });

  it('sends nothing twice: a request on a connection that died is not repeated', async () => {
    let requests = 0;
    using up = await Upstream.start((socket) => {
      socket.on('data', () => {
        requests++;
        if (requests === 1) socket.write(ok);
        else socket.destroy();
      });
    });
    await using proxy = await TestServer.start(toUp, up.port);
    using client = proxy.client().send(get);
    await client.gets('\r\n\r\nok');
    client.send(post(2)).send('hi');
    await client.gets('reset reason: connection termination');
    assert.equal(requests, 2);
  });

  it('does not read an answer faster than the client does', async () => {
    const total = 48 * mebibyte;
    let written = 0;
    using up = await Upstream.start((socket) => {
      const more = (): void => {
        while (written < total) {
          written += mebibyte;
          if (!socket.write(Buffer.alloc(mebibyte, 0x61))) return;
        }
      };
      socket.once('data', () => {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${total}\r\n\r\n`);
        more();
      });
      socket.on('drain', more);
    });
    await using proxy = await TestServer.start(toUp, up.port);
    using client = proxy.client();
    client.socket.removeAllListeners('data').pause();
    let read = 0;
    client.send(get);
    await until(
      'reading pauses',
      () => proxy.counter('cluster.up.upstream_flow_control_paused_reading_total') > 0,
    );
    const stalled = written;
    assert.ok(stalled < total, `${stalled} of ${total} bytes were pulled for a client that reads nothing`);
    client.socket.on('data', (data: Buffer) => (read += data.length)).resume();
    await until('all of it came', () => read > total);
    assert.ok(proxy.counter('cluster.up.upstream_flow_control_resumed_reading_total') > 0);
  });

  it('does not read a request faster than the upstream does', async () => {
    const total = 48 * mebibyte;
    let upstreamSocket: Socket | undefined;
    using up = await Upstream.start((socket) => {
      upstreamSocket = socket;
      socket.pause();
    });
    await using proxy = await TestServer.start(toUp, up.port);
    using client = proxy.client().send(post(total));
    let sent = 0;
    const more = (): void => {
      while (sent < total) {
        sent += mebibyte;
        if (!client.socket.write(Buffer.alloc(mebibyte, 0x61))) return;
      }
    };
    client.socket.on('drain', more);
    more();
    await until(
      'reading pauses',
      () => proxy.counter('http.main.downstream_flow_control_paused_reading_total') > 0,
    );
    assert.ok(sent < total);
    let received = 0;
    upstreamSocket!.on('data', (data: Buffer) => {
      received += data.length;
      if (received > total) upstreamSocket!.write(ok);
    });
    upstreamSocket!.resume();
    await client.gets('\r\n\r\nok');
  });

  it('charges codes inside and outside', async () => {
    using up = await Upstream.answering('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n');
    await using proxy = await TestServer.start(toUp, up.port);
    using client = proxy.client().send(get);
    await client.gets('404');
    const names = ['upstream_rq_404', 'upstream_rq_4xx', 'upstream_rq_completed'];
    for (const name of names) {
      assert.equal(proxy.counter(`cluster.up.${name}`), 1, name);
      assert.equal(proxy.counter(`cluster.up.external.${name}`), 1, `external.${name}`);
    }
  });

  it('lets an upgraded connection speak whatever it likes, both ways', async () => {
    using up = await Upstream.start((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n');
        socket.on('data', (data) => socket.write(`<${data}>`));
      });
    });
    const hcm = { upgrade_configs: [{ upgrade_type: 'echo' }] };
    await using proxy = await TestServer.start(toUp, up.port, { hcm });
    using client = proxy
      .client()
      .send('GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n');
    await client.gets('101 Switching Protocols');
    client.send('GET / HTTP/1.1\r\n\r\n');
    await client.gets('<GET / HTTP/1.1\r\n\r\n>');
    assert.equal(proxy.gauge('http.main.downstream_cx_upgrades_active'), 1);
    client.socket.resetAndDestroy();
    await up.freed();
    assert.equal(proxy.gauge('http.main.downstream_cx_upgrades_active'), 0);
  });
});
