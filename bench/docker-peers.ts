import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cli } from './cli.ts';

const run = promisify(execFile);
const bareScript = fileURLToPath(new URL('bare-docker.js', import.meta.url));

/** A container as all contenders start it: the same image, command, environment and files. */
export interface PeerContainer {
  readonly name: string;
  readonly node: string;
  readonly group: string;
  readonly image: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Host file to path inside. */
  readonly mounts: Readonly<Record<string, string>>;
  /** Ports of the container, opened on any free port of the host. */
  readonly ports: readonly number[];
  /** What answers 200 when it is ready, inside the container. */
  readonly readyUrl: string;
}

export interface PeerTopology {
  readonly name: string;
  /** What the holders of nodes run. */
  readonly holderImage: string;
  readonly containers: readonly PeerContainer[];
}

interface Config {
  readonly nodes: readonly {
    readonly name: string;
    readonly group: string;
    readonly publish: readonly { readonly port: number }[];
    readonly containers: readonly {
      readonly name: string;
      readonly argv: readonly string[];
      readonly env: Readonly<Record<string, string>>;
      readonly files: readonly { readonly path: string; readonly from: { readonly content: string } }[];
      readonly ready: {
        readonly port?: number;
        readonly path?: string;
        readonly address?: { readonly port: number };
      };
    }[];
  }[];
}

/** What a running lab consists of, written down so that others can start the same; files go below `folder`. */
export async function topologyOf(home: string, lab: string, folder: string): Promise<PeerTopology> {
  const config = JSON.parse(await cli(home, 'config', '--lab', lab, '--json')) as Config;
  const images = await imagesOf(lab);
  const containers: PeerContainer[] = [];
  for (const node of config.nodes) {
    for (const [position, { name, argv, env, files, ready }] of node.containers.entries()) {
      const mounts: Record<string, string> = {};
      for (const { path, from } of files) {
        const host = join(folder, node.name, name, path);
        await mkdir(dirname(host), { recursive: true });
        await writeFile(host, from.content);
        mounts[host] = path;
      }
      const image = images.get(`${lab}.${node.name}.${name}`)!;
      const ports = position === 0 ? node.publish.map(({ port }) => port) : [];
      const readyUrl = `http://127.0.0.1:${ready.port ?? ready.address?.port}${ready.path ?? '/ready'}`;
      containers.push({
        name,
        node: node.name,
        group: node.group,
        image,
        argv,
        env,
        mounts,
        ports,
        readyUrl,
      });
    }
  }
  return {
    name: `${lab}-peer`,
    holderImage: images.get(`${lab}.${config.nodes[0]!.name}`)!,
    containers,
  };
}

/** Image by container name. */
async function imagesOf(lab: string): Promise<Map<string, string>> {
  const filter = `label=io.envoy-lab.lab=${lab}`;
  const { stdout } = await docker('ps', '-a', '--filter', filter, '--format', '{{.Names}} {{.Image}}');
  return new Map(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.split(' ') as [string, string]),
  );
}

function docker(...args: string[]): Promise<{ stdout: string }> {
  return run('docker', args, { maxBuffer: 1 << 26 });
}

/** Whether `docker compose` is there, and its version. */
export async function composeVersion(): Promise<string | undefined> {
  return docker('compose', 'version', '--short').then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
}

/**
 * The topology as a Compose file: the first container of a node has the network, the others join it. With more replicas
 * the others all join the first replica's, whose ports are taken, and end: as many containers to start, if not a working sandbox.
 */
export function composeFile({ containers }: PeerTopology): string {
  const services = containers.map(({ name, node, group, image, argv, env, mounts, ports, readyUrl }) => {
    const first = containers.find((other) => other.node === node)!;
    const network =
      first.name === name
        ? {
            networks: { default: { aliases: [group, node] } },
            ports: ports.map((port) => `127.0.0.1::${port}`),
          }
        : { network_mode: `service:${first.node}-${first.name}` };
    const volumes = Object.entries(mounts).map(([host, path]) => `${host}:${path}:ro`);
    // What `--wait` needs to mean ready; a second is what Compose files say that are in a hurry (the default is 30).
    const healthcheck = { test: ['CMD', 'curl', '-fsS', '-o', '/dev/null', readyUrl], interval: '1s' };
    return [
      `${node}-${name}`,
      { image, command: argv, environment: env, volumes, healthcheck, stop_grace_period: '1s', ...network },
    ];
  });
  return JSON.stringify({ services: Object.fromEntries(services) }, null, 1);
}

/** `docker compose` on a topology whose file was written. */
export function compose(
  file: string,
  topology: PeerTopology,
  ...args: string[]
): Promise<{ stdout: string }> {
  return docker('compose', '-p', topology.name, '-f', file, ...args);
}

/** Where a container's port is on the host, by Compose. */
export async function composePort(
  file: string,
  topology: PeerTopology,
  service: string,
  port: number,
): Promise<number> {
  const { stdout } = await compose(file, topology, 'port', service, String(port));
  return Number(stdout.trim().split(':')[1]);
}

/** `bare-docker.js`: parallel dockerode calls and nothing else; `up` prints the host's port of the first one published. */
export async function bare(topologyFile: string, command: 'up' | 'down'): Promise<string> {
  const { stdout } = await run(process.execPath, [bareScript, command, topologyFile]);
  return stdout.trim();
}
