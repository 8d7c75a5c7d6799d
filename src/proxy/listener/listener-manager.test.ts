import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LabError } from '../../error.ts';
import { direct, listener, TestServer, toUp, Upstream, until } from '../server/server.fake.ts';

const get = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';
const refused = (pattern: RegExp) => (error: unknown) =>
  error instanceof LabError && pattern.test(error.message);

async function emptyServer(drainTimeMs = 100): Promise<TestServer> {
  const test = new TestServer({}, { drainTimeMs });
  await test.run();
  return test;
}

describe('ListenerManager', () => {
  it('adds a listener while it runs', async () => {
    await using proxy = await emptyServer();
    assert.equal(await proxy.server.listeners.addOrUpdate(listener('x', direct('hi')), false), true);
    using client = proxy.client('x').send(get);
    await client.gets('hi');
    assert.equal(proxy.counter('listener_manager.listener_added'), 1);
    assert.equal(proxy.gauge('listener_manager.total_listeners_active'), 1);
  });

  it('takes the same config again for nothing new', async () => {
    await using proxy = await emptyServer();
    await proxy.server.listeners.addOrUpdate(listener('x', direct('hi')), false);
    assert.equal(await proxy.server.listeners.addOrUpdate(listener('x', direct('hi')), false), false);
  });

  it('replaces one on its socket: old connections are wound down, new ones get the new config', async () => {
    await using proxy = await emptyServer(2000);
    const { listeners } = proxy.server;
    await listeners.addOrUpdate(listener('x', direct('old')), false);
    const port = proxy.port('x');
    using before = proxy.client('x').send(get);
    await before.gets('old');
    await listeners.addOrUpdate(listener('x', direct('new')), false);
    assert.equal(proxy.port('x'), port);
    assert.equal(listeners.draining.length, 1);
    using after = proxy.client('x').send(get);
    assert.doesNotMatch(await after.gets('new'), /connection: close/);
    before.send(get);
    assert.match(await before.gets('connection: close'), /old/);
    await until('the old one is gone', () => listeners.draining.length === 0);
    assert.equal(proxy.counter('listener_manager.listener_modified'), 1);
  });

  it('moves one to another address', async () => {
    await using proxy = await emptyServer();
    const { listeners } = proxy.server;
    const free = await freePort();
    await listeners.addOrUpdate(listener('x', direct('old')), false);
    const port = proxy.port('x');
    await listeners.addOrUpdate(listener('x', direct('new'), { port: free }), false);
    assert.equal(proxy.port('x'), free);
    assert.notEqual(port, free);
    using client = proxy.client('x').send(get);
    await client.gets('new');
  });

  it('removes one: no new connections, and the old ones end with the drain time', async () => {
    await using proxy = await emptyServer();
    await proxy.server.listeners.addOrUpdate(listener('x', direct('hi')), false);
    using idle = proxy.client('x').send(get);
    await idle.gets('hi');
    const late = proxy.port('x');
    assert.equal(proxy.server.listeners.remove('x'), true);
    assert.equal(proxy.server.listeners.remove('x'), false);
    await idle.ends();
    using client = proxy.clientAt(late);
    assert.equal(await client.ends(), 'reset');
  });

  it('leaves what came with the bootstrap alone', async () => {
    using up = await Upstream.answering('');
    await using proxy = await TestServer.start(toUp, up.port);
    assert.equal(await proxy.server.listeners.addOrUpdate(listener('main', direct('x')), false), false);
    assert.equal(proxy.server.listeners.remove('main'), false);
  });

  it('keeps the old one when the new one cannot be', async () => {
    await using proxy = await emptyServer();
    const { listeners } = proxy.server;
    await listeners.addOrUpdate(listener('x', direct('old')), false);
    const bad = listener('x', [{ match: { prefix: '/' }, route: { cluster: 'nosuch' } }]);
    await assert.rejects(listeners.addOrUpdate(bad, false), refused(/unknown cluster 'nosuch'/));
    using client = proxy.client('x').send(get);
    await client.gets('old');
    assert.equal(proxy.counter('listener_manager.listener_create_failure'), 1);
  });

  it("refuses an address that is taken, in Envoy's words", async () => {
    using up = await Upstream.answering('');
    await using proxy = await emptyServer();
    const { listeners } = proxy.server;
    const taken = listener('x', direct(''), { port: up.port });
    await assert.rejects(
      listeners.addOrUpdate(taken, false),
      refused(new RegExp(`^cannot bind '127.0.0.1:${up.port}': Address already in use$`)),
    );
    await listeners.addOrUpdate(listener('y', direct(''), { port: await freePort() }), false);
    const same = listener('z', direct(''), { port: proxy.port('y') });
    await assert.rejects(listeners.addOrUpdate(same, false), refused(/duplicate address/));
  });

  it('refuses a listener without a filter chain, and a chain without filters', async () => {
    await using proxy = await emptyServer();
    const { listeners } = proxy.server;
    const bare = { ...listener('x', []), filter_chains: [] };
    await assert.rejects(listeners.addOrUpdate(bare, false), refused(/no filter chains specified/));
    const empty = { ...listener('x', []), filter_chains: [{ filters: [] }] };
    await assert.rejects(listeners.addOrUpdate(empty, false), refused(/no network filter/));
  });

  it('refuses HTTP filters in a wrong order', async () => {
    await using proxy = await emptyServer();
    const router = {
      name: 'r',
      typed_config: { '@type': 'x/envoy.extensions.filters.http.router.v3.Router' },
    };
    const mutation = {
      name: 'm',
      typed_config: { '@type': 'x/envoy.extensions.filters.http.header_mutation.v3.HeaderMutation' },
    };
    const chain = (...http_filters: object[]) =>
      proxy.server.listeners.addOrUpdate(listener('x', [], { hcm: { http_filters } }), false);
    await assert.rejects(chain(router, mutation), refused(/terminal filter named r .* must be the last/));
    await assert.rejects(chain(mutation), refused(/non-terminal filter named m .* is the last/));
  });

  it('counts connections for the listener and its worker', async () => {
    await using proxy = await emptyServer();
    await proxy.server.listeners.addOrUpdate(listener('x', direct('hi')), false);
    using client = proxy.client('x').send(get);
    await client.gets('hi');
    const scope = 'listener.127.0.0.1_0';
    assert.equal(proxy.gauge(`${scope}.downstream_cx_active`), 1);
    assert.equal(proxy.counter(`${scope}.worker_0.downstream_cx_total`), 1);
    assert.equal(proxy.counter(`${scope}.http.x.downstream_rq_2xx`), 1);
    client.socket.destroy();
    await until('it is gone', () => proxy.gauge(`${scope}.downstream_cx_active`) === 0);
    assert.equal(proxy.counter(`${scope}.downstream_cx_destroy`), 1);
  });
});

async function freePort(): Promise<number> {
  using probe = await Upstream.answering('');
  return probe.port;
}
