import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { ConfigParts } from './case.ts';
import { certificate, privateKey } from './certificate.ts';
import { bootstrap } from './config.ts';
import { request } from './http.ts';
import { type Engine, ProxyUnderTest, tsEngine } from './proxy.ts';
import { waitFor } from './wait.ts';

const get = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';
const deadlineMs = 10_000;

/** Our data plane before an upstream that answers as `serve` does. */
class Bench implements AsyncDisposable {
  readonly sockets = new Set<Socket>();
  readonly #server = createServer((socket) => {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket)).on('error', () => {});
    this.#serve(socket);
  });
  readonly #serve: (socket: Socket) => void;
  proxy!: ProxyUnderTest;
  #folder = '';

  private constructor(serve: (socket: Socket) => void) {
    this.#serve = serve;
  }

  static async start(serve: (socket: Socket) => void, parts: ConfigParts = {}, engine: Engine = tsEngine()) {
    const bench = new Bench(serve);
    await new Promise<void>((resolve) => bench.#server.listen(0, '127.0.0.1', resolve));
    const { port } = bench.#server.address() as { port: number };
    bench.#folder = await mkdtemp(join(tmpdir(), 'envoy-lab-robustness-'));
    const places = { upstreams: new Map([['up', port]]), accessLog: join(bench.#folder, 'log') };
    bench.proxy = await ProxyUnderTest.start(engine, bootstrap(parts, places), bench.#folder);
    return bench;
  }

  client(bytes: string | Buffer = ''): Socket {
    const socket = connect(this.proxy.listeners.get('main')!, '127.0.0.1').on('error', () => {});
    if (bytes.length > 0) socket.write(bytes);
    return socket;
  }

  get descriptors(): number {
    return readdirSync(`/proc/${this.proxy.pid}/fd`).length;
  }

  /** Waits until no client and no request is there; returns what is. A connection made for one that went may idle. */
  async settled(): Promise<string[]> {
    let open: string[] = [];
    await waitFor(async () => {
      const { body } = await request(this.proxy.admin, 'GET', '/stats?type=Gauges&usedonly');
      open = body
        .split('\n')
        .filter((line) =>
          /^(http\.ingress|cluster\.up\.upstream_rq|listener\.127).*_active: [1-9]/.test(line),
        );
      return open.length === 0;
    }, deadlineMs);
    return open;
  }

  /** The answer to a request on a connection of its own, as far as its status. */
  async status(): Promise<string> {
    let got = '';
    const socket = this.client(get).on('data', (data) => (got += data));
    await waitFor(() => got.length >= 12, deadlineMs);
    socket.destroy();
    return got.slice(9, 12);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.proxy[Symbol.asyncDispose]();
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
    await rm(this.#folder, { recursive: true, force: true });
  }
}

const tls = {
  name: 'envoy.transport_sockets.tls',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
    common_tls_context: {
      tls_certificates: [
        { certificate_chain: { inline_string: certificate }, private_key: { inline_string: privateKey } },
      ],
    },
  },
};

/** Sends the head of a long body and a part of it. */
const half = (socket: Socket) =>
  void socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc'));
const silent = () => {};
const ok = (socket: Socket) =>
  void socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'));

/** 300 clients, 25 at a time, each gone in `end`'s way once it is connected, has sent, or has got something. */
async function storm(
  bench: Bench,
  bytes: string | Buffer,
  when: 'connect' | 'data',
  end: 'destroy' | 'resetAndDestroy',
) {
  let left = 300;
  const one = () =>
    new Promise<void>((resolve) => {
      const socket = bench.client(bytes);
      socket.once('close', () => resolve());
      socket.once(when, () => setImmediate(() => socket[end]()));
    });
  const many = async () => {
    while (left-- > 0) await one();
  };
  await Promise.all(Array.from({ length: 25 }, many));
}

describe('our data plane under attack', { skip: process.platform !== 'linux' }, () => {
  for (const end of ['destroy', 'resetAndDestroy'] as const) {
    it(`frees all when clients abort (${end})`, async () => {
      await using waits = await Bench.start(silent);
      await using answers = await Bench.start(half);
      const before = waits.descriptors;
      await storm(waits, get, 'connect', end);
      await storm(waits, 'GET / HT', 'connect', end);
      await storm(waits, 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\nabc', 'connect', end);
      await storm(waits, get.repeat(20), 'connect', end);
      assert.deepEqual(await waits.settled(), []);
      assert.ok(
        waits.descriptors <= before + waits.sockets.size + 2,
        `${waits.descriptors} descriptors after ${before}`,
      );
      await storm(answers, get, 'data', end);
      assert.deepEqual(await answers.settled(), []);
      assert.ok(waits.proxy.alive && answers.proxy.alive);
    });
  }

  it('survives what is no TLS, cut off anywhere', async () => {
    await using bench = await Bench.start(ok, { filterChain: { transport_socket: tls } });
    for (const bytes of [
      get,
      '\x16\x03\x01\x02\0\x01\0',
      '\x15\x03\x03\0\x02\x02\x28',
      '\x16\x03\x01\0\0',
      '\0'.repeat(70_000),
    ]) {
      await storm(bench, Buffer.from(bytes, 'latin1'), 'connect', 'resetAndDestroy');
    }
    assert.deepEqual(await bench.settled(), []);
    assert.ok(bench.proxy.alive);
  });

  it('takes no more of a large body than its buffers hold while the client reads nothing', async () => {
    let written = 0;
    const total = 100_000_000;
    await using bench = await Bench.start((socket) => {
      const chunk = Buffer.alloc(65_536);
      const more = (): void => {
        do written += chunk.length;
        while (written < total && socket.write(chunk));
        socket.once('drain', more);
      };
      socket.once('data', () => {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${total}\r\n\r\n`);
        more();
      });
    });
    const client = bench.client(get).pause();
    let last = -1;
    let same = 0;
    await waitFor(() => {
      same = written === last && written > 0 ? same + 1 : 0;
      last = written;
      return same > 60;
    }, deadlineMs);
    assert.ok(written < 30_000_000, `${written} bytes`);
    client.resetAndDestroy();
    assert.deepEqual(await bench.settled(), []);
  });

  it('serves on after it ran out of file descriptors', async () => {
    const { argv, name } = tsEngine();
    const limited: Engine = { name, argv: ['sh', '-c', 'ulimit -n 64; exec "$@"', 'sh', ...argv] };
    await using bench = await Bench.start(ok, {}, limited);
    let settled = 0;
    const clients = Array.from({ length: 100 }, () => {
      const client = bench.client(get);
      const done = () => {
        settled++;
      };
      return client
        .once('data', () => client.emit('done'))
        .once('close', () => client.emit('done'))
        .once('done', done);
    });
    await waitFor(() => settled === clients.length, deadlineMs);
    assert.equal(settled, clients.length, 'every client is answered or closed');
    for (const client of clients) client.destroy();
    assert.ok(await waitFor(async () => (await bench.status()) === '200', deadlineMs));
    assert.ok(bench.proxy.alive);
  });

  it('ends at SIGTERM though a request is in flight', async () => {
    await using bench = await Bench.start(silent);
    bench.client(get);
    await waitFor(() => bench.sockets.size === 1, deadlineMs);
    process.kill(bench.proxy.pid, 'SIGTERM');
    assert.ok(await waitFor(() => !bench.proxy.alive, deadlineMs));
  });
});
