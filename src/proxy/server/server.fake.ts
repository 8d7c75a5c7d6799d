import { connect, createServer, type Server as NetServer, type Socket } from 'node:net';
import type { envoy } from '../../bootstrap/api.generated.ts';
import type { Bootstrap } from '../../bootstrap/load.ts';
import { systemClock } from '../clock.ts';
import { LoggerSet } from '../log/logger.ts';
import { Server, type ServerOptions } from './server.ts';

type Route = envoy.config.route.v3.Route;

/** Waits until `condition` holds. @throws Error after `ms`, saying what was waited for */
export async function until(what: string, condition: () => boolean, ms = 5000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A TCP client that keeps what it gets. */
export class Client implements Disposable {
  received = '';
  closed: 'fin' | 'reset' | undefined;
  readonly socket: Socket;

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    this.socket.setNoDelay(true);
    this.socket.on('data', (data) => (this.received += data.toString('latin1')));
    this.socket.on('end', () => (this.closed ??= 'fin'));
    this.socket.on('error', () => (this.closed ??= 'reset'));
  }

  send(text: string): this {
    this.socket.write(text, 'latin1');
    return this;
  }

  /** Waits until `text` has come. */
  async gets(text: string): Promise<string> {
    await until(`the client gets ${JSON.stringify(text)}; it got ${JSON.stringify(this.received)}`, () =>
      this.received.includes(text),
    );
    return this.received;
  }

  async ends(): Promise<'fin' | 'reset'> {
    await until('the client is hung up on', () => this.closed !== undefined);
    return this.closed!;
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }
}

/** An upstream whose every connection a test serves itself. */
export class Upstream implements Disposable {
  readonly connections: Socket[] = [];
  readonly #server: NetServer;
  readonly #hungUp = new Set<Socket>();

  private constructor(serve: (socket: Socket, upstream: Upstream) => void) {
    this.#server = createServer({ allowHalfOpen: true }, (socket) => {
      this.connections.push(socket);
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('end', () => this.#hungUp.add(socket));
      socket.on('close', () => this.#hungUp.add(socket));
      serve(socket, this);
    });
  }

  static async start(serve: (socket: Socket, upstream: Upstream) => void): Promise<Upstream> {
    const upstream = new Upstream(serve);
    await new Promise<void>((resolve) => upstream.#server.listen(0, '127.0.0.1', resolve));
    return upstream;
  }

  /** Answers every request (told by its blank line) with these bytes. */
  static answering(answer: string): Promise<Upstream> {
    return Upstream.start((socket) => {
      socket.on('data', (data) => {
        for (let at = data.indexOf('\r\n\r\n'); at >= 0; at = data.indexOf('\r\n\r\n', at + 4))
          socket.write(answer);
      });
    });
  }

  /** Waits until its first connection is there. */
  async asked(): Promise<Socket> {
    await until('the upstream is asked', () => this.connections.length > 0);
    return this.connections[0]!;
  }

  /** Waits until the proxy has ended its first connection. */
  async freed(): Promise<void> {
    await until('the upstream is freed', () => this.#hungUp.has(this.connections[0]!));
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  [Symbol.dispose](): void {
    this.#server.close();
    for (const socket of this.connections) socket.destroy();
  }
}

export const direct = (body: string, status = 200): Route[] => [
  { match: { prefix: '/' }, direct_response: { status, body: { inline_string: body } } },
];
export const toUp: Route[] = [{ match: { prefix: '/' }, route: { cluster: 'up' } }];

/** A listener with one HTTP connection manager. */
export function listener(
  name: string,
  routes: readonly Route[],
  options: { port?: number; hcm?: object; listener?: object } = {},
): envoy.config.listener.v3.Listener {
  const manager = {
    '@type': 'x/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    stat_prefix: name,
    route_config: { name, virtual_hosts: [{ name: 'all', domains: ['*'], routes: [...routes] }] },
    http_filters: [
      { name: 'router', typed_config: { '@type': 'x/envoy.extensions.filters.http.router.v3.Router' } },
    ],
    ...options.hcm,
  };
  return {
    name,
    address: { socket_address: { address: '127.0.0.1', port_value: options.port ?? 0 } },
    filter_chains: [{ filters: [{ name: 'hcm', typed_config: manager }] }],
    ...options.listener,
  };
}

/** A static cluster `up`. */
export function clusterTo(port: number): envoy.config.cluster.v3.Cluster {
  const address = { socket_address: { address: '127.0.0.1', port_value: port } };
  return {
    name: 'up',
    type: 'STATIC',
    connect_timeout: 1000,
    load_assignment: { cluster_name: 'up', endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] },
  };
}

/** A server in this process. */
export class TestServer implements AsyncDisposable {
  readonly server: Server;

  constructor(bootstrap: Bootstrap, options: Partial<ServerOptions> = {}) {
    this.server = new Server(
      bootstrap,
      {
        drainTimeMs: 600_000,
        drainStrategy: 'immediate',
        fileFlushIntervalMs: 10,
        serviceCluster: '',
        serviceNode: '',
        serviceZone: '',
        localAddressIpVersion: 'v4',
        concurrency: 1,
        ...options,
      } as ServerOptions,
      {
        clock: systemClock,
        loggers: new LoggerSet('off', () => {}, '%v', 0),
        hostname: 'h',
        variables: {},
        readFile: () => {
          throw new Error('no files here');
        },
        uuid: () => 'uuid',
        random: Math.random,
      },
    );
  }

  /** With one listener, `main`, and one cluster, `up`, at `port`. */
  static async start(
    routes: readonly Route[],
    port: number,
    options: Parameters<typeof listener>[2] = {},
  ): Promise<TestServer> {
    const listeners = [listener('main', routes, options)];
    const test = new TestServer({ static_resources: { listeners, clusters: [clusterTo(port)] } });
    await test.run();
    return test;
  }

  async run(): Promise<void> {
    await this.server.load();
    await this.server.start();
  }

  port(name = 'main'): number {
    return this.server.listeners.listeners.find(({ listener: { name: its } }) => its === name)!.socket!.local
      .port;
  }

  client(name = 'main'): Client {
    return new Client(this.port(name));
  }

  clientAt(port: number): Client {
    return new Client(port);
  }

  counter(name: string): number {
    return this.server.stats.counter(name).value;
  }

  gauge(name: string): number {
    return this.server.stats.gauge(name).value;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.shutdown();
  }
}
