import { setTimeout as wait } from 'node:timers/promises';
import { cores } from '../cores.ts';
import { envoyEngine, tsEngines } from '../engines.ts';
import { wrk } from '../generators/wrk.ts';
import { startServer } from '../processes.ts';
import { startFront } from '../subject.ts';
import { type Line, medians } from '../table.ts';
import { residentMiB } from '../usage.ts';
import { small } from './load.ts';
import type { Bench, Row } from './row.ts';

/** How long a proxy that is ready is left alone before it is looked at; ms. */
const idle = 1000;
/** How often it is looked at under load; ms. */
const every = 100;

/** Memory of a proxy that has seen no request, and the most of it under its first requests; a new process each round. */
export const memory: Row = { key: 'resident', work: 'resident memory', measure };

async function measure({ options, programs, report }: Bench): Promise<Line[]> {
  const upstream = await startServer(cores.load, [programs.upstream, `${small.answerBytes}`, '0']);
  await using _ = upstream.server;
  const engines = [envoyEngine(), ...tsEngines(options.builds.slice(0, 1))];
  const sizes = engines.map(() => ({ idle: [] as number[], loaded: [] as number[] }));
  for (let round = 1; round <= options.rounds; round++) {
    for (const [index, engine] of engines.entries()) {
      await using front = await startFront(engine, upstream.port, {});
      await wait(idle);
      const atRest = residentMiB(front.pids);
      let most = atRest;
      const timer = setInterval(() => {
        most = Math.max(most, residentMiB(front.pids));
      }, every);
      try {
        await wrk.run({ ...small, port: front.port }, options.seconds);
      } finally {
        clearInterval(timer);
      }
      sizes[index]!.idle.push(atRest);
      sizes[index]!.loaded.push(most);
      report(`round ${round} ${engine.name}: ${atRest.toFixed(1)} MiB, under load ${most.toFixed(1)} MiB`);
    }
  }
  const [envoy, ts] = sizes;
  return [
    {
      work: 'resident memory, idle',
      unit: 'MiB',
      figure: medians(envoy!.idle, ts!.idle, { sign: '≤', ratio: 1.1 }),
    },
    {
      work: 'resident memory, under the first load',
      unit: 'MiB',
      figure: medians(envoy!.loaded, ts!.loaded, { sign: '≤', ratio: 1.5 }),
    },
  ];
}
