import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli } from './cli.ts';
import {
  bare,
  compose,
  composeFile,
  composePort,
  composeVersion,
  type PeerTopology,
  topologyOf,
} from './docker-peers.ts';
import { fleet } from './fleet.ts';
import { type Contender, interleave, median, type Timing, table } from './rounds.ts';

const rounds = 3;
const lab = 'front-proxy';
/** ms until a started topology has to answer. */
const deadline = 60_000;

interface UpAnswer {
  readonly nodes: readonly {
    readonly ports: readonly { readonly name: string; readonly hostPort: number }[];
  }[];
}

/** Asks both services through the front proxy until both have answered. */
async function untilBothAnswer(port: number): Promise<void> {
  const end = performance.now() + deadline;
  for (const path of ['/service/1', '/service/2']) {
    for (;;) {
      const status = await fetch(`http://127.0.0.1:${port}${path}`).then(
        async (response) => {
          await response.text();
          return response.status;
        },
        (error: Error) => error.message,
      );
      if (status === 200) break;
      if (performance.now() > end) throw new Error(`${path} answered ${status}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

function httpPort(answer: string): number {
  const ports = (JSON.parse(answer) as UpAnswer).nodes.flatMap((node) => node.ports);
  return ports.find(({ name }) => name === 'http')!.hostPort;
}

/**
 * How long the same sandbox, with the real Envoy, takes on Docker: by us, by Compose, and by nothing but the engine's
 * calls. All start the same images with the same commands and files.
 */
export async function dockerBench(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'envoy-lab-bench-'));
  const on = ['--runtime', 'docker', '--engine', 'envoy', '--json', '--quiet'];
  const ours = (...args: string[]) => cli(home, ...args);
  try {
    await ours('up', lab, ...on);
    const topology = await topologyOf(home, lab, join(home, 'files'));
    await ours('down', lab, '--quiet');
    const version = await composeVersion();
    const small = await upAndDown(home, topology, version, on);
    const large = await manyNodes(home, on);
    return [
      '## Docker',
      '',
      `\`npm run bench -- docker\`: front-proxy (5 containers, real Envoy), images present, ${rounds} interleaved rounds; up ends when both services have answered through`,
      `the front proxy. Scaling ends when the new replicas are ready, for Compose when they were started: it has no pods, their sidecars all join the first replica's network and end. Compose's containers have health checks every second. Bare: one process of parallel dockerode calls for the same containers and holders. Compose: ${version ?? 'not on this machine, so it was not measured'}.`,
      '',
      ...small,
      '',
      ...large,
      '',
    ].join('\n');
  } finally {
    await ours('down', '--all', '--quiet').catch(() => undefined);
    await rm(home, { recursive: true, force: true });
  }
}

async function upAndDown(
  home: string,
  topology: PeerTopology,
  version: string | undefined,
  on: readonly string[],
): Promise<string[]> {
  const topologyFile = join(home, 'topology.json');
  const file = join(home, 'compose.json');
  await writeFile(topologyFile, JSON.stringify(topology));
  await writeFile(file, composeFile(topology));
  const front = topology.containers.find(({ ports }) => ports.length > 0)!;
  const scaled = topology.containers.filter(({ group }) => group === 'service1');
  const replicas = scaled.flatMap(({ node, name }) => ['--scale', `${node}-${name}=3`]);
  const contenders: Contender[] = [
    {
      name: 'up: envoy-lab',
      run: async () => untilBothAnswer(httpPort(await cli(home, 'up', lab, ...on))),
    },
    { name: 'scale service1=3: envoy-lab', run: async () => void (await cli(home, 'scale', 'service1=3')) },
    { name: 'down: envoy-lab', run: async () => void (await cli(home, 'down', '--quiet')) },
    {
      name: 'up: bare',
      run: async () => untilBothAnswer(Number(await bare(topologyFile, 'up'))),
    },
    { name: 'down: bare', run: async () => void (await bare(topologyFile, 'down')) },
  ];
  if (version !== undefined) {
    contenders.push(
      {
        name: 'up: compose',
        run: async () => {
          await compose(file, topology, 'up', '--wait', '--quiet-pull');
          const [port] = front.ports;
          await untilBothAnswer(await composePort(file, topology, `${front.node}-${front.name}`, port!));
        },
      },
      {
        name: 'scale service1=3: compose',
        // It is not asked to wait: see `composeFile`. We are.
        run: async () => void (await compose(file, topology, 'up', '-d', '--no-recreate', ...replicas)),
      },
      { name: 'down: compose', run: async () => void (await compose(file, topology, 'down')) },
    );
  }
  const timings = await interleave(contenders, rounds);
  const lines = ['up', 'scale service1=3', 'down'].flatMap((what) => ratios(what, timings));
  return [table(timings, 'up: bare'), '', ...lines];
}

/** `up: envoy-lab is 1.2 × bare`, for each peer there is. */
function ratios(what: string, timings: readonly Timing[]): string[] {
  const of = (who: string) => timings.find(({ name }) => name === `${what}: ${who}`);
  return ['bare', 'compose'].flatMap((peer) => {
    const [own, other] = [of('envoy-lab'), of(peer)];
    if (own === undefined || other === undefined) return [];
    return [`- ${what}: ${(median(own.times) / median(other.times)).toFixed(2)} × ${peer}`];
  });
}

async function manyNodes(home: string, on: readonly string[]): Promise<string[]> {
  const folder = join(home, 'fleet');
  // Nodes are counted without the front proxy's container: 79 containers on 40 nodes.
  await fleet(folder, 39);
  const timings = await interleave(
    [
      { name: 'up front-proxy', run: async () => void (await cli(home, 'up', lab, ...on)) },
      { name: 'down front-proxy', run: async () => void (await cli(home, 'down', lab, '--quiet')) },
      {
        name: 'up 40 nodes',
        run: async () => void (await cli(home, 'up', folder, ...on, '--timeout', '120s')),
      },
      { name: 'down 40 nodes', run: async () => void (await cli(home, 'down', 'fleet', '--quiet')) },
    ],
    1,
  );
  const [upSmall, , upLarge] = timings.map(({ times }) => median(times)) as [number, number, number, number];
  const [small, large] = [upSmall / 5, upLarge / 79];
  return [
    table(timings, 'up front-proxy'),
    '',
    `A container costs ${small.toFixed(0)} ms of \`up\` with 5 and ${large.toFixed(0)} ms with 79 (${(large / small).toFixed(2)} ×).`,
  ];
}
