import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { it } from 'node:test';
import type { envoy } from '../../../../bootstrap/api.generated.ts';
import { Client, clusterTo, TestServer, Upstream, until } from '../../../server/server.fake.ts';

/** A listener that leads to the Redis servers of the cluster `up`. */
function redisListener(more: object = {}): envoy.config.listener.v3.Listener {
  const proxy = {
    '@type': 'x/envoy.extensions.filters.network.redis_proxy.v3.RedisProxy',
    stat_prefix: 'r',
    settings: { op_timeout: 60_000 },
    prefix_routes: { catch_all_route: { cluster: 'up' } },
  };
  return {
    name: 'main',
    address: { socket_address: { address: '127.0.0.1', port_value: 0 } },
    filter_chains: [{ filters: [{ name: 'redis', typed_config: proxy }] }],
    ...more,
  } as envoy.config.listener.v3.Listener;
}

async function start(up: Upstream): Promise<TestServer> {
  const test = new TestServer({ static_resources: { listeners: [], clusters: [clusterTo(up.port)] } });
  await test.run();
  await test.server.listeners.addOrUpdate(redisListener(), false);
  return test;
}

/** Answers whatever comes with that. */
function answering(answer: string): Promise<Upstream> {
  return Upstream.start((socket: Socket) => socket.on('data', () => socket.write(answer)));
}

it('an array of all hosts may be longer than a call may have arguments', async () => {
  const count = 200_000;
  using up = await answering(`*${count}\r\n${'$1\r\nk\r\n'.repeat(count)}`);
  await using proxy = await start(up);
  using client = new Client(proxy.port());
  client.send('KEYS *\r\n');
  await client.gets(`*${count}\r\n`);
  await until('all of it has come', () => client.received.length === count * 7 + 9);
});

it('what follows the QUIT that closes the connection leaves nothing behind', async () => {
  using up = await Upstream.start((socket) => socket.resume());
  await using proxy = await start(up);
  using client = new Client(proxy.port());
  client.send('QUIT\r\nMULTI\r\nSET a 1\r\nGET b\r\n');
  assert.equal(await client.ends(), 'fin');
  assert.equal(proxy.counter('cluster.up.upstream_cx_total'), 1);
  assert.equal(proxy.gauge('cluster.up.upstream_cx_active'), 0);
  assert.equal(proxy.gauge('redis.r.downstream_rq_active'), 0);
});

it('a listener that is gone leaves no connection to its servers', async () => {
  using up = await answering('+OK\r\n');
  await using proxy = await start(up);
  using client = new Client(proxy.port());
  client.send('SET a 1\r\n');
  await client.gets('+OK');
  const { listener } = proxy.server.listeners.listeners[0]!;
  listener.closeConnections();
  await up.freed();
  assert.equal(proxy.gauge('cluster.up.upstream_cx_active'), 0);
});
