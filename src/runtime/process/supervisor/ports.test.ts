import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, it } from 'node:test';
import { describeHolder } from '../../../process/port-holder.ts';
import { bindPort } from './ports.ts';

const linux = process.platform === 'linux' ? false : 'only Linux says who holds a port';

describe('bindPort', () => {
  it('takes any port, one of its own, or another when that is taken', async () => {
    const first = await bindPort({ protocol: 'tcp', port: 0, pinned: false });
    assert.ok(first.protocol === 'tcp' && first.port > 0);
    const second = await bindPort({ protocol: 'tcp', port: first.port, pinned: false });
    assert.notEqual(second.port, first.port);
    first.server.close();
    await once(first.server, 'close');
    const third = await bindPort({ protocol: 'tcp', port: first.port, pinned: true });
    assert.equal(third.port, first.port);
    for (const bound of [second, third]) if (bound.protocol === 'tcp') bound.server.close();
  });

  it('sees a port that is taken on all addresses', async () => {
    const server = createServer().listen(0);
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const bound = await bindPort({ protocol: 'tcp', port, pinned: false });
    assert.notEqual(bound.port, port);
    if (bound.protocol === 'tcp') bound.server.close();
    server.close();
  });

  it('names who holds a pinned port', { skip: linux }, async () => {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = socket.address();
    await assert.rejects(bindPort({ protocol: 'udp', port, pinned: true }), {
      code: 'runtime',
      message: new RegExp(`port ${port}/udp on 127.0.0.1 is taken by process ${process.pid} \\(.*node`),
    });
    socket.close();
  });
});

describe('describeHolder', { skip: linux }, () => {
  it('finds the process by its socket', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    assert.match(describeHolder('tcp', port), new RegExp(`^process ${process.pid} \\(`));
    server.close();
  });

  it('says that it cannot see it', () => {
    assert.match(describeHolder('tcp', 1), /not show/);
  });
});
