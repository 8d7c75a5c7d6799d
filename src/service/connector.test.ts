import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { describe, it } from 'node:test';
import { RoundRobin } from './balancer.ts';
import { Connector, type Destination } from './connector.ts';
import { Door } from './door.ts';
import { Replica, tellAddress } from './forwarder.fake.ts';

const skip = process.platform === 'linux' ? false : 'only Linux answers on all of 127.0.0.0/8';

/** How many connections wait to be accepted: what proc(5) has as `rx_queue` of a listener. */
function queuedAt(address: string, port: number): number {
  const hex = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, '0');
  const bytes = address.split('.').map((byte) => hex(Number(byte), 2));
  const local = `${bytes.reverse().join('')}:${hex(port, 4)}`;
  const lines = readFileSync('/proc/net/tcp', 'utf8').split('\n');
  const fields = lines.map((line) => line.trim().split(/\s+/));
  const listener = fields.find(([, at, , state]) => at === local && state === '0A');
  return Number.parseInt(listener![4]!.split(':')[1]!, 16);
}

/** A server that is stopped, its queue full: further connections get no answer at all. */
async function deafServer(address: string): Promise<{ readonly port: number; close(): void }> {
  const code = `const server = require('node:net').createServer().listen({ port: 0, host: process.argv[1], backlog: 1 },
    () => { console.log(server.address().port); process.kill(process.pid, 'SIGSTOP'); });`;
  const child: ChildProcess = spawn(process.execPath, ['-e', code, address], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  const port = Number(String(line));
  const queue: Socket[] = [];
  // Linux queues one more than the backlog.
  while (queue.length < 2) {
    const socket = connect({ host: address, port });
    socket.on('error', () => {});
    queue.push(socket);
    await once(socket, 'connect');
    while (queuedAt(address, port) < queue.length) await new Promise(setImmediate);
  }
  return {
    port,
    close: () => {
      for (const socket of queue) socket.destroy();
      child.kill('SIGKILL');
    },
  };
}

describe('a connection that gets no answer', { skip, timeout: 30_000 }, () => {
  for (const [what, gone] of [
    ['is tried elsewhere when its endpoint is gone', true],
    ['is tried elsewhere after a while', false],
  ] as const) {
    it(what, async () => {
      const deaf = await deafServer('127.0.0.2');
      const other = new Replica('127.0.0.3', tellAddress);
      const { port } = deaf;
      await other.open(port);
      const refusals: string[] = [];
      const endpoints = ['127.0.0.2', '127.0.0.3'].map(
        (address): Destination => ({
          address,
          readyAt: () => true,
          refused: (_, why) => refusals.push(`${address} ${why}`),
        }),
      );
      const balancer = new RoundRobin(port);
      const connector = new Connector({
        target: port,
        balancer,
        endpoints: () => endpoints,
        log: assert.fail,
      });
      const door = createServer({ allowHalfOpen: true }, (client) => {
        connector.take(client);
        if (gone) connector.gone(endpoints[0]!);
      });
      door.listen(0, '127.0.0.1');
      await once(door, 'listening');
      try {
        const client = connect((door.address() as AddressInfo).port, '127.0.0.1');
        let answer = '';
        for await (const part of client) answer += String(part);
        assert.equal(answer, '127.0.0.3');
        const why = gone ? 'the endpoint is gone' : 'does not answer';
        assert.deepEqual(refusals, [`127.0.0.2 ${why}`]);
      } finally {
        door.close();
        deaf.close();
        await other.kill();
      }
    });
  }
});

it('tells of a port that cannot be opened', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  const failed = new Promise<Error>((resolve) => {
    void new Door({ host: '127.0.0.1', port }, () => {}, resolve).open();
  });
  assert.equal(((await failed) as NodeJS.ErrnoException).code, 'EADDRINUSE');
  holder.close();
});

describe('a port that is closed while it is being opened', () => {
  /** Whether a connection to a port is taken. */
  const taken = (port: number) =>
    new Promise<boolean>((resolve) => {
      const client = connect(port, '127.0.0.1', () => resolve(client.destroy() !== undefined));
      client.on('error', () => resolve(false));
    });

  for (const [what, again] of [
    ['is closed', false],
    ['is open when that is wanted again', true],
  ] as const) {
    it(what, async () => {
      const holder = createServer().listen(0, '127.0.0.1');
      await once(holder, 'listening');
      const { port } = holder.address() as AddressInfo;
      holder.close();
      await once(holder, 'close');
      const door = new Door({ host: '127.0.0.1', port }, (client) => client.destroy(), assert.fail);
      const opened = door.open();
      door.close();
      if (again) void door.open();
      await opened;
      assert.equal(await taken(port), again);
      door.close();
      assert.equal(await taken(port), false);
    });
  }
});
