import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { describe, test } from 'node:test';
import { endpoints, TestClusters, until } from '../cluster.fake.ts';
import { get, TestRequest } from '../request.fake.ts';
import { type Answer, okResponse, TestUpstream } from '../upstream.fake.ts';

/** What an upstream does with its first request and what becomes of it, as measured with Envoy 1.40. */
interface Ending {
  readonly name: string;
  readonly answer: Answer;
  /** What it does once its response was received. */
  readonly afterwards?: (socket: Socket) => void;
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
    answer: (socket) => socket.write(okResponse),
    afterwards: (socket) => socket.write(okResponse),
    status: 200,
    body: 'ok',
    counted: { cx_protocol_error: 1, cx_destroy_local: 1 },
  },
  {
    name: 'idle, then 408',
    answer: (socket) => socket.write(okResponse),
    afterwards: (socket) => socket.write('HTTP/1.1 408 Request Timeout\r\nconnection: close\r\n\r\n'),
    status: 200,
    body: 'ok',
    counted: { cx_destroy_local: 1 },
  },
  {
    name: 'idle, then FIN',
    answer: (socket) => socket.write(okResponse),
    afterwards: (socket) => socket.end(),
    status: 200,
    body: 'ok',
    counted: { cx_destroy_remote: 1 },
  },
  {
    name: 'idle, then RST',
    answer: (socket) => socket.write(okResponse),
    afterwards: (socket) => socket.resetAndDestroy(),
    status: 200,
    body: 'ok',
    counted: { cx_destroy_remote: 1 },
  },
];

describe('the end of an upstream connection', () => {
  for (const { name, answer, afterwards, status, body = '', reset, counted } of endings) {
    test(name, async () => {
      await using upstream = await TestUpstream.start(answer);
      using clusters = new TestClusters();
      const cluster = clusters.start({ load_assignment: endpoints(upstream.port) });
      const request = await TestRequest.send(cluster).done;
      for (const socket of upstream.sockets) afterwards?.(socket);
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

  test('an upstream that resets the connection as soon as it is there was reached', async () => {
    await using upstream = await TestUpstream.start();
    upstream.onConnection = (socket) => socket.resetAndDestroy();
    using clusters = new TestClusters();
    const cluster = clusters.start({ load_assignment: endpoints(upstream.port) });
    const request = await TestRequest.send(cluster).done;
    assert.equal(request.failure, undefined);
    assert.equal(request.reset, 'connection-termination');
    assert.equal(clusters.counted.cx_connect_fail, undefined);
    assert.equal(clusters.counted.cx_destroy_remote_with_active_rq, 1);
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

function withoutBytes(counted: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(counted).filter(([name]) => !/_bytes_total$/.test(name)));
}
