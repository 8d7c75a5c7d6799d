import { frontProxy } from '../bootstrap.ts';
import { cores } from '../cores.ts';
import { DataPlane } from '../engine.ts';
import { envoyEngine, tsEngines } from '../engines.ts';
import { type Line, medians } from '../table.ts';
import type { Bench, Row } from './row.ts';

/** From the start of the process until the admin interface says LIVE. */
export const startToReady: Row = { key: 'start', work: 'start to ready', measure };

async function measure({ options, report }: Bench): Promise<Line[]> {
  // A start is short, so there are more of them than there are rounds of load.
  const rounds = options.rounds * 4;
  const both = `${cores.proxy},${cores.load}`;
  const lines: Line[] = [];
  for (const [where, list] of [
    ['on one core', cores.proxy],
    ['on two cores', both],
  ] as const) {
    const engines = [envoyEngine(), ...tsEngines(options.builds.slice(0, 1))];
    const times = engines.map((): number[] => []);
    for (let round = 0; round <= rounds; round++) {
      for (const [index, engine] of engines.entries()) {
        await using started = await DataPlane.start(engine, frontProxy(1), { cores: list });
        if (round > 0) times[index]!.push(started.readyMs);
        report(`round ${round} ${where} ${engine.name}: ${started.readyMs.toFixed(0)} ms`);
      }
    }
    const asked = list === cores.proxy ? ({ sign: '≤', ratio: 1.5 } as const) : undefined;
    lines.push({
      work: `start to ready, ${where}`,
      unit: 'ms',
      figure: medians(times[0]!, times[1], asked),
    });
  }
  return lines;
}
