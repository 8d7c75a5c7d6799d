import { type Bootstrap, frontProxy, managerOf } from '../bootstrap.ts';
import { cores } from '../cores.ts';
import { DataPlane } from '../engine.ts';
import { envoyEngine, tsEngines } from '../engines.ts';
import { wrk } from '../generators/wrk.ts';
import { Held } from '../held.ts';
import { loadInTurn, type Measured, type Sample } from '../rounds.ts';
import { type Line, medians } from '../table.ts';
import { lineOf } from './lines.ts';
import { small } from './load.ts';
import type { Bench, Row } from './row.ts';

const connections = 64;

/**
 * Two workers against one, on a route that the proxy answers itself. Where the generator has to share the two cores, two
 * workers never have them to themselves, so there is a second line: how many requests a second of CPU brings, times the
 * cores the workers can fill, were they free.
 */
export const concurrency: Row = { key: 'concurrency', work: '`--concurrency 2` against 1', measure };

async function measure({ options, report }: Bench): Promise<Line[]> {
  await using held = new Held();
  const subjects: Measured[] = [];
  for (const engine of [envoyEngine(), ...tsEngines(options.builds.slice(0, 1))]) {
    for (const workers of [1, 2]) {
      const bootstrap = frontProxy(1);
      answerItself(bootstrap);
      const place = { concurrency: workers, cores: cores.twoWorkers };
      const started = held.hold(await DataPlane.start(engine, bootstrap, place));
      const target = { ...small, connections, port: await started.port('http') };
      await wrk.check(target);
      const subject = { port: target.port, pids: [started.pid], [Symbol.asyncDispose]: async () => {} };
      subjects.push({ name: `${engine.name} ${workers}`, subject, target });
    }
  }
  const list = cores.twoWorkersLoad;
  const samples = await loadInTurn(subjects, { ...options, generator: wrk, list, report });
  return ['ts', 'envoy'].flatMap((engine) => {
    const [one, two] = [1, 2].map((workers) => samples.get(`${engine} ${workers}`));
    const work = `${concurrency.work}: ${engine}`;
    const peer = 'one worker';
    const rate = engine === 'ts' ? 1.7 : undefined;
    const asked = rate === undefined ? undefined : ({ sign: '≥', ratio: rate } as const);
    const figure = medians(one!.map(onFreeCores(1)), two?.map(onFreeCores(2)), asked);
    return [
      lineOf({ work, peer, theirs: one!, ours: two, asked: { rate } }),
      { work: `${work}, were the cores free`, peer, unit: 'requests/s', figure },
    ];
  });
}

/** Requests a second if each worker could have a core; the busiest worker is the one that fills its core. */
function onFreeCores(workers: 1 | 2): (sample: Sample) => number {
  return ({ cpu, even }) => (1e6 / cpu) * (workers === 1 ? 1 : 2 * even);
}

function answerItself(bootstrap: Bootstrap): void {
  const body = { inline_string: 'x'.repeat(small.answerBytes) };
  managerOf(bootstrap).route_config.virtual_hosts[0]!.routes = [
    { match: { prefix: '/' }, direct_response: { status: 200, body } },
  ];
}
