import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { after, before, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { LabError } from '../../src/error.ts';
import type { NodeObject } from '../../src/runtime/docker/objects.ts';
import { openReach } from '../../src/runtime/docker/reach/open-reach.ts';
import { directAddresses } from '../../src/runtime/docker/reach/route.ts';
import { get } from '../contract/talk.ts';
import { onEngines, type TestEngine } from './engines.ts';
import { nodeObject } from './node-object.ts';

/** On every address an echo that ends when its client has, and a counter of clients; on the loopback only, a page. */
const SERVERS = `
const net = require('node:net');
net.createServer({ allowHalfOpen: true }, (socket) => socket.on('error', () => {}).pipe(socket)).listen(7000);
require('node:http').createServer((request, response) => response.end('local')).listen(9000, '127.0.0.1');
let seen = 0;
net.createServer((socket) => { seen++; socket.on('error', () => {}); socket.end(String(seen)); }).listen(7002);`;

const echo = async (stream: Duplex, data: Buffer) => {
  const parts: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => parts.push(chunk));
  stream.end(data);
  await once(stream, 'end');
  return Buffer.concat(parts);
};

await onEngines('a way into nodes', (engine: TestEngine) => {
  let node: NodeObject;
  let holder: Awaited<ReturnType<TestEngine['run']>>;
  let rounds = 0;
  const agents = async () => {
    const { Processes } = (await holder.top()) as { Processes: string[][] };
    return Processes.filter((columns) => columns.join(' ').includes('node -e')).length;
  };
  const until = async (done: () => Promise<boolean>) => {
    const deadline = Date.now() + 10_000;
    while (!(await done())) {
      if (Date.now() > deadline) throw new Error(`it does not come to that (round ${rounds})`);
      await delay(20);
    }
  };

  before(async () => {
    const network = await engine.network();
    holder = await engine.run({ HostConfig: { NetworkMode: network } });
    await engine.run({ Cmd: ['node', '-e', SERVERS], HostConfig: { NetworkMode: `container:${holder.id}` } });
    node = await nodeObject(holder);
    await using reach = openReach(engine.docker);
    await until(async () => {
      rounds++;
      return reach.connect(node, 7002).then(
        (stream) => stream.destroy() !== undefined,
        () => false,
      );
    });
  });
  after(() => engine.dispose());

  it('is straight where this host has one', async () => {
    assert.deepEqual(await directAddresses(engine.docker, holder.id), Object.values(node.addresses));
    await using reach = openReach(engine.docker);
    const stream = await reach.connect(node, 7000);
    assert.ok((stream as Socket).remoteAddress !== undefined);
    assert.equal(String(await echo(stream, Buffer.from('straight'))), 'straight');
    assert.equal(await agents(), 0);
  });

  for (const [way, route] of [
    ['straight', directAddresses],
    ['through an agent', async () => []],
  ] as const) {
    it(`passes megabytes, half-closes and many connections at once, ${way}`, async () => {
      await using reach = openReach(engine.docker, route);
      const data = Buffer.alloc(3 * 1024 * 1024, 'abcdefg');
      const streams = await Promise.all([1, 2, 3, 4].map(() => reach.connect(node, 7000)));
      const read = await Promise.all(streams.map((stream) => echo(stream, data)));
      for (const bytes of read) assert.ok(bytes.equals(data));
    });

    it(`says that nothing listens, ${way}`, async () => {
      await using reach = openReach(engine.docker, route);
      for (const attempt of [() => reach.connect(node, 4), () => reach.dial(node, 4)]) {
        const error = await attempt().then(
          () => assert.fail('it was reached'),
          (reason: unknown) => reason as LabError,
        );
        assert.deepEqual([error.code, error.message], ['runtime', 'nothing listens on port 4 of box-1']);
        assert.equal((error.cause as NodeJS.ErrnoException).code, 'ECONNREFUSED');
      }
    });

    it(`dials until it is disposed, one connection for each user, ${way}`, async () => {
      await using reach = openReach(engine.docker, route);
      const first = Number(await echo(await reach.connect(node, 7002), Buffer.alloc(0)));
      const dialed = await reach.dial(node, 7002);
      const counts: number[] = [];
      for (let round = 0; round < 3; round++) {
        const socket = connect(dialed.port, dialed.host);
        counts.push(Number(await echo(socket, Buffer.alloc(0))));
      }
      assert.deepEqual(counts, [first + 1, first + 2, first + 3]);
      await dialed[Symbol.asyncDispose]();
      const refused = connect(dialed.port, dialed.host);
      assert.equal((await once(refused, 'error'))[0].code, 'ECONNREFUSED');
    });
  }

  it('leads to what listens on the loopback only, with an agent that ends with it', async () => {
    {
      await using reach = openReach(engine.docker);
      await assert.rejects(reach.connect(node, 9000, { cheap: true }), { message: /nothing listens/ });
      assert.equal(await agents(), 0);
      const dialed = await reach.dial(node, 9000);
      assert.equal(await get(dialed.port), 'local');
      assert.equal(await agents(), 1);
      // It runs already.
      (await reach.connect(node, 9000, { cheap: true })).destroy();
    }
    assert.equal(await agents(), 0);
  });

  it('starts an agent again that was killed', async () => {
    await using reach = openReach(engine.docker, async () => []);
    (await reach.connect(node, 7000)).destroy();
    const killer = await holder.exec({ Cmd: ['sh', '-c', 'kill -9 $(pidof node)'] });
    (await killer.start({ Detach: true })).resume();
    await until(async () => (await agents()) === 0);
    assert.equal(String(await echo(await reach.connect(node, 7000), Buffer.from('again'))), 'again');
  });

  it('is not there while the node does not run', async () => {
    await using reach = openReach(engine.docker);
    await assert.rejects(reach.connect({ ...node, running: false, addresses: {} }, 7000), {
      code: 'runtime',
      message: 'cannot connect to port 7000 of box-1: it does not run',
    });
  });
});
