import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ProxyUnderTest, tsEngine } from '../conformance/proxy.ts';
import { waitFor } from '../conformance/wait.ts';
import { skipWithout } from '../required.ts';

/** A real redis-server on a free port, which keeps nothing. */
class RedisServer implements AsyncDisposable {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;

  private constructor(port: number, child: ChildProcess) {
    this.port = port;
    this.#child = child;
    this.#exited = once(child, 'exit');
  }

  static async start(folder: string): Promise<RedisServer> {
    const held = createServer().listen(0, '127.0.0.1');
    await once(held, 'listening');
    const { port } = held.address() as AddressInfo;
    await new Promise((closed) => held.close(closed));
    const flags = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    const child = spawn('redis-server', [...flags, '--dir', folder], { stdio: 'ignore' });
    const server = new RedisServer(port, child);
    const answers = await waitFor(async () => {
      if (child.exitCode !== null) return true;
      return connects(port);
    }, 10_000);
    assert.ok(answers && child.exitCode === null, 'redis-server does not start');
    return server;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }
}

function connects(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

type Command = readonly (string | Buffer)[];

/** A command as clients write it: an array of bulk strings. */
function encode(command: Command): Buffer {
  const parts = command.map((word) => Buffer.from(word));
  const bulks = parts.flatMap((part) => [Buffer.from(`$${part.length}\r\n`), part, Buffer.from('\r\n')]);
  return Buffer.concat([Buffer.from(`*${parts.length}\r\n`), ...bulks]);
}

/** Where the value that begins at `at` ends; undefined while not all of it is there. */
function endOf(bytes: Buffer, at: number): number | undefined {
  const line = bytes.indexOf('\r\n', at);
  if (line < 0) return undefined;
  const next = line + 2;
  const kind = String.fromCharCode(bytes[at]!);
  const size = Number(bytes.toString('latin1', at + 1, line));
  if (kind === '$' && size >= 0) return next + size + 2 <= bytes.length ? next + size + 2 : undefined;
  if (kind !== '*') return next;
  let end: number | undefined = next;
  for (let item = 0; item < size && end !== undefined; item++) end = endOf(bytes, end);
  return end;
}

/** A connection that sends commands at once and waits for as many answers, each told as the bytes that came. */
class RedisClient implements Disposable {
  readonly #socket: Socket;
  #chunks: Buffer[] = [];

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.on('error', () => this.#socket.destroy());
  }

  ask(...commands: readonly Command[]): Promise<string[]> {
    return new Promise((resolve, reject) => {
      const answers: string[] = [];
      const read = (chunk: Buffer) => {
        this.#chunks.push(chunk);
        // A big answer is put together once, when its last bytes may have come.
        if (!chunk.subarray(-2).equals(Buffer.from('\r\n'))) return;
        const bytes = Buffer.concat(this.#chunks);
        let at = 0;
        for (let end = endOf(bytes, at); end !== undefined; end = endOf(bytes, at)) {
          answers.push(bytes.toString('latin1', at, end));
          at = end;
        }
        this.#chunks = [bytes.subarray(at)];
        if (answers.length < commands.length) return;
        this.#socket.off('data', read).off('close', lost);
        resolve(answers);
      };
      const lost = () => reject(new Error(`lost after ${answers.length} of ${commands.length} answers`));
      this.#socket.on('data', read).on('close', lost);
      this.#socket.write(Buffer.concat(commands.map(encode)));
    });
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}

/** A bootstrap with a redis_proxy before these servers. */
function bootstrap(ports: readonly number[]): unknown {
  const at = (port: number) => ({ address: { socket_address: { address: '127.0.0.1', port_value: port } } });
  const filter = {
    '@type': 'type.googleapis.com/envoy.extensions.filters.network.redis_proxy.v3.RedisProxy',
    stat_prefix: 'redis',
    settings: { op_timeout: '10s', enable_hashtagging: true },
    prefix_routes: { catch_all_route: { cluster: 'redis' } },
  };
  return {
    admin: at(0),
    static_resources: {
      listeners: [
        {
          name: 'redis',
          ...at(0),
          filter_chains: [{ filters: [{ name: 'envoy.filters.network.redis_proxy', typed_config: filter }] }],
        },
      ],
      clusters: [
        {
          name: 'redis',
          connect_timeout: '5s',
          lb_policy: 'MAGLEV',
          load_assignment: {
            cluster_name: 'redis',
            endpoints: [{ lb_endpoints: ports.map((port) => ({ endpoint: at(port) })) }],
          },
        },
      ],
    },
  };
}

const missing =
  spawnSync('redis-server', ['--version']).status === 0 ? undefined : 'there is no redis-server on the PATH';
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

/** What each client says; who has several commands sends them at once. */
const talks: Readonly<Record<string, readonly Command[]>> = {
  'SET, GET and DEL': numbers(20).flatMap((n): Command[] => [
    ['set', `one:${n}`, `value ${n}`],
    ['get', `one:${n}`],
    ['del', `one:${n}`],
    ['get', `one:${n}`],
  ]),
  'MSET, MGET, EXISTS and DEL of keys of several servers': [
    ['mset', ...numbers(30).flatMap((n) => [`m:${n}`, `${n * n}`])],
    ['mget', ...numbers(40).map((n) => `m:${n}`)],
    ['exists', 'm:1', 'm:2', 'm:3', 'm:nosuch'],
    ['del', 'm:1', 'm:2', 'm:3', 'm:nosuch'],
    ['mget', 'm:1', 'm:4'],
  ],
  'EVAL of a script with a key': [
    [
      'eval',
      "redis.call('set', KEYS[1], ARGV[1]) return {KEYS[1], 7, redis.call('get', KEYS[1])}",
      '1',
      'e',
      'x',
    ],
    ['get', 'e'],
    ['eval', 'return redis.error_reply("ERR mine")', '1', 'e'],
  ],
  'values of every type, and mistakes': [
    ['rpush', 'list', 'a', 'b', 'c'],
    ['lrange', 'list', '0', '-1'],
    ['hset', 'hash', 'f', '1'],
    ['hgetall', 'hash'],
    ['zadd', 'zset', '1', 'a', '2', 'b'],
    ['zrange', 'zset', '0', '-1', 'withscores'],
    ['incr', 'hash'],
    ['setex', 'gone', '100', 'v'],
    ['ttl', 'nosuch'],
    ['set', 'bytes', Buffer.from([0, 13, 10, 255, 36, 42])],
    ['get', 'bytes'],
    ['set', 'empty', ''],
    ['get', 'empty'],
  ],
  'a transaction': [
    ['multi'],
    ['set', '{t}:a', '1'],
    ['incr', '{t}:a'],
    ['lpush', '{t}:list', 'x'],
    ['lrange', '{t}:list', '0', '-1'],
    ['exec'],
    ['get', '{t}:a'],
  ],
  'a transaction that is given up': [['multi'], ['set', '{d}:a', '1'], ['discard'], ['get', '{d}:a']],
  'a thousand commands at once': numbers(500).flatMap((n): Command[] => [
    ['set', `p:${n}`, `${n}`],
    ['incrby', `p:${n}`, '1000'],
  ]),
  'a value of 1 MB, back and forth': [
    ['set', 'big', Buffer.alloc(1024 * 1024, 'a\r\nb$*')],
    ['get', 'big'],
    ['strlen', 'big'],
    ['mget', 'big', 'nosuch', 'big'],
  ],
};

describe('redis_proxy before three real servers says what one server says', {
  skip: skipWithout('redis', missing),
}, () => {
  const folder = mkdtempSync(join(tmpdir(), 'redis-agreement-'));
  const servers: RedisServer[] = [];
  let proxy: ProxyUnderTest;
  before(async () => {
    for (const _ of numbers(4)) servers.push(await RedisServer.start(folder));
    const behind = servers.slice(1).map(({ port }) => port);
    proxy = await ProxyUnderTest.start(tsEngine(), bootstrap(behind), folder);
  });
  after(async () => {
    await proxy?.[Symbol.asyncDispose]();
    for (const server of servers) await server[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  for (const [name, commands] of Object.entries(talks)) {
    it(name, { timeout: 60_000 }, async () => {
      using direct = new RedisClient(servers[0]!.port);
      using proxied = new RedisClient(proxy.listeners.get('redis')!);
      const expected = await direct.ask(...commands);
      assert.equal(expected.length, commands.length);
      assert.deepEqual(await proxied.ask(...commands), expected);
    });
  }

  it('each of the three has a share of the keys, and together they have all', async () => {
    const keys = await Promise.all(
      servers.map(async ({ port }) => {
        using client = new RedisClient(port);
        const [size] = await client.ask(['dbsize']);
        return Number(size!.slice(1));
      }),
    );
    const [all, ...shares] = keys;
    assert.ok(all! > 500);
    assert.equal(
      shares.reduce((sum, share) => sum + share, 0),
      all,
    );
    for (const share of shares) assert.ok(share > 50, `${shares}`);
  });
});
