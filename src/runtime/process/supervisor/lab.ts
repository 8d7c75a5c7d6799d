import type { DnsQuestion } from '../../../dns/packet.ts';
import type { Lookup } from '../../../dns/server.ts';
import { LabError } from '../../../error.ts';
import type { ContainerSpec, LabIdentity, NodeSpec } from '../../node-spec.ts';
import type { ObservedLab, RuntimeEvent } from '../../runtime.ts';
import { Bell } from './bell.ts';
import { Container, type ContainerHost } from './container.ts';
import { EventBus } from './events.ts';
import type { FifoPool } from './fifo.ts';
import type { Isolation } from './isolation.ts';
import { lookupName } from './names.ts';
import { isUp, type LabNode, NodeTable } from './nodes.ts';
import { type PortBinder, publish } from './publisher.ts';
import { checkUsers } from './user.ts';

export interface LabOptions {
  readonly identity: LabIdentity;
  readonly createdAt: number;
  readonly isolation: Isolation;
  readonly fifos: FifoPool;
  readonly binder: PortBinder;
  now(): number;
}

/** How long a container may take to end after SIGTERM, in ms, when nobody says otherwise. */
const GRACE_MS = 10_000;

/** A running lab: its nodes and what may be done with them. Calls that change nodes run one after the other. */
export class Lab {
  readonly events = new EventBus();
  readonly #options: LabOptions;
  readonly nodes = new NodeTable();
  /** Rings when any container has new output. */
  readonly output = new Bell();
  readonly #host: ContainerHost;
  #queue: Promise<unknown> = Promise.resolve();
  #rotation = 0;

  constructor(options: LabOptions) {
    this.#options = options;
    this.#host = {
      isolation: options.isolation,
      fifos: options.fifos,
      now: options.now,
      changed: (container) => this.events.emit(this.#stateOf(container)),
      logged: () => this.output.ring(),
    };
  }

  get isolation(): Isolation {
    return this.#options.isolation;
  }

  get binder(): PortBinder {
    return this.#options.binder;
  }

  get fifos(): FifoPool {
    return this.#options.fifos;
  }

  now(): number {
    return this.#options.now();
  }

  async observe(): Promise<ObservedLab> {
    const nodes = this.nodes.all();
    const pids = nodes.flatMap((node) => [...node.containers.values()].flatMap(({ pid }) => pid ?? []));
    const hostPids = await this.isolation.hostPids(pids);
    return {
      identity: this.#options.identity,
      runtime: 'process',
      mode: this.isolation.mode,
      createdAt: this.#options.createdAt,
      nodes: nodes.map(({ spec, addresses, containers, published }) => ({
        spec,
        addresses,
        published: published.map(({ observed }) => observed),
        containers: [...containers.values()].map((container) =>
          container.observe(container.pid === undefined ? undefined : hostPids.get(container.pid)),
        ),
      })),
    };
  }

  create(specs: readonly NodeSpec[]): Promise<void> {
    return this.#inTurn(async () => {
      for (const { name } of specs) {
        if (this.nodes.has(name)) throw new LabError('runtime', `node ${name} exists already`);
      }
      checkUsers(specs, this.isolation.mode);
      const containers = specs.reduce((sum, { containers }) => sum + containers.length, 0);
      const [addresses] = await Promise.all([
        this.isolation.createNodes(specs),
        this.fifos.prepare(2 * containers),
      ]);
      const made: string[] = [];
      try {
        for (const spec of specs) {
          const node: LabNode = {
            spec,
            addresses: addresses.get(spec.name)!,
            containers: new Map(),
            published: [],
          };
          this.nodes.add(node);
          made.push(spec.name);
          for (const container of spec.containers) await this.#addContainer(node, container);
        }
        await Promise.all(specs.map((spec) => this.#publish(this.nodes.get(spec.name))));
      } catch (error) {
        await this.#remove(made);
        await this.isolation.removeNodes(
          specs.map(({ name }) => name).filter((name) => !made.includes(name)),
        );
        throw error;
      }
      const time = this.now();
      for (const { name } of specs) this.events.emit({ kind: 'node', node: name, state: 'created', time });
    });
  }

  async #publish(node: LabNode): Promise<void> {
    node.published = await publish(this.binder, this.isolation, node.spec.name, node.spec.publish);
  }

  async #addContainer(node: LabNode, spec: ContainerSpec): Promise<void> {
    await this.isolation.createContainer(node.spec, spec);
    const container = new Container(this.#host, node.spec, spec);
    node.containers.set(spec.name, container);
    this.events.emit(this.#stateOf(container));
  }

  async #dropContainer(node: LabNode, name: string): Promise<void> {
    await node.containers.get(name)?.destroy();
    node.containers.delete(name);
    await this.isolation.removeContainer(node.spec.name, name);
  }

  update(specs: readonly NodeSpec[]): Promise<void> {
    return this.#inTurn(async () => {
      checkUsers(specs, this.isolation.mode);
      for (const spec of specs) await this.#updateNode(this.nodes.get(spec.name), spec);
    });
  }

  async #updateNode(node: LabNode, spec: NodeSpec): Promise<void> {
    for (const part of ['networks', 'hosts'] as const) {
      if (JSON.stringify(node.spec[part]) === JSON.stringify(spec[part])) continue;
      throw new LabError('runtime', `the ${part} of node ${spec.name} have changed`, {
        hint: 'Remove the node and create it again.',
      });
    }
    const before = node.spec;
    node.spec = spec;
    if (JSON.stringify(before.publish) !== JSON.stringify(spec.publish)) {
      for (const publication of node.published) publication.close();
      node.published = [];
      await this.#publish(node);
    }
    const wanted = new Map(spec.containers.map((container) => [container.name, container]));
    for (const [name, container] of [...node.containers]) {
      if (wanted.get(name)?.hash !== container.spec.hash) await this.#dropContainer(node, name);
    }
    await this.fifos.prepare(2 * spec.containers.length);
    for (const container of spec.containers) {
      if (!node.containers.has(container.name)) await this.#addContainer(node, container);
    }
    const order = spec.containers.map(({ name }) => [name, node.containers.get(name)!] as const);
    node.containers.clear();
    for (const [name, container] of order) node.containers.set(name, container);
  }

  async start(name: string, containers?: readonly string[]): Promise<void> {
    const results = await Promise.allSettled(
      this.nodes.containers(name, containers).map((container) => container.start()),
    );
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  async stop(name: string, containers?: readonly string[], graceMs = GRACE_MS): Promise<void> {
    await Promise.all(this.nodes.containers(name, containers).map((container) => container.stop(graceMs)));
  }

  async kill(name: string, container: string | undefined, signal: NodeJS.Signals): Promise<void> {
    const targets = this.nodes.containers(name, container === undefined ? undefined : [container]);
    await Promise.all(targets.map((target) => target.kill(signal)));
  }

  pause(name: string): void {
    for (const container of this.nodes.containers(name)) container.pause();
  }

  unpause(name: string): void {
    for (const container of this.nodes.containers(name)) container.unpause();
  }

  remove(names: readonly string[]): Promise<void> {
    return this.#inTurn(async () => {
      for (const name of names) this.nodes.get(name);
      await this.#remove(names);
    });
  }

  async #remove(names: readonly string[]): Promise<void> {
    const nodes = names.map((name) => this.nodes.get(name));
    for (const node of nodes) for (const publication of node.published) publication.close();
    await Promise.all(
      nodes.flatMap((node) => [...node.containers.keys()].map((name) => this.#dropContainer(node, name))),
    );
    await this.isolation.removeNodes(names);
    const time = this.now();
    for (const name of names) {
      this.nodes.delete(name);
      this.events.emit({ kind: 'node', node: name, state: 'removed', time });
    }
  }

  /** States of all containers as events, for whoever begins to watch. */
  present(): RuntimeEvent[] {
    return this.nodes
      .all()
      .flatMap((node) => [...node.containers.values()].map((container) => this.#stateOf(container)));
  }

  #stateOf(container: Container): RuntimeEvent {
    return {
      kind: 'container',
      node: container.node.name,
      container: container.spec.name,
      state: container.state,
      ...(container.exitCode === undefined ? {} : { exitCode: container.exitCode }),
      time: this.now(),
    };
  }

  /** Answers the lab's DNS. */
  lookup(question: DnsQuestion, client: string): Lookup {
    const nodes = this.nodes.all().map(({ spec, addresses, containers }) => ({
      name: spec.name,
      group: spec.group,
      aliases: spec.aliases,
      hosts: this.isolation.mode === 'loopback' ? spec.hosts : undefined,
      addresses,
      up: isUp([...containers.values()]),
    }));
    // Only what is turned counts: most clients ask for A and AAAA together.
    if (question.type === 'A') this.#rotation++;
    return lookupName(nodes, question, client, this.#rotation);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch(() => {});
    return turn;
  }
}
