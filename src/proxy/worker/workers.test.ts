import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { certificate, privateKey } from '../../../test/conformance/certificate.ts';
import { waitFor } from '../../../test/conformance/wait.ts';
import { Client, Upstream, until } from '../server/server.fake.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const get = (path: string): string => `GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`;

let folder: string;
let configs = 0;
before(() => (folder = mkdtempSync(join(tmpdir(), 'envoy-lab-workers-'))));
after(() => rmSync(folder, { recursive: true }));

/** A manager, its routes `/direct` and the rest to the cluster `up`, as YAML is JSON. */
function config(upstream: number, options: { cluster?: object; chain?: object; port?: number } = {}): object {
  const type = 'type.googleapis.com/envoy.extensions';
  const hcm = {
    '@type': `${type}.filters.network.http_connection_manager.v3.HttpConnectionManager`,
    stat_prefix: 'main',
    access_log: [
      {
        name: 'file',
        typed_config: {
          '@type': `${type}.access_loggers.file.v3.FileAccessLog`,
          path: join(folder, 'access.log'),
          log_format: { text_format_source: { inline_string: '%REQ(:PATH)% %CONNECTION_ID%\n' } },
        },
      },
    ],
    route_config: {
      virtual_hosts: [
        {
          name: 'all',
          domains: ['*'],
          routes: [
            {
              match: { prefix: '/direct' },
              direct_response: { status: 200, body: { inline_string: 'direct' } },
            },
            { match: { prefix: '/' }, route: { cluster: 'up' } },
          ],
        },
      ],
    },
    http_filters: [{ name: 'router', typed_config: { '@type': `${type}.filters.http.router.v3.Router` } }],
  };
  const at = (port: number, address = '127.0.0.1') => ({ socket_address: { address, port_value: port } });
  return {
    admin: { address: at(0) },
    stats_flush_interval: '0.02s',
    layered_runtime: { layers: [{ name: 'admin', admin_layer: {} }] },
    static_resources: {
      listeners: [
        {
          name: 'main',
          address: at(options.port ?? 0),
          filter_chains: [{ filters: [{ name: 'hcm', typed_config: hcm }], ...options.chain }],
        },
      ],
      clusters: [
        {
          name: 'up',
          type: 'STRICT_DNS',
          dns_lookup_family: 'V4_ONLY',
          load_assignment: {
            cluster_name: 'up',
            endpoints: [{ lb_endpoints: [{ endpoint: { address: at(upstream, 'localhost') } }] }],
          },
          ...options.cluster,
        },
      ],
    },
  };
}

/** The command with two workers, as it is built. */
class Command implements Disposable {
  output = '';
  code: number | null | undefined;
  admin = 0;
  port = 0;
  readonly child: ChildProcess;

  constructor(command: readonly string[], content: object) {
    const file = join(folder, `${configs++}.json`);
    writeFileSync(file, JSON.stringify(content));
    const flags = ['--concurrency', '2', '--file-flush-interval-msec', '10', '-l', 'warning'];
    const address = ['--admin-address-path', `${file}.admin`];
    this.child = spawn(process.execPath, [...command, '-c', file, ...flags, ...address], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.on('data', (data) => (this.output += data));
    }
    this.child.on('close', (code) => (this.code = code));
  }

  static async start(content: object): Promise<Command> {
    const proxy = new Command([join(root, 'bin/envoy-lab-proxy.js')], content);
    try {
      const file = `${proxy.child.spawnargs.at(-1)}`;
      const address = () => (existsSync(file) ? /:(\d+)/.exec(readFileSync(file, 'utf8')) : null);
      await until(
        'the admin interface is there',
        () => address() !== null || proxy.code !== undefined,
        60_000,
      );
      assert.equal(proxy.code, undefined, proxy.output);
      proxy.admin = Number(address()![1]);
      assert.ok(await waitFor(async () => (await proxy.ask('/ready')) === 'LIVE\n', 60_000));
      proxy.port = Number(/main::127\.0\.0\.1:(\d+)/.exec(await proxy.ask('/listeners'))![1]);
    } catch (error) {
      proxy[Symbol.dispose]();
      throw error;
    }
    return proxy;
  }

  async ask(path: string, method = 'GET'): Promise<string> {
    const answer = await fetch(`http://127.0.0.1:${this.admin}${path}`, {
      method,
      headers: { connection: 'close' },
    });
    return answer.text();
  }

  /** A counter or gauge. */
  async stat(name: string): Promise<number> {
    const { stats } = JSON.parse(await this.ask(`/stats?format=json&filter=^${name}$`)) as {
      stats: { value: number }[];
    };
    assert.equal(stats.length, 1, name);
    return stats[0]!.value;
  }

  /** Total connections of each worker. */
  async shares(): Promise<number[]> {
    const name = (worker: number) => `listener.127.0.0.1_0.worker_${worker}.downstream_cx_total`;
    return Promise.all([0, 1].map((worker) => this.stat(name(worker))));
  }

  /** Connections, each with its first answer, until each worker has two. */
  async clients(): Promise<Client[]> {
    const clients: Client[] = [];
    do {
      assert.ok(clients.length < 400, 'each worker takes connections');
      const some = Array.from({ length: 4 }, () => new Client(this.port).send(get('/direct')));
      for (const client of some) await client.gets('\r\n\r\ndirect');
      clients.push(...some);
    } while ((await this.shares()).some((share) => share < 2));
    return clients;
  }

  async exit(): Promise<number | null> {
    await until(`the command ends: ${this.output}`, () => this.code !== undefined, 60_000);
    return this.code!;
  }

  [Symbol.dispose](): void {
    this.child.kill('SIGKILL');
  }
}

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nup';

describe('two workers', () => {
  it('share the connections out, and what they count is added up', async () => {
    using upstream = await Upstream.answering(ok);
    using proxy = await Command.start(config(upstream.port));
    const clients = await proxy.clients();
    const each = 5;
    for (const client of clients) {
      for (let i = 1; i <= each; i++) {
        client.send(get('/up'));
        await until('an answer', () => client.received.split('\r\n\r\nup').length > i);
      }
    }
    const upRequests = clients.length * each;
    assert.equal(await proxy.stat('http.main.downstream_rq_total'), upRequests + clients.length);
    assert.equal(await proxy.stat('http.main.downstream_cx_active'), clients.length);
    assert.equal(await proxy.stat('cluster.up.upstream_rq_200'), upRequests);
    assert.equal(await proxy.stat('cluster.up.upstream_cx_total'), upstream.connections.length);
    assert.equal(
      (await proxy.shares()).reduce((a, b) => a + b),
      clients.length,
    );
    assert.match(await proxy.ask('/clusters'), new RegExp(`::rq_total::${upRequests}\n`));
    const histogram = '/stats/prometheus?filter=^http.main.downstream_rq_time$';
    const samples = `{envoy_http_conn_manager_prefix="main"} ${upRequests + clients.length}\n`;
    assert.ok(
      await waitFor(
        async () => (await proxy.ask(histogram)).includes(`downstream_rq_time_count${samples}`),
        60_000,
      ),
    );
    // What is counted once is not counted by each thread.
    assert.equal(await proxy.stat('cluster.up.membership_total'), 1);
    assert.equal(await proxy.stat('cluster.up.membership_change'), 1);
    assert.equal(await proxy.stat('cluster_manager.cluster_added'), 1);
    assert.equal(await proxy.stat('server.concurrency'), 2);
    const { command_line_options: options } = JSON.parse(await proxy.ask('/server_info'));
    assert.equal(options.concurrency, 2);

    await proxy.ask('/reset_counters', 'POST');
    assert.equal(await proxy.stat('http.main.downstream_rq_total'), 0);
    clients[0]!.send(get('/up'));
    await until('an answer', () => clients[0]!.received.split('\r\n\r\nup').length > each + 1);
    assert.equal(await proxy.stat('http.main.downstream_rq_total'), 1);

    const lines = () => readFileSync(join(folder, 'access.log'), 'latin1').split('\n').slice(0, -1);
    await until('all is logged', () => lines().length === upRequests + clients.length + 1);
    assert.ok(lines().every((line) => /^\/(up|direct) \d+$/.test(line)));
    assert.equal(new Set(lines().map((line) => line.split(' ')[1])).size, clients.length);
    for (const client of clients) client[Symbol.dispose]();
  });

  it('obey the admin interface and signals, each of them and at once', async () => {
    using upstream = await Upstream.answering(ok);
    using proxy = await Command.start(config(upstream.port));
    const clients = await proxy.clients();
    await proxy.ask('/healthcheck/fail', 'POST');
    assert.equal(await proxy.ask('/ready'), 'DRAINING\n');
    for (const client of clients) {
      client.send(get('/direct'));
      assert.match(await client.gets('connection: close'), /connection: close/);
    }
    await proxy.ask('/healthcheck/ok', 'POST');
    const more = await proxy.clients();
    for (const client of more) assert.doesNotMatch(client.received, /connection: close/);

    await proxy.ask('/runtime_modify?envoy.resource_limits.listener.main.connection_limit=1', 'POST');
    using refused = new Client(proxy.port).send(get('/direct'));
    await refused.ends();
    assert.equal(await proxy.stat('listener.127.0.0.1_0.downstream_cx_overflow'), 1);
    assert.match(await proxy.ask('/logging?level=error', 'POST'), /main: error/);

    renameSync(join(folder, 'access.log'), join(folder, 'old.log'));
    await proxy.ask('/reopen_logs', 'POST');
    for (const client of more) {
      client.send(get('/direct'));
      await until('an answer', () => client.received.split('\r\n\r\ndirect').length > 2);
    }
    const opened = () => existsSync(join(folder, 'access.log')) && readFileSync(join(folder, 'access.log'));
    await until('all is in the new log', () => String(opened()).split('\n').length > more.length);

    await proxy.ask('/drain_listeners', 'POST');
    using late = new Client(proxy.port);
    await late.ends();
    assert.equal(await proxy.stat('listener_manager.listener_stopped'), 1);
    for (const client of more) {
      client.send(get('/up'));
      await client.gets('\r\n\r\nup');
    }
    proxy.child.kill('SIGTERM');
    assert.equal(await proxy.exit(), 0);
    for (const client of more) await client.ends();
  });

  it('keep the limits of a cluster together', async () => {
    let asked = 0;
    using upstream = await Upstream.start((socket) => {
      socket.on('data', () => asked++);
    });
    const thresholds = [{ max_requests: 2 }];
    using proxy = await Command.start(
      config(upstream.port, { cluster: { circuit_breakers: { thresholds } } }),
    );
    const clients = await proxy.clients();
    let sent = 0;
    for (const client of clients) {
      client.send(get('/up'));
      sent++;
      if (sent <= 2) await until('the upstream is asked', () => asked === sent);
      else await client.gets('HTTP/1.1 503 Service Unavailable');
    }
    assert.equal(await proxy.stat('cluster.up.circuit_breakers.default.rq_open'), 1);
    for (const client of clients) client[Symbol.dispose]();
    assert.ok(await waitFor(async () => (await proxy.stat('cluster.up.upstream_rq_active')) === 0, 60_000));
    assert.equal(await proxy.stat('cluster.up.circuit_breakers.default.rq_open'), 0);
    await proxy.ask('/quitquitquit', 'POST');
    assert.equal(await proxy.exit(), 0);
  });

  it('resume the TLS sessions of one another', async () => {
    const common_tls_context = {
      tls_certificates: [
        { certificate_chain: { inline_string: certificate }, private_key: { inline_string: privateKey } },
      ],
    };
    const transport_socket = {
      name: 'envoy.transport_sockets.tls',
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
        common_tls_context,
      },
    };
    using proxy = await Command.start(config(1, { chain: { transport_socket } }));
    const options = { port: proxy.port, rejectUnauthorized: false, maxVersion: 'TLSv1.2' as const };
    const first = connect(options);
    await new Promise((resolve) => first.once('secureConnect', resolve));
    const session = first.getSession()!;
    const sockets = [first];
    do {
      assert.ok(sockets.length < 400, 'each worker takes connections');
      const socket = connect({ ...options, session });
      await new Promise((resolve) => socket.once('secureConnect', resolve));
      assert.equal(socket.isSessionReused(), true);
      sockets.push(socket);
    } while ((await proxy.shares()).includes(0));
    for (const socket of sockets) socket.destroy();
    assert.ok(
      await waitFor(
        async () => (await proxy.stat('listener.127.0.0.1_0.downstream_cx_active')) === 0,
        60_000,
      ),
    );
    // No worker thinks that another still has connections.
    await proxy.ask('/runtime_modify?envoy.resource_limits.listener.main.connection_limit=1', 'POST');
    const last = connect(options);
    await new Promise((resolve, reject) => last.once('secureConnect', resolve).once('error', reject));
    last.destroy();
  });
});

describe('a process with workers', () => {
  it('says which address cannot be had', async () => {
    using taken = await Upstream.start(() => {});
    using proxy = new Command([join(root, 'bin/envoy-lab-proxy.js')], config(1, { port: taken.port }));
    assert.equal(await proxy.exit(), 1);
    assert.match(proxy.output, new RegExp(`cannot bind '127.0.0.1:${taken.port}': Address already in use`));
  });

  it('ends with the error of a worker that fails, and with one that ends', async () => {
    const runner = (name: string, body: string): string[] => {
      const program = join(folder, `${name}.mjs`);
      writeFileSync(program, `export function serveWorker() { ${body} }`);
      const script = `import { run } from './src/proxy/main.ts'; process.argv.splice(1, 0, ''); await run('${program}');`;
      return ['--import', 'tsx', '--input-type=module', '-e', script, '--'];
    };
    using failed = new Command(runner('failed', "throw new Error('out of ideas')"), config(1));
    using ended = new Command(runner('ended', 'process.exit(3)'), config(1));
    assert.equal(await failed.exit(), 1);
    assert.match(failed.output, /Error: out of ideas/);
    assert.equal(await ended.exit(), 1);
    assert.match(ended.output, /Error: worker_\d ended with 3/);
  });
});
