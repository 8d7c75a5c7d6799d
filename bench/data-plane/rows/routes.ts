import { type Bootstrap, cluster, managerOf } from '../bootstrap.ts';
import { cores } from '../cores.ts';
import { envoyEngine, tsEngines } from '../engines.ts';
import { wrk } from '../generators/wrk.ts';
import { Held } from '../held.ts';
import { startServer } from '../processes.ts';
import { loadInTurn, type Measured } from '../rounds.ts';
import { startFront } from '../subject.ts';
import type { Line } from '../table.ts';
import { lineOf } from './lines.ts';
import { small } from './load.ts';
import type { Bench, Row } from './row.ts';

const many = 1000;
const path = (number: number) => `/route/${String(number).padStart(4, '0')}`;

/** What a long table costs: requests to the last of so many routes, each to a cluster of its own, against one of each. */
export const routes: Row = { key: 'routes', work: '1,000 clusters and routes, the last of them', measure };

async function measure(bench: Bench): Promise<Line[]> {
  const { options, programs, report } = bench;
  await using held = new Held();
  const upstream = await startServer(cores.load, [programs.upstream, `${small.answerBytes}`, '0']);
  held.hold(upstream.server);
  const subjects: Measured[] = [];
  for (const engine of [envoyEngine(), ...tsEngines(options.builds.slice(0, 1))]) {
    for (const [name, first] of [
      ['one', many],
      ['many', 1],
    ] as const) {
      const change = (bootstrap: Bootstrap) => routesFrom(bootstrap, first, upstream.port);
      const subject = held.hold(await startFront(engine, upstream.port, { change }));
      const target = { ...small, port: subject.port, path: path(many) };
      await wrk.check(target);
      subjects.push({ name: `${engine.name} ${name}`, subject, target });
    }
  }
  const samples = await loadInTurn(subjects, { ...options, generator: wrk, report });
  return ['ts', 'envoy'].map((engine) => {
    const [one, all] = ['one', 'many'].map((name) => samples.get(`${engine} ${name}`));
    const asked = engine === 'ts' ? { rate: 0.95 } : {};
    return lineOf({ work: `${routes.work}: ${engine}`, peer: 'one of each', theirs: one!, ours: all, asked });
  });
}

function routesFrom(bootstrap: Bootstrap, first: number, port: number): void {
  const numbers = Array.from({ length: many - first + 1 }, (_, index) => first + index);
  bootstrap.static_resources.clusters = numbers.map((number) => cluster(`service${number}`, port));
  managerOf(bootstrap).route_config.virtual_hosts[0]!.routes = numbers.map((number) => ({
    match: { prefix: path(number) },
    route: { cluster: `service${number}` },
  }));
}
