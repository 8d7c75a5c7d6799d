import type { Duplex } from 'node:stream';
import { LabError } from '../../error.ts';
import type { LabIdentity, NodeSpec } from '../node-spec.ts';
import type * as runtime from '../runtime.ts';
import type { Engine } from './engine.ts';
import { doing } from './errors.ts';
import { execIn } from './exec.ts';
import { getFile } from './files.ts';
import { label } from './labels.ts';
import { createNodes } from './lifecycle/create.ts';
import { removeLab, removeListed } from './lifecycle/remove.ts';
import { killContainers, pauseContainers } from './lifecycle/signal.ts';
import { startContainers } from './lifecycle/start.ts';
import { stopContainers, stopHolder } from './lifecycle/stop.ts';
import { updateNode } from './lifecycle/update.ts';
import { readLogs } from './logs.ts';
import type { LabObjects, NodeObject } from './objects.ts';
import { listContainers, listLab, listNode } from './observe/list.ts';
import { observe } from './observe/observe.ts';
import type { Reach } from './reach/reach.ts';
import type { ProbeContext } from './ready/ready.ts';
import { containersOf, nodeNamed, runningContainer, unknownNode } from './select.ts';
import { watchLab } from './watch/watch.ts';

/** How long a container may take to end after SIGTERM, in ms, when nobody says otherwise. */
const GRACE_MS = 10_000;

/** A lab at a container engine; the engine is the truth, nothing that changes is kept here. */
export class DockerLab implements runtime.RunningLab {
  readonly #engine: Engine;
  readonly #identity: LabIdentity;
  readonly #context: ProbeContext;
  /** Made by this process and not started yet: no need to ask the engine what they are. */
  readonly #fresh = new Map<string, NodeObject>();
  /** Containers that this process is taking away. */
  readonly #leaving = new Set<string>();
  readonly #removed = new AbortController();

  constructor(engine: Engine, identity: LabIdentity, reach: Reach) {
    this.#engine = engine;
    this.#identity = identity;
    this.#context = { docker: engine.docker, reach };
  }

  #doing<T>(what: string, work: () => Promise<T>): Promise<T> {
    return doing(`${what} lab ${this.#identity.lab}`, work);
  }

  async #objects(): Promise<LabObjects> {
    const { lab } = this.#identity;
    const objects = await this.#doing('look at', () => listLab(this.#engine, lab));
    if (objects === undefined) throw new LabError('runtime', `lab ${lab} is gone`);
    return objects;
  }

  async #node(name: string): Promise<NodeObject> {
    const { lab } = this.#identity;
    const node = await this.#doing('look at', () => listNode(this.#engine, lab, name));
    if (node === undefined) throw unknownNode(name, (await this.#objects()).nodes);
    return node;
  }

  get #at() {
    return { engine: this.#engine, identity: this.#identity };
  }

  async observe(): Promise<runtime.ObservedLab> {
    const objects = await this.#objects();
    return this.#doing('look at', () => observe(this.#engine, objects, this.#context));
  }

  async create(nodes: readonly NodeSpec[]): Promise<void> {
    const made = await this.#doing('create nodes of', () => createNodes(this.#at, nodes));
    for (const node of made) this.#fresh.set(node.spec.name, node);
  }

  async update(nodes: readonly NodeSpec[]): Promise<void> {
    const objects = await this.#objects();
    const pairs = nodes.map((spec) => [nodeNamed(spec.name, objects.nodes), spec] as const);
    for (const { name } of nodes) this.#fresh.delete(name);
    await Promise.all(pairs.map(([node, spec]) => updateNode(this.#at, node, spec)));
  }

  async start(name: string, containers?: readonly string[]): Promise<void> {
    const node = this.#takeFresh(name, containers) ?? (await this.#node(name));
    await startContainers(this.#at, node, containersOf(node, containers));
  }

  /** A node as it was made, if none of these containers has been started since. */
  #takeFresh(name: string, names: readonly string[] | undefined): NodeObject | undefined {
    const node = this.#fresh.get(name);
    if (node === undefined) return undefined;
    const taken = containersOf(node, names);
    const left = node.containers.filter((container) => !taken.includes(container));
    if (left.length === 0) this.#fresh.delete(name);
    else this.#fresh.set(name, { ...node, containers: left });
    return node;
  }

  async stop(name: string, containers?: readonly string[], graceMs = GRACE_MS): Promise<void> {
    this.#fresh.delete(name);
    const node = await this.#node(name);
    await stopContainers(this.#at, node, containersOf(node, containers), graceMs);
    if (containers === undefined) await stopHolder(this.#at, node);
  }

  async kill(name: string, container: string | undefined, signal: NodeJS.Signals): Promise<void> {
    this.#fresh.delete(name);
    const node = await this.#node(name);
    const targets = containersOf(node, container === undefined ? undefined : [container]);
    await killContainers(this.#at, node, targets, signal);
    // Nothing of the node is left to answer to its name.
    if (container === undefined && signal === 'SIGKILL') await stopHolder(this.#at, node);
  }

  async pause(name: string): Promise<void> {
    await pauseContainers(this.#at, await this.#node(name), true);
  }

  async unpause(name: string): Promise<void> {
    await pauseContainers(this.#at, await this.#node(name), false);
  }

  async remove(names?: readonly string[]): Promise<void> {
    const { lab } = this.#identity;
    const listed = await this.#doing('remove', () => listContainers(this.#engine, lab));
    const leaving =
      names === undefined ? listed : listed.filter(({ Labels }) => names.includes(Labels[label.node]!));
    for (const name of names ?? []) {
      if (leaving.some(({ Labels }) => Labels[label.node] === name)) continue;
      throw unknownNode(name, (await this.#objects()).nodes);
    }
    for (const { Id } of leaving) this.#leaving.add(Id);
    for (const name of names ?? this.#fresh.keys()) this.#fresh.delete(name);
    await this.#doing(names === undefined ? 'remove' : `remove ${names.join(', ')} of`, () =>
      names === undefined ? removeLab(this.#engine, lab) : removeListed(this.#engine, leaving),
    );
    if (names === undefined) this.#removed.abort();
  }

  watch(signal: AbortSignal): AsyncIterable<runtime.RuntimeEvent> {
    return watchLab({
      engine: this.#engine,
      lab: this.#identity.lab,
      context: this.#context,
      isBeingRemoved: (id) => this.#leaving.has(id),
      removed: this.#removed.signal,
      signal,
    });
  }

  async exec({ node: name, container, tool, ...request }: runtime.ExecRequest): Promise<runtime.ExecSession> {
    const node = await this.#node(name);
    const id = tool === true && node.running ? node.id : runningContainer(node, container).id;
    return this.#doing(`run a command in ${name} of`, () => execIn(this.#engine.docker, id, request));
  }

  async *logs({ nodes: names, ...request }: runtime.LogRequest): AsyncIterable<runtime.LogLine> {
    const { nodes } = await this.#objects();
    const wanted = names.map((name) => nodeNamed(name, nodes));
    for (const node of wanted) if (request.container !== undefined) containersOf(node, [request.container]);
    yield* readLogs(this.#engine.docker, wanted, request);
  }

  async dial(name: string, port: number): Promise<runtime.Dialed> {
    return this.#context.reach.dial(await this.#node(name), port);
  }

  async connect(name: string, port: number): Promise<Duplex> {
    return this.#context.reach.connect(await this.#node(name), port);
  }

  async readFile(name: string, container: string | undefined, path: string): Promise<Buffer> {
    const node = await this.#node(name);
    const [target] = containersOf(node, container === undefined ? undefined : [container]);
    if (target === undefined) throw new LabError('runtime', `node ${name} has no container`);
    return this.#doing(`read ${path} in ${name} of`, () => getFile(this.#engine.docker, target.id, path));
  }

  /** Lets go of the lab; it runs on. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.reach[Symbol.asyncDispose]();
  }
}
