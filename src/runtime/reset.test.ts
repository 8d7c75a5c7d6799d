import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { reset } from './reset.ts';

describe('a connection that is reset', () => {
  const server = createServer({ allowHalfOpen: true });
  before(() => once(server.listen(0, '127.0.0.1'), 'listening'));
  after(() => server.close());

  /** Both ends of a connection. */
  const pair = async (): Promise<readonly [Socket, Socket]> => {
    const accepted = once(server, 'connection', { signal: AbortSignal.timeout(5000) });
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const [socket] = (await accepted) as [Socket];
    return [socket, client];
  };
  const closed = (socket: Socket) => once(socket, 'close', { signal: AbortSignal.timeout(5000) });

  it('tells the other side so', async () => {
    const [socket, client] = await pair();
    const failed = new Promise<NodeJS.ErrnoException>((resolve) => client.on('error', resolve));
    reset(socket);
    assert.equal((await failed).code, 'ECONNRESET');
  });

  it('is closed when its end is being told', async () => {
    const [socket, client] = await pair();
    client.resume();
    client.on('error', () => undefined);
    const both = [closed(socket), closed(client)];
    socket.on('error', (error) => assert.fail(error));
    socket.end('x');
    // The end is told from here on, and not yet told.
    process.nextTick(() => reset(socket));
    await Promise.all(both);
    assert.ok(socket.destroyed);
    const connections = await new Promise((resolve) => server.getConnections((_, count) => resolve(count)));
    assert.equal(connections, 0);
  });
});
