import assert from 'node:assert/strict';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, it } from 'node:test';
import { endpoints, TestClusters, until } from '../cluster.fake.ts';
import type { UpstreamTcpCallbacks, UpstreamTcpConnection } from '../cluster.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(): Promise<{ port: number; accepted: Socket[] }> {
  const accepted: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    accepted.push(socket.on('error', () => {}));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as { port: number }).port, accepted };
}

/** Asks for a connection and notes what becomes of it. */
function ask(clusters: TestClusters, port: number, limits: object = {}) {
  const cluster = clusters.start({ load_assignment: endpoints(port), ...limits });
  const told: string[] = [];
  const callbacks: UpstreamTcpCallbacks = {
    onData: (data) => told.push(data.toString()),
    onEnd: () => told.push('end'),
    onBroken: (reset) => told.push(reset ? 'reset' : 'broken'),
    onMaxDuration: () => {},
    onAboveWriteBufferHighWatermark: () => {},
    onBelowWriteBufferLowWatermark: () => {},
  };
  const asked: { connection?: UpstreamTcpConnection } = {};
  const request = cluster.newConnection(cluster.chooseHost()!, {
    onPoolReady(connection) {
      connection.setCallbacks(callbacks);
      asked.connection = connection;
    },
    onPoolFailure: (reason) => void told.push(reason),
  });
  return { told, asked, request };
}

describe('a TCP connection to an upstream', () => {
  it('is counted as a stream that waits, then as one that is active', async () => {
    using clusters = new TestClusters();
    const { port, accepted } = await listen();
    const { asked, told } = ask(clusters, port);
    assert.equal(clusters.counted['rq_pending_active'], 1);
    await until(() => asked.connection !== undefined && accepted.length === 1);
    assert.equal(clusters.counted['rq_pending_active'], undefined);
    assert.equal(clusters.counted['rq_active'], 1);
    accepted[0]!.resetAndDestroy();
    await until(() => told.length > 0);
    assert.deepEqual(told, ['reset']);
    assert.equal(clusters.counted['rq_active'], undefined);
    assert.equal(clusters.counted['cx_destroy_remote_with_active_rq'], 1);
  });

  it('is over once both sides have sent FIN', async () => {
    using clusters = new TestClusters();
    const { port, accepted } = await listen();
    const { asked, told } = ask(clusters, port);
    await until(() => asked.connection !== undefined && accepted.length === 1);
    asked.connection!.end();
    accepted[0]!.resume().once('end', () => accepted[0]!.end('bye'));
    await until(() => told.length === 3);
    assert.deepEqual(told, ['bye', 'end', 'broken']);
    assert.equal(clusters.counted['cx_active'], undefined);
  });

  it('that nobody waits for any more is no failure to connect', async () => {
    using clusters = new TestClusters();
    const { port } = await listen();
    const { request } = ask(clusters, port);
    request.cancel();
    request.cancel();
    assert.equal(clusters.counted['rq_cancelled'], 1);
    assert.equal(clusters.counted['cx_connect_fail'], undefined);
    assert.equal(clusters.counted['cx_destroy_local'], 1);
  });

  it('is not even asked for when too many wait', async () => {
    using clusters = new TestClusters();
    const { told } = ask(clusters, 1, { circuit_breakers: { thresholds: [{ max_pending_requests: 0 }] } });
    assert.deepEqual(told, ['overflow']);
    assert.equal(clusters.counted['rq_pending_overflow'], 1);
  });
});
