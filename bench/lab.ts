import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli, emptyNode } from './cli.ts';
import { fleet } from './fleet.ts';
import { type Contender, interleave, median, table } from './rounds.ts';

interface UpAnswer {
  readonly nodes: readonly {
    readonly ports: readonly { readonly name: string; readonly hostPort: number }[];
  }[];
}

/** Asks both services through the front proxy's published port. */
async function askBoth(up: string): Promise<void> {
  const ports = (JSON.parse(up) as UpAnswer).nodes.flatMap((node) => node.ports);
  const { hostPort } = ports.find(({ name }) => name === 'http')!;
  for (const path of ['/service/1', '/service/2']) {
    const { status } = await fetch(`http://127.0.0.1:${hostPort}${path}`);
    if (status !== 200) throw new Error(`${path} answered ${status}`);
  }
}

/** How long a lab takes to come up and go, as ratios to the start of an empty Node in the same rounds. */
export async function labBench(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'envoy-lab-bench-'));
  const peer = 'node -e 0';
  const up = (name: string, ...args: string[]): Contender => ({
    name,
    run: async () => askBoth(await cli(home, 'up', ...args, '--runtime', 'process', '--json', '--quiet')),
  });
  const down = (name: string): Contender => ({
    name,
    run: async () => void (await cli(home, 'down', '--quiet')),
  });
  const folder = join(home, 'fleet');
  try {
    await fleet(folder, 50);
    const small = await interleave(
      [
        { name: peer, run: emptyNode },
        { name: 'envoy-lab --help', run: async () => void (await cli(home, '--help')) },
        up('up front-proxy (5 containers)', 'front-proxy'),
        down('down front-proxy'),
        {
          name: 'up pod --check (2 containers, 8 checks)',
          run: async () => void (await cli(home, 'up', 'pod', '--check', '--runtime', 'process', '--quiet')),
        },
        down('down pod'),
      ],
      7,
    );
    const large = await interleave(
      [
        { name: peer, run: emptyNode },
        up('up 50 services (101 containers)', folder),
        down('down 50 services'),
      ],
      2,
    );
    const [, , upSmall, downSmall] = small.map(({ times }) => median(times)) as [
      number,
      number,
      number,
      number,
    ];
    const [, upLarge, downLarge] = large.map(({ times }) => median(times)) as [number, number, number];
    const each = (ms: number, containers: number) => `${(ms / containers).toFixed(0)} ms`;
    return [
      '## Labs',
      '',
      '`npm run bench -- lab`, process runtime, engine ts; `up` ends when two services have answered through the front proxy.',
      '',
      table([...small, ...large.slice(1)], peer),
      '',
      `A container costs ${each(upSmall, 5)} of \`up\` with 5 and ${each(upLarge, 101)} with 101; of \`down\` ${each(downSmall, 5)} and ${each(downLarge, 101)}.`,
      '',
    ].join('\n');
  } finally {
    await cli(home, 'down', '--all', '--quiet').catch(() => undefined);
    await rm(home, { recursive: true, force: true });
  }
}
