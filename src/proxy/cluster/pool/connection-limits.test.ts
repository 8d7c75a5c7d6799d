import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FakeClock } from '../../clock.fake.ts';
import { endpoints, TestClusters, until } from '../cluster.fake.ts';
import type { ClusterConfig } from '../discovery/discovery.ts';
import { get, TestRequest } from '../request.fake.ts';
import { TestUpstream } from '../upstream.fake.ts';

const httpOptions = (common_http_protocol_options: object): Partial<ClusterConfig> => ({
  typed_extension_protocol_options: {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
      '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
      explicit_http_config: { http_protocol_options: {} },
      common_http_protocol_options,
    },
  },
});

describe('limits of an upstream connection', () => {
  test('connect_timeout', async () => {
    const clock = new FakeClock();
    using clusters = new TestClusters(clock);
    // The connection attempt never gets a tick of the event loop before the time is up.
    const cluster = clusters.start({ connect_timeout: 300, load_assignment: endpoints(1) });
    const request = TestRequest.send(cluster);
    clock.advance(299);
    assert.equal(request.failure, undefined);
    clock.advance(1);
    assert.equal(request.failure, 'connection-timeout');
    assert.equal(request.transportFailure, '');
    assert.deepEqual(clusters.counted, {
      cx_connect_fail: 1,
      cx_connect_timeout: 1,
      cx_destroy: 1,
      cx_destroy_local: 1,
      cx_http1_total: 1,
      cx_total: 1,
      rq_pending_failure_eject: 1,
      rq_pending_total: 1,
    });
  });

  test('max_requests_per_connection', async () => {
    await using upstream = await TestUpstream.start();
    using clusters = new TestClusters();
    const cluster = clusters.start({
      ...httpOptions({ max_requests_per_connection: 2 }),
      load_assignment: endpoints(upstream.port),
    });
    for (let i = 0; i < 5; i++) assert.equal((await TestRequest.send(cluster).done).status, 200);
    assert.equal(clusters.counted.cx_total, 3);
    assert.equal(clusters.counted.cx_max_requests, 2);
    assert.equal(clusters.counted.cx_destroy_local, 2);
    assert.equal(clusters.counted.cx_destroy_with_active_rq, undefined);
  });

  test('idle_timeout counts from the end of the last request', async () => {
    const clock = new FakeClock();
    await using upstream = await TestUpstream.start();
    using clusters = new TestClusters(clock);
    const cluster = clusters.start({
      ...httpOptions({ idle_timeout: 1000 }),
      load_assignment: endpoints(upstream.port),
    });
    await TestRequest.send(cluster).done;
    clock.advance(900);
    await TestRequest.send(cluster).done;
    clock.advance(900);
    assert.equal(clusters.counted.cx_active, 1);
    clock.advance(100);
    assert.equal(clusters.counted.cx_active, undefined);
    assert.equal(clusters.counted.cx_idle_timeout, 1);
    assert.equal(clusters.counted.cx_destroy_local, 1);
    assert.equal(clock.timers, 0);
  });

  test('max_connection_duration lets the request on it finish', async () => {
    const clock = new FakeClock();
    await using upstream = await TestUpstream.start();
    using clusters = new TestClusters(clock);
    const cluster = clusters.start({
      ...httpOptions({ max_connection_duration: 1000 }),
      load_assignment: endpoints(upstream.port),
    });
    const request = TestRequest.send(cluster);
    await until(() => request.encoder !== undefined);
    clock.advance(1000);
    assert.equal((await request.done).body, 'ok');
    assert.equal(clusters.counted.cx_max_duration_reached, 1);
    assert.equal(clusters.counted.cx_destroy_local, 1);
    assert.equal(clusters.counted.cx_destroy_with_active_rq, undefined);
  });

  test('what the upstream does not take is reported to the request', async () => {
    let paused = false;
    await using upstream = await TestUpstream.start((socket) => {
      socket.pause();
      paused = true;
    });
    using clusters = new TestClusters();
    const cluster = clusters.start({
      per_connection_buffer_limit_bytes: 1000,
      load_assignment: endpoints(upstream.port),
    });
    const request = TestRequest.send(cluster, true);
    await until(() => request.encoder !== undefined);
    const headers = get();
    headers.method = 'POST';
    headers.add('content-length', '100000000');
    request.encoder!.encodeHeaders(headers, false);
    const chunk = Buffer.alloc(1_000_000);
    for (let i = 0; request.above === 0; i++) {
      request.encoder!.encodeData(chunk, false);
      if (i % 10 === 9) await new Promise((resolve) => setImmediate(resolve));
      assert.ok(i < 100);
    }
    assert.ok(clusters.counted.cx_tx_bytes_buffered! > 0);
    assert.equal(request.below, 0);
    await until(() => paused);
    for (const socket of upstream.sockets) socket.resume();
    await until(() => request.below === 1);
    assert.equal(clusters.counted.cx_tx_bytes_buffered, undefined);
  });
});
