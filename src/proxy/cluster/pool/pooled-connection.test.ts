import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FakeClock } from '../../clock.fake.ts';
import { endpoints, TestClusters, until } from '../cluster.fake.ts';
import type { ClusterConfig } from '../discovery/discovery.ts';
import { get, TestRequest } from '../request.fake.ts';
import { type Answer, okResponse, TestUpstream } from '../upstream.fake.ts';

/** What an upstream does with its first request and what becomes of it, as measured with Envoy 1.40. */
interface Ending {
  readonly name: string;
  readonly answer: Answer;
  readonly status?: number;
  readonly body?: string;
  readonly reset?: string;
  /** Beside `cx_total`, `cx_http1_total`, `cx_destroy`, `rq_total`, `rq_pending_total` and byte counts. */
  readonly counted: Record<string, number>;
}

const brokenByUpstream = {
  cx_destroy_remote: 1,
  cx_destroy_remote_with_active_rq: 1,
  cx_destroy_with_active_rq: 1,
};
const partialBody = 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nok';

const endings: readonly Ending[] = [
  {
    name: 'FIN before the response',
    answer: (socket) => socket.end(),
    reset: 'connection-termination',
    counted: brokenByUpstream,
  },
  {
    name: 'RST before the response',
    answer: (socket) => socket.resetAndDestroy(),
    reset: 'connection-termination',
    counted: brokenByUpstream,
  },
  {
    name: 'FIN in the head',
    answer: (socket) => socket.end('HTTP/1.1 200 OK\r\ntransfer-enc'),
    reset: 'protocol-error',
    counted: { ...brokenByUpstream, cx_protocol_error: 1 },
  },
  {
    name: 'FIN in the body',
    answer: (socket) => socket.end(partialBody),
    status: 200,
    body: 'ok',
    reset: 'protocol-error',
    counted: { ...brokenByUpstream, cx_protocol_error: 1 },
  },
  {
    name: 'garbage',
    answer: (socket) => socket.write('hello world\r\n\r\n'),
    reset: 'protocol-error',
    counted: {
      cx_protocol_error: 1,
      cx_destroy_local: 1,
      cx_destroy_local_with_active_rq: 1,
      cx_destroy_with_active_rq: 1,
    },
  },
  {
    name: 'connection: close',
    answer: (socket) => socket.write(okResponse.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n')),
    status: 200,
    body: 'ok',
    counted: { cx_close_notify: 1, cx_destroy_local: 1 },
  },
  {
    name: 'HTTP/1.0 with a length',
    answer: (socket) => socket.write(okResponse.replace('1.1', '1.0')),
    status: 200,
    body: 'ok',
    counted: { cx_close_notify: 1, cx_destroy_local: 1 },
  },
  {
    name: 'HTTP/1.0 until FIN',
    answer: (socket) => socket.end('HTTP/1.0 200 OK\r\n\r\nok'),
    status: 200,
    body: 'ok',
    counted: { cx_close_notify: 1, cx_destroy_remote: 1 },
  },
  {
    name: 'HTTP/1.1 until FIN',
    answer: (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nok'),
    status: 200,
    body: 'ok',
    counted: { cx_destroy_remote: 1 },
  },
  {
    name: 'a second response nobody asked for',
    answer: (socket) => socket.write(okResponse + okResponse),
    status: 200,
    body: 'ok',
    counted: { cx_protocol_error: 1, cx_destroy_local: 1 },
  },
  {
    name: 'idle, then bytes',
    answer: (socket) => {
      socket.write(okResponse);
      setTimeout(() => socket.write(okResponse), 20);
    },
    status: 200,
    body: 'ok',
    counted: { cx_protocol_error: 1, cx_destroy_local: 1 },
  },
  {
    name: 'idle, then 408',
    answer: (socket) => {
      socket.write(okResponse);
      setTimeout(() => socket.write('HTTP/1.1 408 Request Timeout\r\nconnection: close\r\n\r\n'), 20);
    },
    status: 200,
    body: 'ok',
    counted: { cx_destroy_local: 1 },
  },
  {
    name: 'idle, then FIN',
    answer: (socket) => {
      socket.write(okResponse);
      setTimeout(() => socket.end(), 20);
    },
    status: 200,
    body: 'ok',
    counted: { cx_destroy_remote: 1 },
  },
  {
    name: 'idle, then RST',
    answer: (socket) => {
      socket.write(okResponse);
      setTimeout(() => socket.resetAndDestroy(), 20);
    },
    status: 200,
    body: 'ok',
    counted: { cx_destroy_remote: 1 },
  },
];

describe('the end of an upstream connection', () => {
  for (const { name, answer, status, body = '', reset, counted } of endings) {
    test(name, async () => {
      await using upstream = await TestUpstream.start(answer);
      using clusters = new TestClusters();
      const cluster = clusters.start({ load_assignment: endpoints(upstream.port) });
      const request = await TestRequest.send(cluster).done;
      await until(() => clusters.counted.cx_active === undefined);
      assert.deepEqual(
        { status: request.status, body: request.body, reset: request.reset },
        { status, body, reset },
      );
      assert.deepEqual(withoutBytes(clusters.counted), {
        cx_destroy: 1,
        cx_http1_total: 1,
        cx_total: 1,
        rq_pending_total: 1,
        rq_total: 1,
        ...counted,
      });
      assert.equal(cluster.hosts[0]!.stats.rqActive.value, 0);
    });
  }

  test('an upstream that breaks off in the body with RST is told like one with FIN', async () => {
    const sockets: { resetAndDestroy(): void }[] = [];
    await using upstream = await TestUpstream.start((socket) => {
      sockets.push(socket);
      socket.write(partialBody);
    });
    using clusters = new TestClusters();
    const request = TestRequest.send(clusters.start({ load_assignment: endpoints(upstream.port) }));
    await until(() => request.body === 'ok');
    sockets[0]!.resetAndDestroy();
    await request.done;
    assert.equal(request.reset, 'protocol-error');
    assert.equal(clusters.counted.cx_destroy_remote_with_active_rq, 1);
    assert.equal(clusters.counted.cx_protocol_error, 1);
  });

  test('a response before the end of its request ends the connection', async () => {
    await using upstream = await TestUpstream.start();
    using clusters = new TestClusters();
    const request = TestRequest.send(clusters.start({ load_assignment: endpoints(upstream.port) }), true);
    await until(() => request.encoder !== undefined);
    const headers = get();
    headers.method = 'POST';
    headers.add('content-length', '5');
    request.encoder!.encodeHeaders(headers, false);
    request.encoder!.encodeData(Buffer.from('1'), false);
    assert.equal((await request.done).body, 'ok');
    await until(() => upstream.sockets.size === 0);
    assert.equal(clusters.counted.cx_destroy_local_with_active_rq, 1);
    assert.equal(clusters.counted.rq_active, undefined);
  });

  test('a request that is reset takes its connection along', async () => {
    await using upstream = await TestUpstream.start(() => {});
    using clusters = new TestClusters();
    const request = TestRequest.send(clusters.start({ load_assignment: endpoints(upstream.port) }));
    await until(() => request.encoder !== undefined);
    request.encoder!.resetStream('local-reset');
    await until(() => upstream.sockets.size === 0);
    assert.equal(request.reset, undefined);
    assert.equal(clusters.counted.cx_destroy_local_with_active_rq, 1);
    assert.equal(clusters.counted.rq_active, undefined);
  });
});

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

function withoutBytes(counted: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(counted).filter(([name]) => !/_bytes_total$/.test(name)));
}
