import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import { LabError } from '../../../error.ts';
import { listenFor } from '../../listen-for.ts';
import type { Dialed } from '../../runtime.ts';
import type { NodeObject } from '../objects.ts';
import { AgentLink } from './agent-link.ts';
import type { ConnectOptions, Reach } from './reach.ts';
import { directAddresses } from './route.ts';
import { connectTcp, isRefusal } from './tcp.ts';

const LOOPBACK = ['127.0.0.1', '::1'];
/** Longest that one address may take to accept, in ms. */
const CONNECT_MS = 5000;
/** How long a dialled port may take to accept, in ms; it may be slow on purpose, then its user waits for it. */
const TRY_MS = 1000;

/**
 * Connections into the nodes of an engine.
 *
 * @param route which addresses of a container the host has a way to; tests force the agent with one that finds none
 */
export function openReach(docker: Docker, route: typeof directAddresses = directAddresses): Reach {
  return new EngineReach(docker, route);
}

class EngineReach implements Reach {
  readonly #docker: Docker;
  readonly #route: typeof directAddresses;
  /** Ways that were found, by holder and its addresses: they change when it is started again. */
  readonly #ways = new Map<string, Promise<readonly string[]>>();
  readonly #agents = new Map<string, AgentLink>();
  readonly #dialed = new Set<Dialed>();

  constructor(docker: Docker, route: typeof directAddresses) {
    this.#docker = docker;
    this.#route = route;
  }

  async connect(node: NodeObject, port: number, options: ConnectOptions = {}): Promise<Duplex> {
    const { name } = node.spec;
    if (!node.running)
      throw new LabError('runtime', `cannot connect to port ${port} of ${name}: it does not run`);
    try {
      return await this.#open(node, port, options);
    } catch (cause) {
      if (cause instanceof LabError) throw cause;
      if (isRefusal(cause)) {
        throw new LabError('runtime', `nothing listens on port ${port} of ${name}`, {
          hint: `Is it running, and is that its port? envoy-lab ps and envoy-lab logs ${name} show it.`,
          cause,
        });
      }
      const why = (cause as NodeJS.ErrnoException).code ?? String(cause);
      throw new LabError('runtime', `cannot connect to port ${port} of ${name}: ${why}`, { cause });
    }
  }

  /** @throws the system's error; a refusal only when all refused */
  async #open(
    node: NodeObject,
    port: number,
    { timeoutMs = CONNECT_MS, cheap }: ConnectOptions,
  ): Promise<Duplex> {
    const direct = await this.#direct(node);
    const failures: unknown[] = [];
    for (const host of direct) {
      try {
        return await connectTcp(host, port, timeoutMs);
      } catch (error) {
        failures.push(error);
      }
    }
    const worst = () => failures.find((error) => !isRefusal(error)) ?? failures[0];
    if (direct.length > 0 && cheap && !this.#agents.has(node.id)) throw worst();
    const hosts = direct.length > 0 ? LOOPBACK : [...Object.values(node.addresses), ...LOOPBACK];
    try {
      return await this.#agent(node.id).open({ hosts, port, timeoutMs });
    } catch (error) {
      if (error instanceof LabError) throw error;
      failures.push(error);
      throw worst();
    }
  }

  /** A way that is not found is looked for again: the neighbour may not have been known yet. */
  async #direct(node: NodeObject): Promise<readonly string[]> {
    const key = JSON.stringify([node.id, node.addresses]);
    const known = this.#ways.get(key) ?? this.#route(this.#docker, node.id).catch(() => []);
    this.#ways.set(key, known);
    const found = await known;
    if (found.length === 0) this.#ways.delete(key);
    return found;
  }

  /** The node as it is now: it may have been stopped and started since, and have another address. */
  async #fresh(node: NodeObject): Promise<NodeObject> {
    const { State, NetworkSettings } = await this.#docker.getContainer(node.id).inspect();
    const addresses = Object.entries(NetworkSettings.Networks).map(([name, { IPAddress }]) => [
      name,
      IPAddress,
    ]);
    return { ...node, running: State.Running, addresses: Object.fromEntries(addresses) };
  }

  #agent(holder: string): AgentLink {
    const agent = this.#agents.get(holder) ?? new AgentLink(this.#docker, holder);
    this.#agents.set(holder, agent);
    return agent;
  }

  /**
   * Once it listens, the local address accepts whatever the node does, so whether the node accepts is found out first.
   */
  async dial(node: NodeObject, port: number): Promise<Dialed> {
    const ready = await this.connect(node, port, { timeoutMs: TRY_MS }).catch((error: unknown) => {
      const cause = (error as LabError).cause as NodeJS.ErrnoException | undefined;
      if (cause?.code !== 'ETIMEDOUT') throw error;
      return undefined;
    });
    const dialed = await listenFor(async () => this.connect(await this.#fresh(node), port), ready);
    const own: Dialed = {
      host: dialed.host,
      port: dialed.port,
      [Symbol.asyncDispose]: async () => {
        this.#dialed.delete(own);
        await dialed[Symbol.asyncDispose]();
      },
    };
    this.#dialed.add(own);
    return own;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#dialed].map((dialed) => dialed[Symbol.asyncDispose]()));
    const agents = [...this.#agents.values()];
    this.#agents.clear();
    await Promise.all(agents.map((agent) => agent[Symbol.asyncDispose]()));
  }
}
