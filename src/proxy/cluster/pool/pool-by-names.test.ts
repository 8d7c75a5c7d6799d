import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { endpoints, TestClusters, until } from '../cluster.fake.ts';
import { TestRequest } from '../request.fake.ts';
import { TestUpstream } from '../upstream.fake.ts';

const named = (serverName: string) => ({ serverName, subjectAltNames: [] });
const options = { upstream_http_protocol_options: { auto_sni: true } };

describe('pools by the names of their upstream', () => {
  it('share no connections, whatever the case of a name', async () => {
    await using upstream = await TestUpstream.start();
    using clusters = new TestClusters();
    const cluster = clusters.start({ load_assignment: endpoints(upstream.port), ...options });
    for (const name of ['a', 'b', 'A', 'a', 'b']) await TestRequest.send(cluster, false, named(name)).done;
    await TestRequest.send(cluster).done;
    assert.equal(upstream.connections, 3);
  });

  it('are gone with their last connection', async () => {
    await using upstream = await TestUpstream.start((socket) => {
      socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    });
    using clusters = new TestClusters();
    const cluster = clusters.start({ load_assignment: endpoints(upstream.port), ...options });
    for (let i = 0; i < 5; i++) await TestRequest.send(cluster, false, named(`n${i}`)).done;
    assert.equal(upstream.connections, 5);
    await until(() => cluster.hosts[0]!.pool!.idle);
  });

  it('are not left behind by a request that finds no place', () => {
    using clusters = new TestClusters();
    const cluster = clusters.start({
      load_assignment: endpoints(1),
      ...options,
      circuit_breakers: { thresholds: [{ max_pending_requests: 0 }] },
    });
    assert.equal(TestRequest.send(cluster, false, named('a')).failure, 'overflow');
    assert.equal(cluster.hosts[0]!.pool!.idle, true);
  });

  it('drain and close together, each by the protocol of the client where that decides', async () => {
    await using upstream = await TestUpstream.start();
    using clusters = new TestClusters();
    const cluster = clusters.start({
      load_assignment: endpoints(upstream.port),
      ...options,
      protocol_selection: 'USE_DOWNSTREAM_PROTOCOL',
    });
    for (const name of ['a', 'b']) await TestRequest.send(cluster, false, named(name)).done;
    assert.equal(clusters.counted.cx_active, 2);
    let drained = 0;
    cluster.drain(() => drained++);
    await until(() => drained === 1 && clusters.counted.cx_active === undefined);
  });
});
