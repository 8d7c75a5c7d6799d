import type { CheckResult } from '../check/result.ts';
import type { StatValue } from '../lab/stats.ts';
import type { LogLine, RuntimeEvent } from '../runtime/runtime.ts';
import type { CurlAnswer } from './curl-answer.ts';
import type { LabState } from './lab-state.ts';
import type {
  CallOptions,
  CheckOptions,
  ContainerOptions,
  CurlOptions,
  Dialed,
  ExecOptions,
  ExecResult,
  KillOptions,
  LogOptions,
  WaitOptions,
} from './options.ts';

/** One name or several, each of a node (all its replicas) or of a replica; an empty list means none. */
export type Nodes = string | readonly string[];

/**
 * A running lab. A node's name (`service1`) means its first replica where one is asked (`exec`, `dial`, `stats`, …)
 * and all of them where several can be meant (`logs`, `stop`, …); a replica's name (`service1-2`) means just that one.
 *
 * Every method rejects with a {@link LabError}: `usage` for a node, container or port that does not exist (with a
 * did-you-mean as `hint`), `runtime` when the machine fails, `interrupted` when its signal aborts.
 *
 * @example
 * await using lab = await up('front-proxy', { engine: 'envoy' });
 * const { status, body } = await lab.curl('http://front-envoy:8080/service/1');
 */
export interface Lab extends AsyncDisposable {
  readonly name: string;
  /** The runtime it is on, such as `process`. */
  readonly runtime: string;
  /** How that keeps nodes apart, such as `namespaces` or `loopback`. */
  readonly mode: string;
  /** The nodes' names, in the order of the sandbox's file. */
  readonly nodes: readonly string[];

  /**
   * Runs curl with the lab's node names as hosts, their ports published or not.
   *
   * @param request a URL, or curl's own arguments: every option but `--parallel` works, on a machine without curl those
   * that docs/sandbox.md lists
   * @example
   * const answer = await lab.curl(['-H', 'x-canary: yes', 'http://front-envoy:8080/service/1']);
   * const direct = await lab.curl('http://service2:8000/', { from: 'service1' });
   */
  curl(request: string | readonly string[], options?: CurlOptions): Promise<CurlAnswer>;

  /**
   * Runs a command in a container of a node and waits for its end. A failing command is an answer, not an error.
   *
   * @example
   * const { exitCode, stdout } = await lab.exec('service1', ['cat', '/etc/hosts']);
   */
  exec(node: string, argv: readonly string[], options?: ExecOptions): Promise<ExecResult>;

  /**
   * Opens a local address that leads to a port of a node, published or not, on its address or its loopback.
   *
   * @throws LabError `runtime` whose cause has the code `ECONNREFUSED` when nothing listens there
   * @example
   * await using admin = await lab.dial('front-envoy', 8001);
   * const ready = await fetch(`http://${admin.host}:${admin.port}/ready`);
   */
  dial(node: string, port: number, options?: CallOptions): Promise<Dialed>;

  /**
   * The host's port that a published port is on.
   *
   * @param port its name in the sandbox (`http`) or its number in the node (`8080`, `'53/udp'`)
   * @throws LabError `usage` when the node does not publish it: then {@link Lab.dial} reaches it
   * @example
   * const socket = connect(await lab.port('front-envoy', 8080), '127.0.0.1');
   */
  port(node: string, port: string | number): Promise<number>;

  /**
   * The URL of a published port, without a slash at its end. It is `https` when the port's name has `https` or `tls` in it.
   *
   * @param port as of {@link Lab.port}
   * @example
   * const page = await fetch(`${await lab.url('front-envoy', 'http')}/service/1`);
   */
  url(node: string, port: string | number): Promise<string>;

  /**
   * The stats of a node's first proxy, or that of `container`, in Envoy's order: counters and gauges are numbers, text
   * readouts and histograms text, as Envoy prints them at `/stats`.
   *
   * @param filter what names have to contain: Envoy reads it as a regular expression (RE2)
   * @example
   * const stats = await lab.stats('front-envoy', 'cluster.service1.upstream_rq');
   * assert.equal(stats.get('cluster.service1.upstream_rq_200'), 1);
   */
  stats(
    node: string,
    filter?: string | RegExp,
    options?: ContainerOptions,
  ): Promise<ReadonlyMap<string, StatValue>>;

  /**
   * What containers printed, oldest line first.
   *
   * @param nodes all of the lab when not said
   * @example
   * for await (const { node, text } of lab.logs('service1', { follow: true })) {
   *   if (text.includes('listens')) break;
   * }
   */
  logs(nodes?: Nodes, options?: LogOptions): AsyncIterable<LogLine>;

  /**
   * What happens to nodes and containers from now on, the present state of each container first; until the signal aborts
   * or the lab ends.
   *
   * @example
   * for await (const event of lab.events()) {
   *   if (event.kind === 'container' && event.state === 'exited') break;
   * }
   */
  events(options?: CallOptions): AsyncIterable<RuntimeEvent>;

  /**
   * The lab as it is now.
   *
   * @example
   * const { nodes } = await lab.ps();
   * assert.ok(nodes.every(({ containers }) => containers.every(({ state }) => state === 'ready')));
   */
  ps(): Promise<LabState>;

  /**
   * Runs the sandbox's checks once every proxy knows the nodes it names. A failed check is a result, not an error; what it
   * scaled, stopped or killed is put back.
   *
   * @param names names of checks or parts of them; all when not said
   * @throws DocumentError when the sandbox's file is wrong by now
   * @example
   * const failed = (await lab.check()).filter(({ ok }) => !ok);
   * assert.deepEqual(failed, []);
   */
  check(names?: string | readonly string[], options?: CheckOptions): Promise<readonly CheckResult[]>;

  /**
   * Changes the number of replicas; resolves when they are ready. Proxies learn of them as their configs say: see
   * {@link Lab.settled}.
   *
   * @example
   * await lab.scale({ service1: 3 });
   */
  scale(replicas: Readonly<Record<string, number>>, options?: WaitOptions): Promise<void>;

  /**
   * Waits until every proxy that names a node lists just its running replicas (STRICT_DNS clusters in `/clusters`), and
   * every service sends to all that are ready.
   *
   * @throws LabError `runtime` when that is not so in time, 10 s when not said; the message says what is missing
   * @example
   * await lab.scale({ service1: 3 });
   * await lab.settled();
   */
  settled(options?: WaitOptions): Promise<void>;

  /**
   * Stops all containers of nodes: SIGTERM, after 10 s SIGKILL. Resolves with the replicas that were meant.
   *
   * @example
   * await lab.stop('service1-2');
   */
  stop(nodes: Nodes, options?: CallOptions): Promise<readonly string[]>;

  /**
   * Starts what does not run of nodes; resolves when it is ready.
   *
   * @example
   * await lab.start(['service1', 'service2']);
   */
  start(nodes: Nodes, options?: WaitOptions): Promise<readonly string[]>;

  /**
   * Stops nodes and starts them again; resolves when they are ready.
   *
   * @example
   * await lab.restart('front-envoy', { timeoutMs: 10_000 });
   */
  restart(nodes: Nodes, options?: WaitOptions): Promise<readonly string[]>;

  /**
   * Freezes all processes of nodes: connections to them stay open and nothing answers.
   *
   * @example
   * await lab.pause('service1');
   */
  pause(nodes: Nodes, options?: CallOptions): Promise<readonly string[]>;

  /**
   * Lets paused nodes go on.
   *
   * @example
   * await lab.unpause('service1');
   */
  unpause(nodes: Nodes, options?: CallOptions): Promise<readonly string[]>;

  /**
   * Sends a signal to containers of a node; resolves when it is sent. Nothing starts them again but {@link Lab.start}.
   *
   * @example
   * await lab.kill('service1', { container: 'app' });
   */
  kill(node: string, options?: KillOptions): Promise<readonly string[]>;

  /**
   * A file of a container.
   *
   * @param path absolute
   * @example
   * const config = await lab.readFile('front-envoy', '/etc/envoy/envoy.yaml');
   */
  readFile(node: string, path: string, options?: ContainerOptions): Promise<Uint8Array>;

  /**
   * Takes the lab away; resolves when nothing of it is left. A lab that is gone already is no error. `await using` calls
   * it for a lab that `up` gave; one that `open` gave is only let go of, and runs on.
   *
   * @example
   * const lab = await up('front-proxy');
   * try {
   *   await lab.check();
   * } finally {
   *   await lab.down();
   * }
   */
  down(): Promise<void>;
}
