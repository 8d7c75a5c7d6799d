import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findOracle } from '../test/oracle.ts';
import { cli } from './cli.ts';
import { fleet } from './fleet.ts';
import { median } from './rounds.ts';

const services = 50;
/** For what a start leaves to settle, ms. */
const idleMs = 10_000;

/** What a mapping holds. Pss: a page that n processes share counts 1/n in each (proc_pid_smaps(5)). */
const kinds = {
  program: "the program's own file (shared)",
  libraries: 'libraries (shared)',
  code: 'code made while it runs',
  heap: "the allocator's heap",
  anonymous: "V8's heap, buffers and other memory without a file",
  rest: 'stacks and the rest',
} as const;
type Kind = keyof typeof kinds;

/** KiB of one process. */
interface Footprint {
  readonly pss: Readonly<Record<Kind, number>>;
  readonly rss: number;
}

interface PsAnswer {
  readonly nodes: readonly {
    readonly containers: readonly { readonly name: string; readonly pid?: number }[];
  }[];
}

/** What idle sidecars take in a lab of many, by kind of mapping. */
export async function memoryBench(): Promise<string> {
  const oracle = findOracle();
  const home = await mkdtemp(join(tmpdir(), 'envoy-lab-bench-'));
  const folder = join(home, 'fleet');
  try {
    await fleet(folder, services);
    const engines = [
      { name: 'ts', columns: await sidecars(home, folder, 'ts') },
      ...(oracle ? [{ name: 'envoy', columns: await sidecars(home, folder, 'envoy', oracle) }] : []),
    ];
    const cell = (footprints: readonly Footprint[], of: (one: Footprint) => number) =>
      (median(footprints.map(of)) / 1024).toFixed(1);
    const row = (what: string, of: (one: Footprint) => number) =>
      `| ${[what, ...engines.map(({ columns }) => cell(columns, of))].join(' | ')} |`;
    const total = ({ pss }: Footprint) => Object.values(pss).reduce((sum, part) => sum + part, 0);
    return [
      '## Memory of a sidecar',
      '',
      `\`npm run bench -- memory\`: an idle sidecar in a lab of ${services} (process runtime), the median of all, in MiB. PSS counts a page that n processes share as 1/n.`,
      '',
      `| mapping | ${engines.map(({ name }) => name).join(' | ')} |`,
      `|---|${engines.map(() => '---|').join('')}`,
      ...(Object.keys(kinds) as Kind[]).map((kind) => row(kinds[kind], ({ pss }) => pss[kind])),
      row('**PSS**', total),
      row('resident (RSS)', ({ rss }) => rss),
      '',
    ].join('\n');
  } finally {
    await cli(home, 'down', '--all', '--quiet').catch(() => undefined);
    await rm(home, { recursive: true, force: true });
  }
}

async function sidecars(home: string, folder: string, engine: string, path?: string): Promise<Footprint[]> {
  if (path !== undefined) process.env.ENVOY_PATH = path;
  const up = ['up', folder, '--runtime', 'process', '--engine', engine, '--timeout', '180s', '--quiet'];
  await cli(home, ...up);
  await delay(idleMs);
  const { nodes } = JSON.parse(await cli(home, 'ps', '--json')) as PsAnswer;
  const containers = nodes.flatMap((node) => node.containers).filter(({ name }) => name === 'sidecar');
  const measured = await Promise.all(containers.map(({ pid }) => footprint(pid!)));
  await cli(home, 'down', '--quiet');
  return measured;
}

async function footprint(pid: number): Promise<Footprint> {
  const pss: Record<Kind, number> = { program: 0, libraries: 0, code: 0, heap: 0, anonymous: 0, rest: 0 };
  let rss = 0;
  let kind: Kind = 'rest';
  for (const line of (await readFile(`/proc/${pid}/smaps`, 'utf8')).split('\n')) {
    const mapping = /^[\da-f]+-[\da-f]+ (\S+) \S+ \S+ \d+ *(.*)$/.exec(line);
    if (mapping) kind = kindOf(mapping[1]!, mapping[2]!);
    const [, field, size] = /^(Pss|Rss): +(\d+) kB$/.exec(line) ?? [];
    if (field === 'Pss') pss[kind] += Number(size);
    if (field === 'Rss') rss += Number(size);
  }
  return { pss, rss };
}

function kindOf(permissions: string, name: string): Kind {
  if (name.startsWith('/')) return /\.so(\.|$)|\/ld-/.test(name) ? 'libraries' : 'program';
  if (name === '[heap]') return 'heap';
  if (name !== '') return 'rest';
  return permissions.includes('x') ? 'code' : 'anonymous';
}
