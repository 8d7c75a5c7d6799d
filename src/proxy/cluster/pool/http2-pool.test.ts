import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { describe, it } from 'node:test';
import { FakeClock } from '../../clock.fake.ts';
import { endpoints, TestClusters, until } from '../cluster.fake.ts';
import type { ClusterConfig } from '../discovery/discovery.ts';
import { TestRequest } from '../request.fake.ts';

/** An HTTP/2 server on 127.0.0.1 whose streams wait until the test answers them. */
class Server implements AsyncDisposable {
  readonly streams: ServerHttp2Stream[] = [];
  readonly sessions: ServerHttp2Session[] = [];
  readonly sockets: Socket[] = [];
  readonly #server: Http2Server;

  private constructor(server: Http2Server) {
    this.#server = server;
    server.on('connection', (socket: Socket) => this.sockets.push(socket));
    server.on('session', (session) => this.sessions.push(session));
    server.on('stream', (stream) => {
      stream.on('error', () => {});
      this.streams.push(stream);
    });
  }

  static async start(maxConcurrentStreams = 100): Promise<Server> {
    const server = createServer({ settings: { maxConcurrentStreams } }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Server(server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const session of this.sessions) session.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

const http2 = (options: object = {}, common: object = {}): Partial<ClusterConfig> => ({
  typed_extension_protocol_options: {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
      '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
      explicit_http_config: { http2_protocol_options: options },
      common_http_protocol_options: common,
    },
  },
});

const count = (clusters: TestClusters, name: string) => clusters.counted[name];

describe('connections of HTTP/2 to an upstream', () => {
  it('takes many streams on one', async () => {
    await using server = await Server.start();
    using clusters = new TestClusters();
    const cluster = clusters.start({ load_assignment: endpoints(server.port), ...http2() });
    const requests = [TestRequest.send(cluster), TestRequest.send(cluster), TestRequest.send(cluster)];
    await until(() => server.streams.length === 3);
    for (const stream of server.streams) {
      stream.respond({ ':status': 200 });
      stream.end('ok');
    }
    for (const request of requests) assert.equal((await request.done).body, 'ok');
    assert.equal(server.sessions.length, 1);
    const { cx_http2_total, cx_total, rq_total, rq_active } = clusters.counted;
    assert.deepEqual([cx_http2_total, cx_total, rq_total, rq_active], [1, 1, 3, undefined]);
    assert.equal(requests[0]!.connection!.protocol, 'HTTP/2');
  });

  it('makes another when one takes no more', async () => {
    await using server = await Server.start();
    using clusters = new TestClusters();
    const options = http2({ max_concurrent_streams: 1 });
    const cluster = clusters.start({ load_assignment: endpoints(server.port), ...options });
    TestRequest.send(cluster);
    TestRequest.send(cluster);
    await until(() => server.streams.length === 2);
    assert.equal(server.sessions.length, 2);
  });

  it('puts no more on one than its upstream says', async () => {
    await using server = await Server.start(1);
    using clusters = new TestClusters();
    const cluster = clusters.start({ load_assignment: endpoints(server.port), ...http2() });
    const first = TestRequest.send(cluster);
    await until(() => server.streams.length === 1);
    server.streams[0]!.respond({ ':status': 204 }, { endStream: true });
    await first.done;
    TestRequest.send(cluster);
    TestRequest.send(cluster);
    await until(() => server.streams.length === 3);
    assert.equal(server.sessions.length, 2);
  });

  it('leaves one that says GOAWAY, once what is on it is through', async () => {
    await using server = await Server.start();
    using clusters = new TestClusters();
    const cluster = clusters.start({ load_assignment: endpoints(server.port), ...http2() });
    const first = TestRequest.send(cluster);
    await until(() => server.streams.length === 1);
    server.sessions[0]!.goaway(0, server.streams[0]!.id);
    await until(() => count(clusters, 'cx_close_notify') === 1);
    const second = TestRequest.send(cluster);
    await until(() => server.streams.length === 2);
    for (const stream of server.streams) stream.respond({ ':status': 204 }, { endStream: true });
    assert.deepEqual([(await first.done).status, (await second.done).status], [204, 204]);
    await until(() => count(clusters, 'cx_active') === 1);
    assert.equal(server.sessions.length, 2);
  });

  it('tells a stream that is reset, and serves the others', async () => {
    await using server = await Server.start();
    using clusters = new TestClusters();
    const cluster = clusters.start({ load_assignment: endpoints(server.port), ...http2() });
    const [first, second] = [TestRequest.send(cluster), TestRequest.send(cluster)];
    await until(() => server.streams.length === 2);
    server.streams[0]!.close(7);
    assert.equal((await first.done).reset, 'remote-refused-stream-reset');
    server.streams[1]!.respond({ ':status': 204 }, { endStream: true });
    assert.equal((await second.done).status, 204);
  });

  it('resets all that is on one that breaks off', async () => {
    await using server = await Server.start();
    using clusters = new TestClusters();
    const cluster = clusters.start({ load_assignment: endpoints(server.port), ...http2() });
    const requests = [TestRequest.send(cluster), TestRequest.send(cluster)];
    await until(() => server.streams.length === 2);
    server.sessions[0]!.destroy();
    for (const request of requests)
      assert.match((await request.done).reset!, /^(connection-termination|remote-reset)$/);
    await until(() => count(clusters, 'cx_active') === undefined);
  });

  it('gives no stream to one that is ending', async () => {
    await using server = await Server.start();
    using clusters = new TestClusters();
    const cluster = clusters.start({ load_assignment: endpoints(server.port), ...http2() });
    const first = TestRequest.send(cluster);
    await until(() => server.streams.length === 1);
    let second: TestRequest | undefined;
    first.onReset = () => {
      second = TestRequest.send(cluster);
    };
    server.sockets[0]!.destroy();
    await until(() => server.streams.length === 2);
    server.streams[1]!.respond({ ':status': 204 }, { endStream: true });
    assert.equal((await second!.done).status, 204);
    await until(() => count(clusters, 'rq_active') === undefined);
  });

  it('pings no more on one that never came to be', async () => {
    const clock = new FakeClock();
    using clusters = new TestClusters(clock);
    const keepalive = { connection_keepalive: { interval: 1000, timeout: 1000 } };
    const cluster = clusters.start({ load_assignment: endpoints(1), ...http2(keepalive) });
    await TestRequest.send(cluster).done;
    assert.equal(clock.timers, 0);
  });

  it('ends one after its most requests', async () => {
    await using server = await Server.start();
    using clusters = new TestClusters();
    const options = http2({}, { max_requests_per_connection: 1 });
    const cluster = clusters.start({ load_assignment: endpoints(server.port), ...options });
    for (const count of [1, 2]) {
      const request = TestRequest.send(cluster);
      await until(() => server.streams.length === count);
      server.streams.at(-1)!.respond({ ':status': 204 }, { endStream: true });
      await request.done;
    }
    assert.equal(server.sessions.length, 2);
    assert.equal(count(clusters, 'cx_max_requests'), 2);
  });

  it('drains: what is on a connection is finished', async () => {
    await using server = await Server.start();
    using clusters = new TestClusters();
    const cluster = clusters.start({ load_assignment: endpoints(server.port), ...http2() });
    const request = TestRequest.send(cluster);
    await until(() => server.streams.length === 1);
    let drained = false;
    cluster.drain(() => {
      drained = true;
    });
    assert.equal(drained, false);
    server.streams[0]!.respond({ ':status': 204 }, { endStream: true });
    assert.equal((await request.done).status, 204);
    await until(() => drained);
  });
});
