import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { it } from 'node:test';
import { deliverReads } from './socket-reads.ts';

/** Both ends of a connection, the accepted one first. */
async function pair(): Promise<{ accepted: Socket; client: Socket } & AsyncDisposable> {
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [accepted] = (await once(server, 'connection')) as [Socket];
  return {
    accepted,
    client,
    async [Symbol.asyncDispose]() {
      client.destroy();
      accepted.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

it('this Node lets an accepted socket read into our memory: there are no data events', async () => {
  await using both = await pair();
  const got = new Promise<string>((resolve) => {
    deliverReads(both.accepted, false, (data) => resolve(data.toString()));
  });
  assert.equal(both.accepted.listenerCount('data'), 0);
  both.accepted.resume();
  both.client.write('hello');
  assert.equal(await got, 'hello');
});

it('all bytes arrive in order and unharmed, whatever is kept of them, across pauses, until the end', async () => {
  await using both = await pair();
  const { accepted, client } = both;
  const sent = Buffer.alloc(3_000_000);
  for (let i = 0; i < sent.length; i++) sent[i] = (i * 7 + (i >> 8)) & 255;
  const kept: Buffer[] = [];
  deliverReads(accepted, false, (data) => {
    kept.push(data);
    if (kept.length % 5 !== 0) return;
    accepted.pause();
    setImmediate(() => accepted.resume());
  });
  accepted.resume();
  const ended = once(accepted, 'end');
  client.end(sent);
  await ended;
  assert.ok(Buffer.concat(kept).equals(sent));
});

it('bytes that wait already are delivered too', async () => {
  await using both = await pair();
  const { accepted, client } = both;
  accepted.pause();
  accepted.unshift(Buffer.from('first '));
  const parts: string[] = [];
  const done = new Promise<void>((resolve) => {
    deliverReads(accepted, false, (data) => {
      parts.push(data.toString());
      if (parts.join('') === 'first then') resolve();
    });
  });
  assert.equal(accepted.listenerCount('data'), 1);
  accepted.resume();
  client.write('then');
  await done;
});
