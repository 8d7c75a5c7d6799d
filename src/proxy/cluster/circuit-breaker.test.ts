import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LayeredRuntime } from '../runtime/layered-runtime.ts';
import { StatsStore } from '../stats/store.ts';
import { CircuitBreakers, defaultThresholds } from './circuit-breaker.ts';
import { endpoints, TestClusters, until } from './cluster.fake.ts';
import { UpstreamClusterStats } from './cluster-stats.ts';
import { TestRequest } from './request.fake.ts';
import { okResponse, TestUpstream } from './upstream.fake.ts';

const limits = (thresholds: object) => ({ circuit_breakers: { thresholds: [thresholds] } });

/** As measured with Envoy 1.40. */
describe('circuit breakers', () => {
  test('max_pending_requests refuses what would wait', async () => {
    await using upstream = await TestUpstream.start();
    using clusters = new TestClusters();
    const cluster = clusters.start({
      ...limits({ max_pending_requests: 0 }),
      load_assignment: endpoints(upstream.port),
    });
    const request = TestRequest.send(cluster);
    assert.equal(request.failure, 'overflow');
    assert.equal(request.host, undefined);
    assert.deepEqual(clusters.counted, { rq_pending_overflow: 1 });
  });

  test('max_requests refuses at the connection', async () => {
    await using upstream = await TestUpstream.start(() => {});
    using clusters = new TestClusters();
    const cluster = clusters.start({
      ...limits({ max_requests: 1 }),
      load_assignment: endpoints(upstream.port),
    });
    const [first, second] = [TestRequest.send(cluster), TestRequest.send(cluster)];
    await until(() => second.failure !== undefined || first.failure !== undefined);
    assert.equal(second.failure, 'overflow');
    assert.equal(second.host, cluster.hosts[0]);
    const { rq_active_overflow, rq_active, cx_active } = clusters.counted;
    assert.deepEqual(
      { rq_active_overflow, rq_active, cx_active },
      { rq_active_overflow: 1, rq_active: 1, cx_active: 2 },
    );
    assert.equal(clusters.counted['circuit_breakers.default.rq_open'], 1);
    // The connection that was refused is idle and takes the next one, when there is room again.
    first.encoder!.resetStream('local-reset');
    assert.equal(clusters.counted['circuit_breakers.default.rq_open'], undefined);
    assert.ok(TestRequest.send(cluster).encoder);
  });

  test('max_connections makes requests wait for the connections there are', async () => {
    await using upstream = await TestUpstream.start((socket) => setImmediate(() => socket.write(okResponse)));
    using clusters = new TestClusters();
    const cluster = clusters.start({
      ...limits({ max_connections: 1 }),
      load_assignment: endpoints(upstream.port),
    });
    const requests = [TestRequest.send(cluster), TestRequest.send(cluster), TestRequest.send(cluster)];
    for (const { done } of requests) assert.equal((await done).body, 'ok');
    assert.equal(upstream.connections, 1);
    // Twice when they came, once when the connection was there, once when the first was served.
    assert.equal(clusters.counted.cx_overflow, 4);
    assert.equal(clusters.counted['circuit_breakers.default.cx_open'], 1);
  });

  test('a host without any connection gets one in spite of max_connections', async () => {
    await using upstream = await TestUpstream.start();
    using clusters = new TestClusters();
    const cluster = clusters.start({
      ...limits({ max_connections: 0 }),
      load_assignment: endpoints(upstream.port),
    });
    assert.equal((await TestRequest.send(cluster).done).body, 'ok');
    assert.equal(clusters.counted.cx_overflow, 1);
  });

  test('limits of the other priority are its own; what is not said is the default', () => {
    using clusters = new TestClusters();
    const { circuitBreakers } = clusters.start({
      circuit_breakers: { thresholds: [{ max_connections: 5 }, { priority: 'HIGH', max_retries: 7 }] },
    });
    assert.equal(circuitBreakers.default.connections.max, 5);
    assert.equal(circuitBreakers.default.retries.max, defaultThresholds.maxRetries);
    assert.equal(circuitBreakers.high.connections.max, defaultThresholds.maxConnections);
    assert.equal(circuitBreakers.high.retries.max, 7);
  });

  test('the runtime overrides them', () => {
    const store = new StatsStore();
    const runtime = new LayeredRuntime(
      {
        layers: [{ name: 'l', static_layer: { circuit_breakers: { c: { default: { max_requests: 2 } } } } }],
      },
      store,
    );
    const stats = new UpstreamClusterStats(store.scope('cluster.c'));
    const breakers = new CircuitBreakers(defaultThresholds, stats, 'default', runtime, 'circuit_breakers.c.');
    assert.equal(breakers.requests.max, 2);
    assert.equal(breakers.connections.max, 1024);
    breakers.requests.inc();
    assert.equal(breakers.requests.canCreate, true);
    breakers.requests.inc();
    assert.equal(breakers.requests.canCreate, false);
  });
});
