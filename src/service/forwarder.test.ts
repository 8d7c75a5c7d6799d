import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { reset } from '../runtime/reset.ts';
import { Bench, healthServer } from './forwarder.fake.ts';

const skip = process.platform === 'linux' ? false : 'only Linux answers on all of 127.0.0.0/8';

describe('a forwarder', { skip, timeout: 60_000 }, () => {
  it('balances connections over all replicas, each in its turn', async () => {
    await using bench = await Bench.open(3);
    assert.deepEqual(await bench.spread(30), { '127.0.0.2': 10, '127.0.0.3': 10, '127.0.0.4': 10 });
  });

  it('loses no connection when a replica is killed, and sends to it again when it is back', async () => {
    await using bench = await Bench.open(3);
    const victim = bench.replicas[1]!;
    await victim.kill();
    // Nothing told it that one is dead: the first connection that would go there finds out.
    const without = await bench.spread(60);
    assert.deepEqual(Object.keys(without).sort(), ['127.0.0.2', '127.0.0.4']);
    assert.match(bench.log.join('\n'), /127\.0\.0\.3 is not ready: :\d+ ECONNREFUSED/);
    await victim.open(bench.port);
    await bench.until(3);
    assert.deepEqual(await bench.spread(30), { '127.0.0.2': 10, '127.0.0.3': 10, '127.0.0.4': 10 });
  });

  it('refuses connections while no replica is ready, and takes them again', async () => {
    await using bench = await Bench.open(1, { ready: (port) => [{ kind: 'tcp', port }] });
    await bench.replicas[0]!.kill();
    await bench.until(0);
    await assert.rejects(bench.ask(), { code: 'ECONNREFUSED' });
    assert.equal(bench.log.at(-1), 'refuses connections: none of 1 replicas is ready');
    await bench.replicas[0]!.open(bench.port);
    await bench.until(1);
    assert.equal(await bench.ask(), '127.0.0.2');
    assert.equal(bench.log.at(-1), 'ready: 1 of 1 replicas');
  });

  it('resets a connection that no replica takes', async () => {
    await using bench = await Bench.open(2);
    await Promise.all(bench.replicas.map((replica) => replica.kill()));
    await assert.rejects(bench.ask(), { code: 'ECONNRESET' });
    await assert.rejects(bench.ask(), { code: 'ECONNREFUSED' });
  });

  it('sends to replicas only whose probe is good', async () => {
    let status = 503;
    await using healthy = await healthServer('127.0.0.2', 0, () => 204);
    const { port } = healthy;
    await using _changing = await healthServer('127.0.0.3', port, () => status);
    // Nobody has that port at the third address: a probe that is refused counts as well.
    const ready = () => [{ kind: 'http', port, path: '/healthz' }] as const;
    await using bench = await Bench.open(3, { ready, expect: 1 });
    assert.deepEqual(await bench.spread(5), { '127.0.0.2': 5 });
    status = 200;
    await bench.until(2);
    assert.deepEqual(await bench.spread(6), { '127.0.0.2': 3, '127.0.0.3': 3 });
    status = 404;
    await bench.until(1);
    assert.match(bench.log.join('\n'), /127\.0\.0\.3 is not ready: :\d+\/healthz answers 404/);
  });

  it('asks for just the status a probe names', async () => {
    await using health = await healthServer('127.0.0.2', 0, () => 200);
    const probe = { kind: 'http', port: health.port, path: '/', status: 204 } as const;
    await using bench = await Bench.open(1, { ready: () => [probe], expect: 0 });
    await assert.rejects(bench.ask(), { code: 'ECONNREFUSED' });
  });

  it('forgives a replica that its probe gets no answer, but not again and again', async () => {
    let status = 200;
    await using health = await healthServer('127.0.0.2', 0, () => status);
    const probe = { kind: 'http', port: health.port, path: '/' } as const;
    await using bench = await Bench.open(1, { ready: () => [probe] });
    const began = performance.now();
    status = 0;
    await bench.until(0);
    assert.ok(performance.now() - began > 2000, 'one look without an answer was enough');
    assert.match(bench.log.join('\n'), /127\.0\.0\.2 is not ready: its probe gets no answer/);
    status = 200;
    await bench.until(1);
  });

  it('follows the addresses of the name', async () => {
    await using bench = await Bench.open(3);
    bench.addresses = ['127.0.0.2', '127.0.0.4'];
    await bench.until(2);
    assert.deepEqual(await bench.spread(10), { '127.0.0.2': 5, '127.0.0.4': 5 });
    assert.ok(bench.log.includes('127.0.0.3 is gone'));
    bench.addresses = ['127.0.0.4', '127.0.0.3', '127.0.0.2'];
    await bench.until(3);
    assert.deepEqual(await bench.spread(9), { '127.0.0.2': 3, '127.0.0.3': 3, '127.0.0.4': 3 });
    bench.addresses = [];
    await bench.until(0);
    await assert.rejects(bench.ask(), { code: 'ECONNREFUSED' });
  });

  it('passes on the end of one direction, and what still comes in the other', async () => {
    await using bench = await Bench.open(1, {
      serve: (socket) => {
        let text = '';
        socket.on('data', (part) => (text += String(part)));
        socket.on('end', () => socket.end(`heard ${text}`));
      },
    });
    const client = await bench.connect();
    client.end('all there is');
    let answer = '';
    for await (const part of client) answer += String(part);
    assert.equal(answer, 'heard all there is');
  });

  it('lets a client that does not read hold up its replica', async () => {
    const part = Buffer.alloc(1 << 20);
    const total = 256;
    let sent = 0;
    await using bench = await Bench.open(1, {
      serve: (socket) => {
        // The forwarder's own look at the port is a connection too.
        sent = 0;
        const more = () => {
          while (sent < total) {
            sent++;
            if (!socket.write(part)) return;
          }
          socket.end();
        };
        socket.on('drain', more);
        more();
      },
    });
    const client = await bench.connect();
    client.pause();
    // It stands still when two looks, with time between them for much more, find the same.
    for (let before = -1; before !== sent; ) {
      before = sent;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    assert.ok(sent < total / 2, `${sent} MiB were taken that nobody reads`);
    let received = 0;
    for await (const piece of client) received += (piece as Buffer).length;
    assert.equal(received, total << 20);
  });

  it('passes on that a side broke', async () => {
    await using bench = await Bench.open(1, {
      serve: (socket) => socket.on('end', () => socket.end()).resume(),
    });
    const [replica] = bench.replicas;
    // The forwarder's own look is over.
    await eventually(
      () => replica!.sockets.size === 0,
      () => 'connections are left',
    );
    const first = await bench.connect();
    await takenBy(bench);
    for (const socket of replica!.sockets) reset(socket);
    const [error] = (await once(first, 'error')) as [NodeJS.ErrnoException];
    assert.equal(error.code, 'ECONNRESET');

    const second = await bench.connect();
    const [socket] = await takenBy(bench);
    second.resetAndDestroy();
    // Its error is what is wanted.
    await new Promise((resolve) => socket!.once('close', resolve));
  });

  it('carries thousands of connections at a time, and keeps none of their descriptors', async () => {
    await using bench = await Bench.open(2, { serve: (socket) => socket.pipe(socket) });
    const before = descriptors();
    for (let round = 0; round < 2; round++) {
      const clients = await Promise.all(Array.from({ length: 1500 }, () => bench.connect()));
      const answers = clients.map(async (client, index) => {
        const text = `connection ${index}`;
        client.end(text);
        let answer = '';
        for await (const part of client) answer += String(part);
        assert.equal(answer, text);
        if (!client.closed) await once(client, 'close');
      });
      await Promise.all(answers);
    }
    await eventually(
      () => descriptors() <= before + 10,
      () => `${descriptors()} descriptors, ${before} before`,
    );
  });

  it('gives up for a client that left, and takes the next', async () => {
    await using bench = await Bench.open(1);
    for (let index = 0; index < 50; index++) (await bench.connect()).resetAndDestroy();
    assert.equal(await bench.ask(), '127.0.0.2');
    await eventually(
      () => bench.replicas[0]!.sockets.size === 0,
      () => 'connections are left',
    );
  });
});

/** The replica's side of the connections, as soon as there is one. */
async function takenBy(bench: Bench) {
  const { sockets } = bench.replicas[0]!;
  await eventually(
    () => sockets.size > 0,
    () => 'no connection came',
  );
  return [...sockets];
}

/** Waits until something is so; fails after 10 s. */
async function eventually(isSo: () => boolean, why: () => string): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!isSo()) {
    if (Date.now() > deadline) assert.fail(why());
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function descriptors(): number {
  return readdirSync('/proc/self/fd').length;
}
