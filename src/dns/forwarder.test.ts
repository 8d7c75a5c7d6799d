import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { createForwarder, parseNameservers } from './forwarder.ts';

const QUERY = Buffer.from('12347890abcdefghij');

async function resolver(
  answer: (query: Buffer) => Buffer | undefined,
): Promise<{ port: number; socket: Socket; count(): number }> {
  const socket = createSocket('udp4');
  let count = 0;
  socket.on('message', (query, from) => {
    count++;
    const response = answer(query);
    if (response !== undefined) socket.send(response, from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { port: socket.address().port, socket, count: () => count };
}

describe('the forwarder', () => {
  it('brings the answer as it came', async () => {
    const { port, socket } = await resolver((query) => Buffer.concat([query, Buffer.from('!')]));
    const forward = createForwarder(['127.0.0.1'], () => 0, { port });
    assert.equal(String(await forward(QUERY)), `${QUERY}!`);
    socket.close();
  });

  it('takes no answer to another query', async () => {
    const { port, socket } = await resolver(() => Buffer.from('xy-some-other-answer'));
    const forward = createForwarder(['127.0.0.1'], () => 0, { port, timeoutMs: 30 });
    assert.equal(await forward(QUERY), undefined);
    socket.close();
  });

  it('leaves a silent resolver alone for a while, then asks again', async () => {
    let now = 0;
    const silent = await resolver(() => undefined);
    const forward = createForwarder(['127.0.0.1'], () => now, { port: silent.port, timeoutMs: 20 });
    assert.equal(await forward(QUERY), undefined);
    assert.equal(await forward(QUERY), undefined);
    assert.equal(silent.count(), 1);
    now = 60_000;
    await forward(QUERY);
    assert.equal(silent.count(), 2);
    silent.socket.close();
  });

  it('asks the next resolver when the first refuses', async () => {
    const { port, socket } = await resolver((query) => query);
    // Nobody listens on that address.
    const forward = createForwarder(['127.0.0.77', '127.0.0.1'], () => 0, { port, timeoutMs: 500 });
    assert.equal(String(await forward(QUERY)), String(QUERY));
    socket.close();
  });

  it('has no answer without resolvers', async () => {
    assert.equal(await createForwarder([], () => 0)(QUERY), undefined);
  });
});

it('reads nameservers of resolv.conf', () => {
  const text = '# nameserver 1.1.1.1\nnameserver 10.0.0.1\nsearch lan\n  nameserver\t::1 \noptions ndots:5\n';
  assert.deepEqual(parseNameservers(text), ['10.0.0.1', '::1']);
});
