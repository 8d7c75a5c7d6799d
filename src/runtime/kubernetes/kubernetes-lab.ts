import type { Duplex } from 'node:stream';
import { LabError } from '../../error.ts';
import { listenFor } from '../listen-for.ts';
import type { NodeSpec } from '../node-spec.ts';
import type * as runtime from '../runtime.ts';
import type { Agent } from './agent/agent.ts';
import { doing } from './api/failure.ts';
import { execQuietly, openExec } from './exec/exec.ts';
import { createNodes } from './lifecycle/create.ts';
import { publishPorts } from './lifecycle/publish.ts';
import { untilReadyAgain } from './lifecycle/ready-again.ts';
import { removeLab, removeNodes } from './lifecycle/remove.ts';
import { killContainers, killNode } from './lifecycle/signal.ts';
import { startContainers } from './lifecycle/start.ts';
import { stopContainers, stopNode } from './lifecycle/stop.ts';
import { updateNodes } from './lifecycle/update.ts';
import { findNode, type LabObjects, listLab } from './list.ts';
import { readLogs } from './logs.ts';
import { observe } from './observe.ts';
import type { LabAt } from './place.ts';
import { connectTo } from './reach/reach.ts';
import { containersOf, nodeNamed, runningContainer, runs, unknownNode } from './select.ts';
import type { NodeObject } from './states.ts';
import { watchLab } from './watch/watch.ts';

/** How long a container may take to end after SIGTERM, in ms, when nobody says otherwise. */
const GRACE_MS = 10_000;

/** Largest file that is read into memory, in bytes. */
const FILE_LIMIT = 512 * 1024 * 1024;

type Env = Readonly<Record<string, string | undefined>>;

/** A lab in a cluster; the cluster is the truth, nothing that changes is kept here. */
export class KubernetesLab implements runtime.RunningLab {
  readonly #lab: LabAt;
  readonly #agent: Agent;
  readonly #env: Env;
  readonly #removed = new AbortController();
  /** What is under way in a node: its changes are made one after the other. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(lab: LabAt, agent: Agent, env: Env) {
    this.#lab = lab;
    this.#agent = agent;
    this.#env = env;
  }

  get #name(): string {
    return this.#lab.identity.lab;
  }

  async #objects(): Promise<LabObjects> {
    const objects = await doing(`look at lab ${this.#name}`, () => listLab(this.#lab));
    if (objects === undefined) throw new LabError('runtime', `lab ${this.#name} is gone`);
    return objects;
  }

  async #node(name: string): Promise<NodeObject> {
    const node = await doing(`look at lab ${this.#name}`, () => findNode(this.#lab, name));
    if (node === undefined) throw unknownNode(name, (await this.#objects()).nodes);
    return node;
  }

  #inTurn<T>(node: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(node) ?? Promise.resolve()).then(work, work);
    this.#turns.set(node, turn);
    return turn;
  }

  async observe(): Promise<runtime.ObservedLab> {
    const objects = await this.#objects();
    return doing(`look at lab ${this.#name}`, () => observe(this.#lab, objects));
  }

  async create(nodes: readonly NodeSpec[]): Promise<void> {
    await doing(`create nodes of lab ${this.#name}`, () => createNodes(this.#lab, nodes, this.#env));
    await this.#openPorts(nodes.map(({ name }) => name));
  }

  async #openPorts(names: readonly string[], before: readonly runtime.ObservedPort[] = []): Promise<void> {
    const { nodes } = await this.#objects();
    const own = nodes.filter(({ record }) => names.includes(record.spec.name));
    const published = await publishPorts(
      this.#lab,
      this.#agent,
      own.map(({ record }) => record),
    );
    await this.#agent.closed(
      before.filter(({ hostPort }) => !published.some((port) => port.hostPort === hostPort)),
    );
  }

  async update(specs: readonly NodeSpec[], signal?: AbortSignal): Promise<void> {
    const { nodes } = await this.#objects();
    const pairs = specs.map((spec) => [nodeNamed(spec.name, nodes), spec] as const);
    const rest = nodes.filter((node) => !pairs.some(([changed]) => changed === node));
    await doing(`update nodes of lab ${this.#name}`, async () => {
      await updateNodes(this.#lab, pairs, { env: this.#env, rest, signal });
      await Promise.all(pairs.map(([before]) => untilReadyAgain(this.#lab, before)));
    });
    await this.#openPorts(
      specs.map(({ name }) => name),
      pairs.flatMap(([{ record }]) => record.published),
    );
  }

  start(name: string, containers?: readonly string[], signal?: AbortSignal): Promise<void> {
    return this.#inTurn(name, async () => {
      const node = await this.#node(name);
      const names = containersOf(node, containers).map((container) => container.name);
      await doing(`start ${name}`, async () => {
        await startContainers(this.#lab, node, names, signal);
        await untilReadyAgain(this.#lab, node);
      });
    });
  }

  stop(name: string, containers?: readonly string[], graceMs = GRACE_MS): Promise<void> {
    return this.#inTurn(name, async () => {
      const node = await this.#node(name);
      const names = containersOf(node, containers).map((container) => container.name);
      refuseService(node, 'stopped');
      await doing(`stop ${name}`, () =>
        containers === undefined
          ? stopNode(this.#lab, node, graceMs)
          : stopContainers(this.#lab, node, names, graceMs),
      );
    });
  }

  async kill(name: string, container: string | undefined, signal: NodeJS.Signals): Promise<void> {
    const node = await this.#node(name);
    const names = containersOf(node, container === undefined ? undefined : [container]).map(
      (spec) => spec.name,
    );
    refuseService(node, 'killed');
    await doing(`kill ${name}`, () =>
      container === undefined && signal === 'SIGKILL'
        ? killNode(this.#lab, node)
        : killContainers(this.#lab, node, names, signal),
    );
  }

  async pause(name: string): Promise<void> {
    await this.#node(name);
    throw new LabError('usage', `node ${name} cannot be paused: Kubernetes has no way to do that`, {
      hint: 'stop it in place of that, or run the lab with --runtime docker or process',
    });
  }

  /** Nothing is ever paused here. */
  async unpause(name: string): Promise<void> {
    await this.#node(name);
  }

  async remove(names?: readonly string[]): Promise<void> {
    if (names === undefined) {
      await doing(`remove lab ${this.#name}`, () => removeLab(this.#lab));
      await this.#agent.end();
      this.#removed.abort();
      return;
    }
    const { nodes } = await this.#objects();
    const leaving = names.map((name) => nodeNamed(name, nodes));
    const staying = nodes.filter((node) => !leaving.includes(node));
    await doing(`remove ${names.join(', ')} of lab ${this.#name}`, () =>
      removeNodes(this.#lab, leaving, staying),
    );
    await this.#agent.closed(leaving.flatMap(({ record }) => record.published));
  }

  watch(signal: AbortSignal): AsyncIterable<runtime.RuntimeEvent> {
    return watchLab({ lab: this.#lab, removed: this.#removed.signal, signal });
  }

  async exec({
    node: name,
    container,
    tool,
    user,
    ...request
  }: runtime.ExecRequest): Promise<runtime.ExecSession> {
    const node = await this.#node(name);
    const target = runningContainer(node, container);
    if (user !== undefined) {
      throw new LabError(
        'runtime',
        `${name} cannot run as ${user}: Kubernetes runs commands as the user of their container`,
        {
          hint: 'set user: for the container in sandbox.yaml',
        },
      );
    }
    return doing(`run a command in ${name} of lab ${this.#name}`, () =>
      openExec(this.#lab, { ...request, node: name, pod: name, container: target.name }),
    );
  }

  async *logs({ nodes: names, ...request }: runtime.LogRequest): AsyncIterable<runtime.LogLine> {
    const { nodes } = await this.#objects();
    const wanted = names.map((name) => nodeNamed(name, nodes));
    yield* readLogs(this.#lab, wanted, request);
  }

  async connect(name: string, port: number): Promise<Duplex> {
    const node = await this.#node(name);
    // A service leads to others.
    const nodes = node.record.spec.service === undefined ? [] : (await this.#objects()).nodes;
    return connectTo(this.#lab, node, port, { nodes, sure: true });
  }

  async dial(name: string, port: number): Promise<runtime.Dialed> {
    const ready = await this.connect(name, port);
    return listenFor(async () => {
      const { nodes } = await this.#objects();
      return connectTo(this.#lab, nodeNamed(name, nodes), port, { nodes, sure: false });
    }, ready);
  }

  async readFile(name: string, container: string | undefined, path: string): Promise<Buffer> {
    const node = await this.#node(name);
    const [target] = containersOf(node, container === undefined ? undefined : [container]);
    if (target === undefined) throw new LabError('runtime', `node ${name} has no container`);
    if (!runs(node, target.name)) {
      const from = target.files.find((file) => file.path === path)?.from;
      if (from !== undefined && 'content' in from) return Buffer.from(from.content);
      throw unreadable(path, `${name}/${target.name} does not run, and what it wrote went with its pod`);
    }
    const { code, stdout, stderr } = await doing(`read ${path} in ${name}`, () =>
      execQuietly(
        this.#lab,
        { pod: name, container: target.name, argv: ['cat', path] },
        { limit: FILE_LIMIT },
      ),
    );
    if (code !== 0) throw unreadable(path, stderr.trim() || `cat exits with ${code}`);
    return stdout;
  }

  /** Lets go of the lab; it runs on. */
  async [Symbol.asyncDispose](): Promise<void> {}
}

function unreadable(path: string, why: string): LabError {
  return new LabError('runtime', `cannot read ${path}: ${why}`);
}

function refuseService({ record: { spec } }: NodeObject, verb: string): void {
  if (spec.service === undefined) return;
  throw new LabError(
    'usage',
    `${spec.name} is a service, which cannot be ${verb} on Kubernetes: nothing runs for it`,
    {
      hint: `that can be done to the nodes it leads to: ${spec.service.selects}`,
    },
  );
}
