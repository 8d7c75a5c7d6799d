import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LabError } from '../../../error.ts';
import { type ContainerSpec, type FileSpec, filesOf, type NodeSpec, SURROUNDINGS } from '../../node-spec.ts';
import type { ExecRequest } from '../../runtime.ts';
import { becomeScript } from '../supervisor/become-script.ts';
import type { ChildStreams, Endpoint, Isolation, Launched } from '../supervisor/isolation.ts';
import { awaitLaunch } from '../supervisor/launched.ts';
import { type AddressBlock, MAX_NODES } from './addresses.ts';
import { checkHosts } from './check-hosts.ts';
import type { Guard } from './guard.ts';
import { checkLowPorts } from './low-ports.ts';
import { MARK, markedProcesses, markOf } from './marked-processes.ts';
import { mapPaths, type PathMapping } from './path-map.ts';
import { LOOPBACK_ENV, preloadSource } from './preload.ts';

interface Options {
  readonly folder: string;
  /** Of the lab, in its processes' environment. */
  readonly mark: string;
  readonly addresses: AddressBlock;
  /** `address:port` of the lab's DNS server. */
  readonly dns: string;
  readonly networks: readonly string[];
  readonly guard: Guard;
  /** PATH of the host: without a root of its own, a container's programs are where the host has them. */
  readonly path: string;
  /** Host paths that are meant as they stand, even below /tmp. */
  readonly visible: readonly string[];
}

interface ContainerFolder {
  readonly root: string;
  readonly mappings: readonly PathMapping[];
}

/** The loopback mode: no namespaces. What cannot be given is told by the caveats in `probe.ts`. */
export class LoopbackIsolation implements Isolation {
  readonly mode = 'loopback';
  readonly #options: Options;
  readonly #preload: string;
  readonly #addresses = new Map<string, string>();
  readonly #folders = new Map<string, ContainerFolder>();
  #count = 0;

  constructor(options: Options) {
    this.#options = options;
    this.#preload = join(options.folder, 'preload.cjs');
    writeFileSync(this.#preload, preloadSource(), { mode: 0o600 });
  }

  async createNodes(
    specs: readonly NodeSpec[],
  ): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
    const { networks, addresses } = this.#options;
    for (const name of specs.flatMap((spec) => spec.networks)) {
      if (!networks.includes(name)) throw new LabError('usage', `the lab has no network named ${name}`);
    }
    if (this.#count + specs.length > MAX_NODES) throw new LabError('runtime', 'the lab has no address left');
    return new Map(
      specs.map((spec) => {
        const address = addresses.node(this.#count++);
        this.#addresses.set(spec.name, address);
        const names = spec.networks.length > 0 ? spec.networks : networks.slice(0, 1);
        return [spec.name, Object.fromEntries(names.map((name) => [name, address]))];
      }),
    );
  }

  async removeNodes(names: readonly string[]): Promise<void> {
    for (const name of names) this.#addresses.delete(name);
  }

  async createContainer(node: NodeSpec, container: ContainerSpec): Promise<void> {
    checkHosts(node, container);
    await checkLowPorts(node, container, this.#addressOf(node));
    const base = join(
      this.#options.folder,
      'containers',
      String(this.#folders.size),
      `${node.name}.${container.name}`,
    );
    const root = join(base, 'root');
    const tmp = join(base, 'tmp');
    rmSync(base, { recursive: true, force: true });
    mkdirSync(root, { recursive: true });
    mkdirSync(tmp);
    const mappings = [
      { inside: '/tmp', host: tmp },
      // These lie below /tmp on the host and are meant as they stand.
      ...this.#options.visible.map((path) => ({ inside: path, host: path })),
      ...filesOf(container).map(({ path }) => ({ inside: path, host: join(root, path) })),
      ...container.volumes.map(({ path, hostPath }) => ({ inside: path, host: hostPath })),
      ...(container.steered?.files ?? []).map(({ path }) => ({ inside: path, host: join(root, path) })),
    ];
    for (const file of filesOf(container))
      putFile(file, join(root, file.path), container.kind === 'engine' ? mappings : []);
    for (const { path, content } of container.steered?.files ?? []) {
      putFile({ path, from: { content: this.#steer(node, content) } }, join(root, path), mappings);
    }
    this.#folders.set(`${node.name}/${container.name}`, { root: base, mappings });
  }

  async removeContainer(node: string, container: string): Promise<void> {
    const key = `${node}/${container}`;
    const folder = this.#folders.get(key);
    this.#folders.delete(key);
    if (folder !== undefined) rmSync(folder.root, { recursive: true, force: true });
  }

  async launch(node: NodeSpec, container: ContainerSpec, streams: ChildStreams): Promise<Launched> {
    const folder = this.#folder(node.name, container.name);
    const workdir = this.#workdir(folder, container.workdir);
    const words = container.steered?.argv.map((word) => this.#steer(node, word)) ?? container.argv;
    const argv = words.map((word) => mapPaths(word, folder.mappings));
    const child = this.#spawn(workdir, argv, this.#env(node, container, folder), streams, true);
    const { guard } = this.#options;
    const { pid } = child;
    if (pid !== undefined) {
      guard.add(pid);
      child.once('exit', () => guard.drop(pid));
    }
    return awaitLaunch(child);
  }

  exec(
    node: NodeSpec,
    container: ContainerSpec,
    _pid: number,
    request: ExecRequest,
    streams: ChildStreams,
  ): ChildProcess {
    const folder = this.#folder(node.name, container.name);
    const workdir =
      request.workdir === undefined
        ? this.#workdir(folder, container.workdir)
        : this.#presentFolder(folder, request.workdir);
    const argv = request.argv.map((word) => mapPaths(word, folder.mappings));
    const env = { ...this.#env(node, container, folder), ...request.env };
    return this.#spawn(workdir, argv, env, streams, false);
  }

  #addressOf(node: NodeSpec): string {
    return this.#addresses.get(node.name) ?? '127.0.0.1';
  }

  /** What a program is told of its surroundings. */
  #steer(node: NodeSpec, text: string): string {
    const [dnsAddress, dnsPort] = this.#options.dns.split(':');
    return text
      .replaceAll(SURROUNDINGS.address, this.#addressOf(node))
      .replaceAll(SURROUNDINGS.dnsAddress, dnsAddress!)
      .replaceAll(SURROUNDINGS.dnsPort, dnsPort!);
  }

  #folder(node: string, container: string): ContainerFolder {
    const folder = this.#folders.get(`${node}/${container}`);
    if (folder === undefined) throw new LabError('runtime', `container ${node}/${container} is gone`);
    return folder;
  }

  /** A working directory that the host does not have is made in the container's folder. */
  #workdir(folder: ContainerFolder, path = '/'): string {
    const present = this.#presentFolder(folder, path);
    if (existsSync(present)) return present;
    const mapped = mapPaths(path, folder.mappings);
    const made = mapped === path ? join(folder.root, 'root', path) : mapped;
    mkdirSync(made, { recursive: true });
    return made;
  }

  /** Where a folder of the container is, on the host or among its own; the path itself when it is nowhere. */
  #presentFolder(folder: ContainerFolder, path: string): string {
    const places = [mapPaths(path, folder.mappings), join(folder.root, 'root', path)];
    return places.find((place) => existsSync(place)) ?? path;
  }

  #env(node: NodeSpec, container: ContainerSpec, folder: ContainerFolder): Record<string, string> {
    const { mark, dns, path } = this.#options;
    const own = Object.fromEntries(
      Object.entries(container.env).map(([name, value]) => [name, mapPaths(value, folder.mappings)]),
    );
    const requirePreload = `--require ${JSON.stringify(this.#preload)}`;
    return {
      PATH: path,
      HOME: join(folder.root, 'tmp'),
      HOSTNAME: node.name,
      TMPDIR: join(folder.root, 'tmp'),
      ...own,
      NODE_OPTIONS: own.NODE_OPTIONS === undefined ? requirePreload : `${requirePreload} ${own.NODE_OPTIONS}`,
      [LOOPBACK_ENV.address]: this.#addressOf(node),
      [LOOPBACK_ENV.dns]: dns,
      [LOOPBACK_ENV.root]: join(folder.root, 'root'),
      [MARK]: markOf(mark, node.name, container.name),
    };
  }

  #spawn(
    workdir: string,
    argv: readonly string[],
    env: Record<string, string>,
    { stdin, stdout, stderr }: ChildStreams,
    signals: boolean,
  ): ChildProcess {
    const stdio = [stdin, stdout, stderr, ...(signals ? (['pipe'] as const) : [])];
    const script = becomeScript(signals ? 'echo >&3; exec 3>&-' : '', '', env);
    return spawn('sh', ['-c', script, 'sh', workdir, ...argv], { env, cwd: '/', stdio, detached: true });
  }

  processes(node: string, container: string): readonly number[] {
    return markedProcesses(markOf(this.#options.mark, node, container));
  }

  async readFile(
    node: NodeSpec,
    container: ContainerSpec,
    _pid: number | undefined,
    path: string,
  ): Promise<Buffer> {
    const { mappings } = this.#folder(node.name, container.name);
    try {
      return await readFile(mapPaths(path, mappings));
    } catch (error) {
      throw new LabError('runtime', `cannot read ${path} in ${node.name}: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }

  endpoints(node: string, port: number): readonly Endpoint[] {
    const host = this.#addresses.get(node);
    return host === undefined ? [] : [{ host, port }];
  }

  async hostPids(pids: readonly number[]): Promise<ReadonlyMap<number, number>> {
    return new Map(pids.map((pid) => [pid, pid]));
  }
}

/** Copies a file; text of an engine's files may name other files of the container, which are elsewhere here. */
function putFile({ path, from, mode }: FileSpec, at: string, mappings: readonly PathMapping[]): void {
  mkdirSync(dirname(at), { recursive: true });
  if ('content' in from) {
    writeFileSync(at, mapPaths(from.content, mappings));
    chmodSync(at, mode ?? 0o644);
    return;
  }
  const stat = statSync(from.hostPath, { throwIfNoEntry: false });
  if (stat === undefined) {
    throw new LabError('runtime', `cannot copy ${from.hostPath} to ${path}: there is no such file`);
  }
  cpSync(from.hostPath, at, { recursive: true, dereference: true });
  if (stat.isFile() && mappings.length > 0 && isText(at))
    writeFileSync(at, mapPaths(readFileSync(at, 'utf8'), mappings));
  if (mode !== undefined) chmodSync(at, mode);
}

function isText(file: string): boolean {
  return !readFileSync(file).subarray(0, 8192).includes(0);
}
