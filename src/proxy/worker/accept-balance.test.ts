import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { it } from 'node:test';
import { AcceptBalance } from './accept-balance.ts';
import { SharedFileLock } from './file-lock.ts';
import { ticketKeySource } from './ticket-keys.ts';

it('counts the connections of each worker until they are closed', async () => {
  const connections = new Int32Array(new SharedArrayBuffer(8));
  const [one, other] = [0, 1].map((worker) => new AcceptBalance(connections, worker));
  const sockets = [new Socket(), new Socket(), new Socket()];
  one!.accepted(sockets[0]!);
  one!.accepted(sockets[1]!);
  other!.accepted(sockets[2]!);
  assert.deepEqual([...connections], [2, 1]);
  assert.deepEqual([one!.elsewhere, other!.elsewhere], [1, 2]);
  for (const socket of sockets) {
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.destroy();
    await closed;
  }
  assert.deepEqual([...connections], [0, 0]);
});

it('gives a file to one thread at a time', () => {
  const memory = SharedFileLock.createMemory();
  const [one, other] = [new SharedFileLock(memory), new SharedFileLock(memory)];
  assert.equal(one.tryAcquire('/a'), true);
  assert.equal(other.tryAcquire('/a'), false);
  assert.equal(other.tryAcquire('/b'), true);
  one.release('/a');
  other.acquire('/a');
  assert.equal(one.tryAcquire('/a'), false);
});

it('makes the same ticket keys of the same secret, others for each certificate', () => {
  const secret = new Uint8Array(32).fill(7);
  const [one, other] = [ticketKeySource(secret), ticketKeySource(secret)];
  const [first, second] = [one(), one()];
  assert.equal(first.length, 48);
  assert.deepEqual(other(), first);
  assert.deepEqual(other(), second);
  assert.notDeepEqual(first, second);
});
