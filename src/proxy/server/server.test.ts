import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LabError } from '../../error.ts';
import { clusterTo, direct, listener, TestServer, toUp, Upstream } from './server.fake.ts';

const get = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';

describe('Server', () => {
  it('is live once it listens', async () => {
    await using proxy = new TestServer({ static_resources: { listeners: [listener('main', direct('hi'))] } });
    assert.equal(proxy.server.state, 'PRE_INITIALIZING');
    await proxy.server.load();
    assert.equal(proxy.server.state, 'INITIALIZING');
    assert.equal(proxy.server.listeners.listeners[0]!.socket, undefined);
    await proxy.server.start();
    assert.equal(proxy.server.state, 'LIVE');
    assert.equal(proxy.gauge('server.live'), 1);
    using client = proxy.client().send(get);
    await client.gets('hi');
  });

  it('winds connections down while its health check fails', async () => {
    await using proxy = await TestServer.start(direct('hi'), 1, {
      hcm: { drain_timeout: 20, delayed_close_timeout: 20 },
    });
    using client = proxy.client().send(get);
    assert.doesNotMatch(await client.gets('hi'), /connection: close/);
    proxy.server.healthCheckFailed = true;
    assert.equal(proxy.server.state, 'DRAINING');
    client.send(get);
    await client.gets('connection: close');
    await client.ends();
    assert.equal(proxy.counter('http.main.downstream_cx_drain_close'), 1);
  });

  it('ends everything when it is told to, whatever is under way', async () => {
    using up = await Upstream.start((socket) => void socket.resume());
    const proxy = await TestServer.start(toUp, up.port);
    using waiting = proxy.client().send(get);
    using idle = proxy.client();
    await up.asked();
    await proxy.server.shutdown();
    await proxy.server.shutdown();
    await waiting.ends();
    await idle.ends();
    await up.freed();
  });

  it('refuses what Envoy refuses, in its words', async () => {
    const twice = new TestServer({ static_resources: { clusters: [clusterTo(1), clusterTo(1)] } });
    await assert.rejects(
      twice.server.load(),
      (error) => error instanceof LabError && /duplicate cluster 'up'/.test(error.message),
    );
    await twice.server.shutdown();
    const unknown = new TestServer({ static_resources: { listeners: [listener('main', toUp)] } });
    await assert.rejects(unknown.server.load(), /unknown cluster 'up'/);
    await unknown.server.shutdown();
  });
});
