import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { PassThrough } from 'node:stream';
import { it } from 'node:test';
import { Listeners } from './listeners.ts';

const freePort = async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
};
const portOf = (hostPort: number) =>
  ({ node: 'web-1', name: 'http', port: 80, protocol: 'tcp', hostPort }) as const;

it('says which ports are open and which are taken, and connects to nothing by itself', async () => {
  const asked: string[] = [];
  const listeners = new Listeners(async (node, port) => {
    asked.push(`${node} ${port}`);
    return new PassThrough();
  });
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const taken = (other.address() as { port: number }).port;
  const free = await freePort();
  await listeners.become([portOf(free), portOf(taken)]);
  assert.deepEqual(listeners.ports, { open: [free], refused: [taken] });
  assert.deepEqual(asked, []);

  const client = connect({ host: '127.0.0.1', port: free });
  await once(client, 'connect');
  client.end('hello');
  assert.equal(String(await once(client, 'data')), 'hello');
  assert.deepEqual(asked, ['web-1 80']);

  // Tried again with the next change.
  await new Promise((resolve) => other.close(resolve));
  await listeners.become([portOf(taken)]);
  assert.deepEqual(listeners.ports, { open: [taken], refused: [] });
  await listeners.become([]);
  assert.deepEqual(listeners.ports, { open: [], refused: [] });
});
