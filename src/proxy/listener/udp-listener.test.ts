import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { it } from 'node:test';
import type { envoy } from '../../bootstrap/api.generated.ts';
import { clusterTo, direct, listener, TestServer, until } from '../server/server.fake.ts';
import type { UdpSocket } from './udp-socket.ts';

const udpProxy = 'x/envoy.extensions.filters.udp.udp_proxy.v3.UdpProxyConfig';

/** A UDP listener that leads to the cluster `up`. */
function udpListener(proxy: object = {}, more: object = {}): envoy.config.listener.v3.Listener {
  return {
    name: 'main',
    address: { socket_address: { protocol: 'UDP', address: '127.0.0.1', port_value: 0 } },
    listener_filters: [
      {
        name: 'udp',
        typed_config: {
          '@type': udpProxy,
          stat_prefix: 'foo',
          cluster: 'up',
          idle_timeout: 60_000,
          ...proxy,
        },
      },
    ],
    ...more,
  } as envoy.config.listener.v3.Listener;
}

async function start(listeners: envoy.config.listener.v3.Listener[], port: number): Promise<TestServer> {
  const test = new TestServer({ static_resources: { listeners, clusters: [clusterTo(port)] } });
  await test.run();
  return test;
}

/** A socket of a test, and what came. */
class Peer implements Disposable {
  readonly received: string[] = [];
  readonly socket: Socket = createSocket('udp4');

  /** `echoes`: answers what comes with the same. */
  static async bind(echoes = false): Promise<Peer> {
    const peer = new Peer();
    peer.socket.on('message', (data, { port, address }) => {
      peer.received.push(data.toString());
      if (echoes) peer.socket.send(data, port, address);
    });
    peer.socket.bind(0, '127.0.0.1');
    await once(peer.socket, 'listening');
    return peer;
  }

  send(text: string, port: number): void {
    this.socket.send(text, port, '127.0.0.1');
  }

  get port(): number {
    return this.socket.address().port;
  }

  [Symbol.dispose](): void {
    this.socket.close();
  }
}

it('datagrams go to the upstream and back, a session a client', async () => {
  using up = await Peer.bind(true);
  await using proxy = await start([udpListener()], up.port);
  using one = await Peer.bind();
  using two = await Peer.bind();
  one.send('a', proxy.port());
  two.send('b', proxy.port());
  await until('both are answered', () => one.received.length === 1 && two.received.length === 1);
  assert.deepEqual([one.received, two.received], [['a'], ['b']]);
  assert.equal(proxy.gauge('udp.foo.downstream_sess_active'), 2);
  assert.equal(proxy.counter('cluster.up.udp.sess_rx_datagrams'), 2);
});

it('a session that is idle ends', async () => {
  using up = await Peer.bind(true);
  await using proxy = await start([udpListener({ idle_timeout: 20 })], up.port);
  using client = await Peer.bind();
  client.send('a', proxy.port());
  await until('it has ended', () => proxy.counter('udp.foo.idle_timeout') === 1);
  assert.equal(proxy.gauge('udp.foo.downstream_sess_active'), 0);
});

it('an upstream that does not listen is an error of the cluster, not of the process', async () => {
  const up = await Peer.bind();
  const { port } = up;
  up[Symbol.dispose]();
  await using proxy = await start([udpListener()], port);
  using client = await Peer.bind();
  client.send('a', proxy.port());
  await until('it is counted', () => proxy.counter('cluster.up.udp.sess_rx_errors') > 0);
  assert.equal(proxy.gauge('udp.foo.downstream_sess_active'), 1);
});

it('an upstream that cannot be connected to is an error for each datagram', async () => {
  const config = udpListener();
  const cluster = clusterTo(53);
  const [host] = cluster.load_assignment!.endpoints![0]!.lb_endpoints!;
  host!.endpoint!.address!.socket_address!.address = '255.255.255.255';
  await using proxy = new TestServer({ static_resources: { listeners: [config], clusters: [cluster] } });
  await proxy.run();
  using client = await Peer.bind();
  for (const times of [1, 2]) {
    client.send('a', proxy.port());
    await until('it is counted', () => proxy.counter('cluster.up.udp.sess_tx_errors') === times);
  }
  assert.equal(proxy.counter('cluster.up.udp.sess_tx_datagrams'), 0);
  assert.equal(proxy.gauge('udp.foo.downstream_sess_active'), 1);
});

it('a client that says it sends from port 0 is not answered', async () => {
  await using proxy = await start([udpListener()], 1);
  const socket = proxy.server.listeners.listeners[0]!.socket as UdpSocket;
  const outcomes: boolean[] = [];
  socket.send(Buffer.from('a'), { address: '127.0.0.1', port: 0 }, (sent) => outcomes.push(sent));
  assert.deepEqual(outcomes, [false]);
});

it('an update takes the socket over, and the sessions of the old listener end with its time to drain', async () => {
  using up = await Peer.bind(true);
  await using proxy = await start([], up.port);
  const { listeners } = proxy.server;
  await listeners.addOrUpdate(udpListener(), false);
  const port = proxy.port();
  await listeners.addOrUpdate(udpListener({ stat_prefix: 'bar' }), false);
  assert.equal(proxy.port(), port);
  using client = await Peer.bind();
  client.send('a', port);
  await until('it is answered', () => client.received.length === 1);
  assert.equal(proxy.counter('udp.bar.downstream_sess_total'), 1);
  assert.equal(listeners.remove('main'), true);
  assert.equal(proxy.gauge('udp.bar.downstream_sess_active'), 0);
});

it('a TCP listener may have the same port', async () => {
  using up = await Peer.bind(true);
  await using proxy = await start([udpListener()], up.port);
  const tcp = listener('tcp', direct('hi'), { port: proxy.port() });
  assert.equal(await proxy.server.listeners.addOrUpdate(tcp, false), true);
});

it('an address that is taken is an error in Envoy’s words', async () => {
  using taken = await Peer.bind();
  const address = { socket_address: { protocol: 'UDP', address: '127.0.0.1', port_value: taken.port } };
  await assert.rejects(start([udpListener({}, { address })], 1), {
    code: 'runtime',
    message: `cannot bind '127.0.0.1:${taken.port}': Address already in use`,
  });
});

it('filter chains and filters of connections are refused', async () => {
  const chains = udpListener({}, { filter_chains: [{}] });
  await assert.rejects(
    start([chains], 1),
    /1 filter chain\(s\) specified for connection-less UDP listener\./,
  );
  const inspector = {
    name: 'tls',
    typed_config: { '@type': 'x/envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector' },
  };
  const filters = udpListener({}, { listener_filters: [inspector] });
  await assert.rejects(start([filters], 1), /Didn't find a registered implementation for 'tls'/);
});

it('a route of another type is refused', async () => {
  const matcher = { on_no_match: { action: { name: 'r', typed_config: { '@type': 'x/other' } } } };
  await assert.rejects(start([udpListener({ matcher })], 1), /the action of a udp_proxy matcher is x\/other/);
});
