import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { StatPlace } from './announced.ts';
import { MergedStore } from './merged-store.ts';
import type { ShownStat } from './stats.ts';
import { StatsStore } from './store.ts';

/** A main thread's store, and two of workers. */
function stores(): { merged: MergedStore; workers: StatsStore[] } {
  const merged = new MergedStore();
  const workers = [0, 1].map(() => {
    let places: StatPlace[] = [];
    merged.attach(() => places.splice(0));
    places = [];
    return new StatsStore({ announce: (place) => places.push(place) });
  });
  return { merged, workers };
}

function valueIn(stats: Iterable<ShownStat>, name: string): number | undefined {
  return [...stats].find((stat) => stat.name === name)?.value;
}

describe('stats of several threads', () => {
  it('adds counters and gauges up, whoever made them and whenever', () => {
    const { merged, workers } = stores();
    merged.counter('both').inc();
    for (const worker of workers) worker.counter('both').add(2);
    assert.equal(valueIn(merged.counters(), 'both'), 5);
    workers[1]!.counter('late').inc();
    workers[1]!.counter('both').inc();
    assert.equal(valueIn(merged.counters(), 'both'), 6);
    assert.equal(valueIn(merged.counters(), 'late'), 1);
    workers[0]!.gauge('level').set(3);
    workers[1]!.gauge('level').inc();
    workers[1]!.gauge('level').dec();
    assert.equal(valueIn(merged.gauges(), 'level'), 3);
  });

  it('knows what was ever used in any of them', () => {
    const { merged, workers } = stores();
    workers[0]!.counter('never');
    workers[0]!.counter('once').inc();
    workers[0]!.gauge('still');
    workers[1]!.gauge('back').inc();
    workers[1]!.gauge('back').dec();
    const names = (stats: Iterable<ShownStat>): string[] => Array.from(stats, ({ name }) => name);
    assert.deepEqual(names(merged.counters(true)), ['once']);
    assert.deepEqual(names(merged.gauges(true)), ['back']);
    merged.resetCounters();
    assert.deepEqual(names(merged.counters(true)), ['once']);
  });

  it('resets counters without writing to another thread’s', () => {
    const { merged, workers } = stores();
    merged.counter('c').add(4);
    workers[0]!.counter('c').add(3);
    merged.resetCounters();
    assert.equal(valueIn(merged.counters(), 'c'), 0);
    assert.equal(workers[0]!.counter('c').value, 3);
    workers[0]!.counter('c').inc();
    merged.counter('c').inc();
    assert.equal(valueIn(merged.counters(), 'c'), 2);
  });

  it('takes the samples of histograms over at each latch, once', () => {
    const { merged, workers } = stores();
    merged.histogram('h').record(5);
    for (const sample of [0, 7, 7, 4321]) workers[0]!.histogram('h').record(sample);
    workers[1]!.histogram('h').record(7);
    const shown = () => [...merged.histograms()].find(({ name }) => name === 'h')!;
    assert.equal(shown().cumulative.count, 0);
    merged.latchHistograms();
    assert.equal(shown().interval.count, 6);
    const bins = shown().cumulative.sorted();
    assert.deepEqual(
      bins.map(({ left, count }) => [left, count]),
      [
        [0, 1],
        [5, 1],
        [7, 3],
        [4300, 1],
      ],
    );
    workers[1]!.histogram('h').record(7);
    // A worker does not latch its own.
    workers[1]!.latchHistograms();
    merged.latchHistograms();
    assert.equal(shown().interval.count, 1);
    assert.equal(shown().cumulative.count, 7);
    merged.latchHistograms();
    assert.equal(shown().interval.count, 0);
  });
});
