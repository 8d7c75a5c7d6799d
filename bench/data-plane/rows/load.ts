import { fileURLToPath } from 'node:url';
import { cores } from '../cores.ts';
import { envoyEngine, tsEngines } from '../engines.ts';
import type { Generator, Target } from '../generators/generator.ts';
import { wrk } from '../generators/wrk.ts';
import { Held } from '../held.ts';
import { startServer } from '../processes.ts';
import { loadInTurn, type Measured, type Sample } from '../rounds.ts';
import { type FrontOptions, type Subject, startFront, startPeer } from '../subject.ts';
import type { Line } from '../table.ts';
import { lineOf } from './lines.ts';
import type { Bench, Row } from './row.ts';

/** A row of load through the front proxy. */
export interface LoadSpec {
  readonly key: string;
  readonly work: string;
  readonly target: Partial<Target>;
  readonly asked: { readonly rate?: number; readonly p99?: number };
  readonly front?: (bench: Bench, engine: string) => FrontOptions;
  /** wrk by default. */
  readonly generator?: (bench: Bench) => Generator;
  /** The program that answers; one of ours with these arguments. By default it answers as the target says. */
  readonly upstream?: (bench: Bench) => readonly string[];
  /** Figures in this instead of requests/s. */
  readonly unit?: 'MB/s' | 'messages/s';
  /** Names of Node proxies in `peers/` that are measured beside, ours to be so much faster. */
  readonly peers?: { readonly names: readonly string[]; readonly ratio: number };
  /** Looks at what the load left behind. @throws Error when it is not as it should be */
  readonly after?: (bench: Bench, engine: string) => void;
  /** Rounds are so many times as long as the others': making the connections takes its time. */
  readonly longer?: number;
}

/** A small GET. */
export const small: Target = {
  scheme: 'http',
  port: 0,
  path: '/service/1',
  connections: 32,
  bodyBytes: 0,
  answerBytes: 64,
};

/** Makes the row of a specification. */
export function loadRow(spec: LoadSpec): Row {
  return { key: spec.key, work: spec.work, measure: (bench) => measure(spec, bench) };
}

async function measure(spec: LoadSpec, bench: Bench): Promise<Line[]> {
  const { options, programs, report } = bench;
  const target = { ...small, ...spec.target };
  const generator = spec.generator?.(bench) ?? wrk;
  await using held = new Held();
  const argv = spec.upstream?.(bench) ?? [programs.upstream, `${target.answerBytes}`, `${target.bodyBytes}`];
  const upstream = await startServer(cores.load, argv);
  held.hold(upstream.server);
  const subjects: Measured[] = [];
  for (const { name, start } of contenders(spec, bench)) {
    if (options.only.length > 0 && !options.only.includes(name)) continue;
    const subject = held.hold(await start(upstream.port));
    const aimed = { ...target, port: subject.port };
    await generator.check(aimed).catch((error: Error) => {
      throw new Error(`${name}: ${error.message}`, { cause: error });
    });
    subjects.push({ name, subject, target: aimed });
  }
  const seconds = options.seconds * (spec.longer ?? 1);
  const samples = await loadInTurn(subjects, { ...options, seconds, generator, report });
  for (const name of samples.keys()) spec.after?.(bench, name);
  return lines(spec, target, samples);
}

interface Contender {
  readonly name: string;
  start(upstream: number): Promise<Subject>;
}

function contenders(spec: LoadSpec, bench: Bench): Contender[] {
  const engines = [envoyEngine(), ...tsEngines(bench.options.builds)].map((engine) => ({
    name: engine.name,
    start: (upstream: number) => startFront(engine, upstream, spec.front?.(bench, engine.name) ?? {}),
  }));
  const peers = (spec.peers?.names ?? []).map((name) => ({
    name,
    start: (upstream: number) =>
      startPeer(fileURLToPath(new URL(`../peers/${name}.js`, import.meta.url)), upstream),
  }));
  return [...engines, ...peers];
}

/** One line for each that ours was compared with. */
function lines(spec: LoadSpec, target: Target, samples: ReadonlyMap<string, readonly Sample[]>): Line[] {
  const ours = samples.get('ts');
  const unit = spec.unit ?? 'requests/s';
  const each = unit === 'MB/s' ? Math.max(target.bodyBytes, target.answerBytes) / 1e6 : 1;
  const compared = [...samples].filter(([name]) => name !== 'ts');
  // Alone, with --only, it is compared with itself.
  return (compared.length > 0 ? compared : [...samples]).map(([peer, theirs]) => {
    const asked = peer === 'envoy' ? spec.asked : isPeer(spec, peer) ? { rate: spec.peers?.ratio } : {};
    return lineOf({ work: spec.work, peer, theirs, ours, asked, unit, each });
  });
}

function isPeer(spec: LoadSpec, name: string): boolean {
  return spec.peers?.names.includes(name) ?? false;
}
