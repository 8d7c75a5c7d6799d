import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import * as streams from 'node:stream';
import { after, afterEach, before, describe, it } from 'node:test';
import { agentSource } from './agent.ts';
import { type Multiplexer, multiplex, type Offer } from './multiplex.ts';

const collect = async (stream: streams.Readable) => {
  const parts: Buffer[] = [];
  // Iterating would destroy the stream with its other direction.
  stream.on('data', (chunk: Buffer) => parts.push(chunk));
  await once(stream, 'end');
  return Buffer.concat(parts);
};

describe('a multiplexed stream', () => {
  /** Both ends, and what passes between them. */
  const pair = (answer: (offer: Offer) => void, cut = Number.POSITIVE_INFINITY) => {
    const there = new streams.PassThrough();
    const back = new streams.PassThrough();
    const cutter = () =>
      new streams.Transform({
        transform(chunk: Buffer, _encoding, done) {
          for (let at = 0; at < chunk.length; at += cut) this.push(chunk.subarray(at, at + cut));
          done();
        },
      });
    multiplex(streams, there.pipe(cutter()), back, answer);
    const near = multiplex(streams, back.pipe(cutter()), there, () => assert.fail('nobody opens there'));
    return { near, there, back };
  };

  it('carries several connections at once, however its bytes are cut', async () => {
    for (const cut of [1, 5, 1000]) {
      const { near } = pair((offer) => {
        const stream = offer.accept();
        stream.pipe(stream);
        assert.match(offer.target, /^echo \d$/);
      }, cut);
      const open = await Promise.all([0, 1, 2].map((index) => near.open(`echo ${index}`)));
      const read = await Promise.all(
        open.map((stream, index) => {
          stream.end(Buffer.alloc(3000 + index, String(index)));
          return collect(stream);
        }),
      );
      assert.deepEqual(
        read.map((bytes) => [bytes.length, String.fromCharCode(bytes.at(-1)!)]),
        [0, 1, 2].map((index) => [3000 + index, String(index)]),
      );
    }
  });

  it('keeps a direction open when the other has ended', async () => {
    const { near } = pair((offer) => {
      const stream = offer.accept();
      void collect(stream).then((bytes) => stream.end(`got ${bytes.length}`));
    });
    const stream = await near.open('x');
    stream.end('12345');
    assert.equal(String(await collect(stream)), 'got 5');
  });

  it('holds a writer back whose reader takes nothing, and nobody else', async () => {
    const silent: streams.Duplex[] = [];
    const { near } = pair((offer) => {
      const stream = offer.accept();
      if (offer.target === 'silent') silent.push(stream);
      else stream.pipe(stream);
    });
    const stuck = await near.open('silent');
    let sent = 0;
    const chunk = Buffer.alloc(16 * 1024);
    const writing = (async () => {
      for (; sent < 8 * 1024 * 1024; sent += chunk.length)
        if (!stuck.write(chunk)) await once(stuck, 'drain');
    })();
    const other = await near.open('echo');
    other.end(Buffer.alloc(1024 * 1024, 'x'));
    assert.equal((await collect(other)).length, 1024 * 1024);
    assert.ok(sent < 1024 * 1024, `${sent} bytes were sent to someone who reads nothing`);
    silent[0]!.resume();
    await writing;
  });

  it('passes on why nobody answers, and resets', async () => {
    const accepted: streams.Duplex[] = [];
    const { near } = pair((offer) => {
      if (offer.target === 'closed') offer.refuse('ECONNREFUSED');
      else accepted.push(offer.accept());
    });
    await assert.rejects(near.open('closed'), { code: 'ECONNREFUSED' });
    const stream = await near.open('open');
    const broken = once(accepted[0]!, 'error');
    stream.destroy(new Error('its owner broke'));
    assert.equal((await broken)[0].code, 'ECONNRESET');
  });

  it('closes as a socket does: what listens sees an end, and a reset only when it still has something to say', async () => {
    const accepted: streams.Duplex[] = [];
    const { near } = pair((offer) => accepted.push(offer.accept()));
    const stream = await near.open('open');
    stream.destroy();
    const far = accepted[0]!;
    assert.equal((await collect(far)).length, 0);
    assert.equal(far.errored, null);
    const broken = once(far, 'error');
    far.write('too late');
    assert.equal((await broken)[0].code, 'ECONNRESET');
  });

  it('breaks all that is open when it ends', async () => {
    const { near, back } = pair((offer) => {
      if (offer.target !== 'never') offer.accept();
    });
    const stream = await near.open('open');
    const broken = once(stream, 'error');
    const never = near.open('never');
    never.catch(() => {});
    back.end();
    assert.equal((await broken)[0].code, 'EPIPE');
    await assert.rejects(never, { code: 'EPIPE' });
    await assert.rejects(near.open('late'), { code: 'EPIPE' });
  });
});

describe('an agent', () => {
  let server: Server;
  let port: number;
  const children: ReturnType<typeof spawn>[] = [];
  const start = () => {
    const child = spawn(process.execPath, ['-e', agentSource()], { stdio: ['pipe', 'pipe', 'inherit'] });
    children.push(child);
    const carrier = multiplex(streams, child.stdout!, child.stdin!, () => {});
    return { child, carrier };
  };
  const open = (carrier: Multiplexer, hosts: readonly string[], to = port) =>
    carrier.open(JSON.stringify({ hosts, port: to, timeoutMs: 2000 }));

  before(async () => {
    server = createServer({ allowHalfOpen: true }, (socket: Socket) => {
      socket.on('error', () => {});
      socket.pipe(socket);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as { port: number });
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });
  after(() => {
    server.close();
  });

  it('connects to the first host that accepts, and passes megabytes and half-closes on', async () => {
    const { carrier } = start();
    const stream = await open(carrier, ['127.0.0.2', '127.0.0.1', '::1']);
    const data = Buffer.alloc(5 * 1024 * 1024, 'abc');
    stream.end(data);
    assert.ok((await collect(stream)).equals(data));
  });

  it('says that all refused', async () => {
    const { carrier } = start();
    await assert.rejects(open(carrier, ['127.0.0.1', '::1'], 1), { code: 'ECONNREFUSED' });
  });

  it('ends with its input', async () => {
    const { child, carrier } = start();
    await open(carrier, ['127.0.0.1']);
    child.stdin!.end();
    assert.equal((await once(child, 'exit'))[0], 0);
  });
});
