import type { CheckResult } from '../check/result.ts';
import { type CheckObserver, runChecks } from '../check/run.ts';
import type { CurlResult, CurlStreams } from '../curl/curl.ts';
import { captureCurl, runCurl } from '../curl/run.ts';
import { findCurlRunner } from '../curl/runner.ts';
import { LabError } from '../error.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type {
  Dialed,
  ExecRequest,
  ExecSession,
  LogLine,
  ObservedLab,
  ObservedNode,
  ObservedPort,
  RunningLab,
  Runtime,
  RuntimeEvent,
} from '../runtime/runtime.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { type AdminAddress, adminOf } from './admin.ts';
import { checkTarget } from './check-target.ts';
import { chooseChecks } from './choose-checks.ts';
import type { LabContext } from './context.ts';
import { curlOptions, curlProgram } from './curl.ts';
import { findLab } from './find.ts';
import { type InspectedNode, inspectNode } from './inspect.ts';
import { knownTimeoutMs, waitForKnownReplicas } from './known-replicas.ts';
import type { LabSpec } from './lab-spec.ts';
import { killNodes, pauseNodes, startNodes, stopNodes, unpauseNodes } from './lifecycle.ts';
import { lockLab } from './lock-lab.ts';
import { openPages, untilGone } from './open.ts';
import type { Plan } from './plan/operation.ts';
import { publishedPort } from './ports.ts';
import { readSandbox } from './sandboxes.ts';
import { scale } from './scale.ts';
import { inOrder, nodesOf, replicaOf, requireContainer, requireContainerOf } from './select.ts';
import { readStats, type StatValue } from './stats.ts';
import { type Topology, topologyOf } from './topology/topology.ts';

/** A node's container, as commands name it. */
export interface Target {
  /** `service1` (its first replica) or `service1-2`. */
  readonly node: string;
  readonly index?: number | undefined;
  readonly container?: string | undefined;
}

/**
 * A running lab: one method a command. Those that change it hold its lock. Disposing lets go of it, and leaves it
 * running.
 */
export class Lab implements AsyncDisposable {
  readonly runtime: Runtime;
  readonly name: string;
  readonly #context: LabContext;
  readonly #running: RunningLab;

  private constructor(context: LabContext, runtime: Runtime, running: RunningLab, name: string) {
    this.#context = context;
    this.runtime = runtime;
    this.#running = running;
    this.name = name;
  }

  /**
   * @param name undefined: the only lab that runs
   * @throws LabError `usage` when there is none, or it is not clear which
   */
  static async open(context: LabContext, name?: string): Promise<Lab> {
    const { runtime, running } = await findLab(context, name);
    const { identity } = await running.observe();
    return new Lab(context, runtime, running, identity.lab);
  }

  /** The same lab, as one whose calls end when this signal aborts. */
  until(signal: AbortSignal): Lab {
    return new Lab({ ...this.#context, signal }, this.runtime, this.#running, this.name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running[Symbol.asyncDispose]();
  }

  /** The lab as it is now, replicas of a node beside each other. */
  async ps(): Promise<ObservedLab> {
    return inOrder(await this.#running.observe());
  }

  /** The replicas the names mean, all of the lab when there is none. */
  async nodes(names: readonly string[]): Promise<readonly ObservedNode[]> {
    return nodesOf(await this.ps(), names);
  }

  /** Starts a command in a container of a node, of its first one when none is named. */
  async exec(target: Target, request: Omit<ExecRequest, 'node' | 'container'>): Promise<ExecSession> {
    const node = replicaOf(await this.ps(), target.node, target.index);
    const container =
      target.container === undefined ? {} : { container: requireContainer(node, target.container) };
    return this.#running.exec({ ...request, node: node.spec.name, ...container });
  }

  /**
   * Runs curl; resolves with its exit code.
   * @param from the node to send from; undefined: the host
   */
  async curl(words: readonly string[], from: string | undefined, streams: CurlStreams): Promise<number> {
    const options = await curlOptions(this.#context, this.#running, from);
    return runCurl(words, { ...options, streams });
  }

  /** Runs curl and takes its answers apart, one for each transfer. */
  async captureCurl(words: readonly string[], from: string | undefined): Promise<CurlResult[]> {
    return captureCurl(words, await curlOptions(this.#context, this.#running, from));
  }

  /**
   * Runs the sandbox's checks, all or those that {@link chooseChecks} takes the names to mean, once every proxy knows the nodes it names.
   * @throws LabError `usage` when there is no such check; DocumentError when the sandbox's file is broken by now
   */
  async check(names: readonly string[], observer?: CheckObserver): Promise<CheckResult[]> {
    await using _lock = await lockLab(this.#context, this.name);
    const { checks } = await this.sandbox();
    const chosen = chooseChecks(checks, names);
    const { signal, env } = this.#context;
    const missing = await waitForKnownReplicas(this.#running, { timeoutMs: knownTimeoutMs, signal });
    for (const text of missing) this.#context.emit({ kind: 'warning', text });
    const quiet = { ...this.#context, emit: () => undefined };
    const curl = {
      host: await findCurlRunner(env),
      inNode: await curlProgram(this.#context, await this.ps()),
    };
    const target = checkTarget(quiet, this.#running, curl);
    return await runChecks(chosen, target, { signal, ...(observer === undefined ? {} : { observer }) });
  }

  /**
   * The sandbox it was started from, as its file is now.
   * @throws LabError `invalid` when its folder is no sandbox any more; DocumentError when its file is broken
   */
  async sandbox(): Promise<Sandbox> {
    const { identity } = await this.ps();
    try {
      return await readSandbox(this.#context, identity.folder);
    } catch (error) {
      if (!(error instanceof LabError) || error.code !== 'usage') throw error;
      const what = `lab ${this.name} was started from ${identity.folder}, which is no sandbox any more`;
      throw new LabError('invalid', what, {
        hint: `its checks are read from there: put it back, or end the lab with envoy-lab down ${this.name}`,
        cause: error,
      });
    }
  }

  /** Replicas with what their Envoy configs say. */
  async inspect(names: readonly string[]): Promise<readonly InspectedNode[]> {
    return (await this.nodes(names)).map(inspectNode);
  }

  /** What was started, with every choice made. */
  async config(): Promise<LabSpec> {
    const { identity, nodes } = await this.ps();
    return { identity, nodes: nodes.map(({ spec }) => spec) };
  }

  /** Who sends to whom. */
  async graph(): Promise<Topology> {
    const { nodes } = await this.config();
    return topologyOf(this.name, nodes);
  }

  async *logs(
    names: readonly string[],
    options: {
      container?: string | undefined;
      follow: boolean;
      tail?: number | undefined;
      since?: number | undefined;
    },
  ): AsyncIterable<LogLine> {
    const { container, follow, tail, since } = options;
    const found = await this.nodes(names);
    if (container !== undefined) requireContainerOf(found, container);
    const nodes = found.map(({ spec }) => spec.name);
    yield* this.#running.logs({
      nodes,
      follow,
      signal: this.#context.signal,
      ...(container === undefined ? {} : { container }),
      ...(tail === undefined ? {} : { tail }),
      ...(since === undefined ? {} : { since }),
    });
  }

  /** Changes the number of replicas; returns when they are ready. */
  async scale(replicas: ReadonlyMap<string, number>, timeoutMs: number): Promise<Plan> {
    await using _lock = await lockLab(this.#context, this.name);
    return await scale(this.#context, this.#running, { replicas, timeoutMs, signal: this.#context.signal });
  }

  /** Stats of a node's first proxy, or of the one that is named. */
  async stats(
    target: Target,
    filter: string | undefined,
  ): Promise<{ readonly admin: AdminAddress; readonly stats: ReadonlyMap<string, StatValue> }> {
    const admin = adminOf(replicaOf(await this.ps(), target.node, target.index), target.container);
    return { admin, stats: await readStats(this.#running, admin, filter, this.#context.signal) };
  }

  async stop(names: readonly string[]): Promise<readonly string[]> {
    await using _lock = await lockLab(this.#context, this.name);
    return await stopNodes(this.#running, names);
  }

  async start(names: readonly string[], timeoutMs: number): Promise<readonly string[]> {
    await using _lock = await lockLab(this.#context, this.name);
    return await this.#start(names, timeoutMs);
  }

  async restart(names: readonly string[], timeoutMs: number): Promise<readonly string[]> {
    await using _lock = await lockLab(this.#context, this.name);
    await stopNodes(this.#running, names);
    return await this.#start(names, timeoutMs);
  }

  async pause(names: readonly string[]): Promise<readonly string[]> {
    await using _lock = await lockLab(this.#context, this.name);
    return await pauseNodes(this.#running, names);
  }

  async unpause(names: readonly string[]): Promise<readonly string[]> {
    await using _lock = await lockLab(this.#context, this.name);
    return await unpauseNodes(this.#running, names);
  }

  /** Sends a signal to a container of every replica the name means, to all their containers when none is named. */
  async kill(
    name: string,
    container: string | undefined,
    signal: NodeJS.Signals,
  ): Promise<readonly string[]> {
    await using _lock = await lockLab(this.#context, this.name);
    return await killNodes(this.#running, name, container, signal);
  }

  /** Waits until every proxy that names a node knows its replicas; what is still not known then, a sentence each. */
  waitForKnownReplicas(timeoutMs: number): Promise<readonly string[]> {
    return waitForKnownReplicas(this.#running, { timeoutMs, signal: this.#context.signal });
  }

  /** Where a published port of a node is on the host. */
  async port(target: Target, port: string): Promise<ObservedPort> {
    return publishedPort(replicaOf(await this.ps(), target.node, target.index), port);
  }

  /** All published ports of a replica. */
  async ports(target: Target): Promise<readonly ObservedPort[]> {
    return replicaOf(await this.ps(), target.node, target.index).published;
  }

  /** A local address that leads to a port of a node, published or not, until it is disposed. */
  async dial(target: Target, port: number): Promise<Dialed> {
    return this.#running.dial(replicaOf(await this.ps(), target.node, target.index).spec.name, port);
  }

  /** A file of a container. */
  async readFile(target: Target, path: string): Promise<Buffer> {
    const node = replicaOf(await this.ps(), target.node, target.index);
    const container = target.container === undefined ? undefined : requireContainer(node, target.container);
    return this.#running.readFile(node.spec.name, container, path);
  }

  /** What happens in the lab from now on, the present state of each container first. */
  events(): AsyncIterable<RuntimeEvent> {
    return this.#running.watch(this.#context.signal);
  }

  /**
   * The pages of the lab, proxies' admin and apps', on one address of 127.0.0.1; dispose it.
   *
   * @param port 0: any free one
   * @throws LabError `runtime` when the port cannot be had
   */
  openPages(port: number): Promise<Gateway> {
    return openPages(this.#running, port);
  }

  /** Resolves when the lab does not run any more, or the user presses Ctrl-C. */
  gone(): Promise<void> {
    return untilGone(this.#running, this.#context.signal);
  }

  #start(names: readonly string[], timeoutMs: number): Promise<readonly string[]> {
    const { signal } = this.#context;
    return startNodes(this.#context, this.#running, names, { until: 'ready', timeoutMs, signal });
  }
}
