import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../../../error.ts';
import type { ContainerSpec, NodeSpec } from '../../node-spec.ts';
import type { ExecRequest } from '../../runtime.ts';
import type { ChildStreams, Endpoint, Isolation, Launched } from '../supervisor/isolation.ts';
import { awaitLaunch } from '../supervisor/launched.ts';
import { INSIDE } from './boot-script.ts';
import { type ContainerRoot, layOutRoot } from './container-root.ts';
import { runIp } from './ip-tool.ts';
import { execCommand, launchCommand } from './launch-script.ts';
import * as network from './network-plan.ts';
import { nodeFiles } from './node-files.ts';
import { childrenOf, withDescendants } from './process-tree.ts';
import { HOME, parseMountPoints, type RootPlan } from './root-plan.ts';
import type { Tools } from './tools.ts';
import { Trash } from './trash.ts';

interface Options {
  readonly tools: Tools;
  readonly plan: RootPlan;
  readonly networks: readonly string[];
  /** PATH of containers. */
  readonly path: string;
  hostPids(pids: readonly number[]): Promise<ReadonlyMap<number, number>>;
}

/** The namespace mode, seen from inside the lab's own namespaces. */
export class NamespaceIsolation implements Isolation {
  readonly mode = 'namespaces';
  readonly #tools: Tools;
  readonly #path: string;
  readonly #networks: string[];
  readonly #nodes = new Map<string, network.NodeNetwork>();
  readonly #roots = new Map<string, ContainerRoot>();
  /** Command and mount namespace of each container that was started; the latter tells whose a process is. */
  readonly #running = new Map<string, { readonly pid: number; mountNamespace: string; ended: boolean }>();
  readonly #ordinals = new Map<string, number>();
  readonly #trash = new Trash();
  #plan: RootPlan;
  #count = 0;
  readonly hostPids: Options['hostPids'];

  constructor(options: Options) {
    this.#tools = options.tools;
    this.#path = options.path;
    this.#plan = options.plan;
    this.#networks = [...options.networks];
    this.hostPids = options.hostPids;
  }

  /** To be called when the boot script has said ok. */
  boot(): void {
    const tried = parseMountPoints(readFileSync(INSIDE.tried, 'utf8'));
    const before = parseMountPoints(readFileSync('/proc/self/mountinfo', 'utf8'));
    // A folder may have been a mount before; an overlay that was accepted is one more.
    const count = (points: readonly string[], folder: string) =>
      points.filter((point) => point === folder).length;
    const works = (folder: string) => count(tried, folder) > count(before, folder);
    this.#plan = {
      ...this.#plan,
      overlays: this.#plan.overlays.filter(works),
      binds: [...this.#plan.binds, ...this.#plan.overlays.filter((folder) => !works(folder))],
    };
    const links = { fd: '/proc/self/fd', stdin: 'fd/0', stdout: 'fd/1', stderr: 'fd/2', ptmx: 'pts/ptmx' };
    for (const [name, target] of Object.entries(links)) symlinkSync(target, join(INSIDE.dev, name));
  }

  get gateways(): string[] {
    return this.#networks.map((_, index) => network.gateway(index));
  }

  #indexOf = (name: string): number => {
    const index = this.#networks.indexOf(name);
    if (index < 0) throw new LabError('usage', `the lab has no network named ${name}`);
    return index;
  };

  async createNodes(
    specs: readonly NodeSpec[],
  ): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
    const made = specs.map((spec) => this.#planNode(spec));
    try {
      const inside = made.map((node) => ({ netns: node.node, batch: network.insideBatch(node) }));
      await runIp(this.#tools, network.nodesBatch(made, this.#indexOf), inside);
    } catch (error) {
      await runIp(this.#tools, network.removalBatch(made, this.#indexOf), [], true);
      throw error;
    }
    for (const node of made) this.#nodes.set(node.node, node);
    return new Map(
      made.map(({ node, attachments }) => [
        node,
        Object.fromEntries(attachments.map((attachment) => [attachment.network, attachment.address])),
      ]),
    );
  }

  #planNode(spec: NodeSpec): network.NodeNetwork {
    const id = this.#count++;
    const names = spec.networks.length > 0 ? spec.networks : this.#networks.slice(0, 1);
    const attachments = names.map((name, position) => {
      const ordinal = this.#ordinals.get(name) ?? 0;
      if (ordinal >= network.MAX_NODES) throw new LabError('runtime', `network ${name} has no address left`);
      this.#ordinals.set(name, ordinal + 1);
      const address = network.nodeAddress(this.#indexOf(name), ordinal);
      return { network: name, inside: `eth${position}`, outside: `v${id}-${position}`, address };
    });
    return { node: spec.name, table: 1000 + id, attachments };
  }

  async removeNodes(names: readonly string[]): Promise<void> {
    const nodes = names.map((name) => this.#nodes.get(name)).filter((node) => node !== undefined);
    for (const { node } of nodes) this.#nodes.delete(node);
    if (nodes.length > 0) await runIp(this.#tools, network.removalBatch(nodes, this.#indexOf), [], true);
  }

  async createContainer(node: NodeSpec, container: ContainerSpec): Promise<void> {
    const folder = join(INSIDE.containers, String(this.#count++));
    mkdirSync(folder);
    const attachments = this.#nodes.get(node.name)?.attachments ?? [];
    const first = this.#indexOf(attachments[0]?.network ?? this.#networks[0]!);
    const addresses = attachments.map(({ address }) => address);
    const files = nodeFiles(node, addresses, network.gateway(first));
    try {
      this.#roots.set(`${node.name}/${container.name}`, layOutRoot(folder, this.#plan, container, files));
    } catch (error) {
      this.#trash.add(folder);
      throw error;
    }
  }

  async removeContainer(node: string, container: string): Promise<void> {
    const key = `${node}/${container}`;
    const root = this.#roots.get(key);
    this.#roots.delete(key);
    this.#running.delete(key);
    if (root !== undefined) this.#trash.add(root.folder);
  }

  async launch(node: NodeSpec, container: ContainerSpec, streams: ChildStreams): Promise<Launched> {
    const key = `${node.name}/${container.name}`;
    const child = this.#spawn(
      this.#launchArgv(node, container, container.argv),
      this.#env(node, container),
      streams,
      true,
    );
    return awaitLaunch(child, (pid) => {
      const mountNamespace = mountNamespaceOf(pid);
      if (mountNamespace === undefined) return;
      const entry = { pid, mountNamespace, ended: false };
      this.#running.set(key, entry);
      // The kernel gives a namespace's number to the next one: held open while its processes are looked for.
      const pin = openPin(pid);
      child.once('exit', () => {
        entry.ended = true;
        setTimeout(() => {
          entry.mountNamespace = '';
          if (pin !== undefined) closeSync(pin);
        }, PIN_MS).unref();
      });
    });
  }

  #launchArgv(node: NodeSpec, container: ContainerSpec, argv: readonly string[]): readonly string[] {
    const root = this.#roots.get(`${node.name}/${container.name}`);
    if (root === undefined) throw new LabError('runtime', `container ${node.name}/${container.name} is gone`);
    const { root: path, fstab } = root;
    const target = {
      netns: node.name,
      hostname: node.name,
      root: path,
      fstab,
      workdir: container.workdir ?? '/',
    };
    return launchCommand(this.#tools, target, argv, container.env);
  }

  exec(
    node: NodeSpec,
    container: ContainerSpec,
    pid: number,
    request: ExecRequest,
    streams: ChildStreams,
  ): ChildProcess {
    const workdir = request.workdir ?? container.workdir ?? '/';
    const env = { ...this.#env(node, container), ...request.env };
    const argv = execCommand(this.#tools, pid, workdir, request.argv, env);
    return this.#spawn(argv, env, streams, false);
  }

  #env(node: NodeSpec, container: ContainerSpec): Record<string, string> {
    return { PATH: this.#path, HOME, HOSTNAME: node.name, ...container.env };
  }

  #spawn(
    argv: readonly string[],
    env: Record<string, string>,
    { stdin, stdout, stderr }: ChildStreams,
    signals: boolean,
  ): ChildProcess {
    const stdio = [stdin, stdout, stderr, ...(signals ? (['pipe'] as const) : [])];
    return spawn(argv[0]!, argv.slice(1), { env, cwd: '/', stdio, detached: true });
  }

  processes(node: string, container: string): readonly number[] {
    const running = this.#running.get(`${node}/${container}`);
    if (running === undefined) return [];
    const others = new Set<number>();
    for (const other of this.#running.values()) if (other !== running && !other.ended) others.add(other.pid);
    // Its command and commands run by `exec` are children of this process, its orphans are children of PID 1.
    const candidates = [...childrenOf('self'), ...childrenOf(1)].filter((pid) => !others.has(pid));
    return withDescendants(candidates.filter((pid) => mountNamespaceOf(pid) === running.mountNamespace));
  }

  async readFile(
    node: NodeSpec,
    container: ContainerSpec,
    pid: number | undefined,
    path: string,
  ): Promise<Buffer> {
    const cat = ['cat', '--', path];
    const argv =
      pid === undefined
        ? this.#launchArgv(node, container, cat)
        : execCommand(this.#tools, pid, '/', cat, {});
    const child = spawn(argv[0]!, argv.slice(1), {
      env: { PATH: this.#path },
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe', 'ignore'],
    });
    const parts: Buffer[] = [];
    let complaint = '';
    child.stdout!.on('data', (chunk: Buffer) => parts.push(chunk));
    child.stderr!.on('data', (chunk: Buffer) => {
      complaint += chunk.toString();
    });
    await new Promise((resolve) => child.once('close', resolve));
    if (child.exitCode !== 0) {
      throw new LabError('runtime', `cannot read ${path} in ${node.name}: ${complaint.trim()}`);
    }
    return Buffer.concat(parts);
  }

  endpoints(node: string, port: number): readonly Endpoint[] {
    const attachments = this.#nodes.get(node)?.attachments ?? [];
    const [first] = attachments;
    if (first === undefined) return [];
    return [
      ...attachments.map(({ address }) => ({ host: address, port })),
      { host: '127.0.0.1', port, localAddress: network.loopbackSource(first.address) },
    ];
  }
}

/** How long a container's namespace is held after its command has ended, ms. */
const PIN_MS = 2000;

function openPin(pid: number): number | undefined {
  try {
    return openSync(`/proc/${pid}/ns/mnt`, 'r');
  } catch {
    return undefined;
  }
}

function mountNamespaceOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/mnt`);
  } catch {
    return undefined;
  }
}
