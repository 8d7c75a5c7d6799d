import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { endpoints, TestClusters, until } from '../cluster.fake.ts';
import { get, TestRequest } from '../request.fake.ts';
import { okResponse, refusedPort, TestUpstream } from '../upstream.fake.ts';

/** The expected numbers were measured with Envoy 1.40 and the same upstream. */
describe('connection pool', () => {
  test('one connection serves requests one after the other', async () => {
    await using upstream = await TestUpstream.start();
    using clusters = new TestClusters();
    const cluster = clusters.start({ load_assignment: endpoints(upstream.port) });
    for (let i = 0; i < 3; i++) {
      const request = await TestRequest.send(cluster).done;
      assert.equal(request.status, 200);
      assert.equal(request.body, 'ok');
    }
    assert.equal(upstream.connections, 1);
    const { cx_tx_bytes_total, ...counted } = clusters.counted;
    assert.deepEqual(counted, {
      cx_active: 1,
      cx_http1_total: 1,
      cx_rx_bytes_buffered: 40,
      cx_rx_bytes_total: 120,
      cx_total: 1,
      rq_pending_total: 1,
      rq_total: 3,
    });
    assert.ok(cx_tx_bytes_total! > 0);
    const [host] = cluster.hosts;
    assert.equal(host!.stats.cxTotal.value, 1);
    assert.equal(host!.stats.cxActive.value, 1);
    assert.equal(host!.stats.rqTotal.value, 3);
    assert.equal(host!.stats.rqActive.value, 0);
  });

  test('an idle connection is handed out before newStream returns', async () => {
    await using upstream = await TestUpstream.start();
    using clusters = new TestClusters();
    const cluster = clusters.start({ load_assignment: endpoints(upstream.port) });
    await TestRequest.send(cluster).done;
    const second = TestRequest.send(cluster);
    assert.ok(second.encoder);
    assert.equal(second.host, cluster.hosts[0]);
    assert.equal(second.local!.address, '127.0.0.1');
    const { id, bytesReceived } = second.connection!;
    await second.done;
    assert.equal(id, 1);
    assert.equal(second.connection!.bytesReceived - bytesReceived, okResponse.length);
  });

  test('concurrent requests get connections of their own; the one used last is used first', async () => {
    await using upstream = await TestUpstream.start();
    using clusters = new TestClusters();
    const cluster = clusters.start({ load_assignment: endpoints(upstream.port) });
    const [first, second] = [TestRequest.send(cluster, true), TestRequest.send(cluster, true)];
    await until(() => first.encoder !== undefined && second.encoder !== undefined);
    second.encoder!.encodeHeaders(get(), true);
    await second.done;
    first.encoder!.encodeHeaders(get(), true);
    await first.done;
    const third = TestRequest.send(cluster);
    assert.deepEqual(third.local, first.local);
    await third.done;
    assert.equal(upstream.connections, 2);
  });

  test('a refused connection fails what waits, with the words of the system', async () => {
    using clusters = new TestClusters();
    const cluster = clusters.start({ load_assignment: endpoints(await refusedPort()) });
    const request = await TestRequest.send(cluster).done;
    assert.equal(request.failure, 'connection-failure-remote');
    assert.equal(request.transportFailure, 'delayed connect error: Connection refused');
    assert.equal(request.host, cluster.hosts[0]);
    assert.deepEqual(clusters.counted, {
      cx_connect_fail: 1,
      cx_destroy: 1,
      cx_destroy_remote: 1,
      cx_http1_total: 1,
      cx_total: 1,
      rq_pending_failure_eject: 1,
      rq_pending_total: 1,
    });
    assert.equal(cluster.hosts[0]!.stats.cxConnectFail.value, 1);
  });

  test('a pipe that is not there fails at once', async () => {
    using clusters = new TestClusters();
    const cluster = clusters.start({
      load_assignment: {
        cluster_name: 'c',
        endpoints: [{ lb_endpoints: [{ endpoint: { address: { pipe: { path: '/nowhere/x.sock' } } } }] }],
      },
    });
    const request = await TestRequest.send(cluster).done;
    assert.equal(
      request.transportFailure,
      'immediate connect error: No such file or directory|remote address:/nowhere/x.sock',
    );
  });

  test('a request that no longer wants to wait is taken from the queue', async () => {
    await using upstream = await TestUpstream.start();
    using clusters = new TestClusters();
    const cluster = clusters.start({ load_assignment: endpoints(upstream.port) });
    const request = TestRequest.send(cluster);
    assert.equal(clusters.counted.rq_pending_active, 1);
    request.cancel();
    request.cancel();
    assert.equal(clusters.counted.rq_cancelled, 1);
    assert.equal(clusters.counted.rq_pending_active, undefined);
    // The connection comes all the same and serves the next one.
    await until(() => upstream.connections === 1);
    await TestRequest.send(cluster).done;
    assert.equal(upstream.connections, 1);
    assert.equal(request.encoder, undefined);
  });

  test('removing a host closes its idle connections at once and its busy ones after their answer', async () => {
    let answer = (): void => {};
    await using upstream = await TestUpstream.start((socket, count) => {
      if (count === 1) socket.write(okResponse);
      else answer = () => socket.write(okResponse);
    });
    using clusters = new TestClusters();
    const cluster = clusters.start({ load_assignment: endpoints(upstream.port) });
    const both = [TestRequest.send(cluster), TestRequest.send(cluster)];
    await Promise.all(both.map(({ done }) => done));
    const busy = TestRequest.send(cluster);
    cluster.drain();
    await until(() => upstream.sockets.size === 1);
    assert.equal(clusters.counted.cx_active, 1);
    answer();
    assert.equal((await busy.done).body, 'ok');
    await until(() => upstream.sockets.size === 0);
    assert.equal(clusters.counted.cx_active, undefined);
    assert.equal(clusters.counted.cx_destroy_local, 2);
  });
});
