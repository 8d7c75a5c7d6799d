import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FakeClock } from '../clock.fake.ts';
import { sanitizeStatName } from './sanitize.ts';
import { Slots } from './slots.ts';
import { StatsStore } from './store.ts';

const names = (stats: Iterable<{ name: string }>): string[] => [...stats].map(({ name }) => name);

describe('stats store', () => {
  test('the same full name is the same object, whichever way it is reached', () => {
    const store = new StatsStore();
    const scope = store.scope('cluster.a').scope('inner');
    assert.equal(scope.prefix, 'cluster.a.inner.');
    assert.equal(scope.counter('x'), store.counter('cluster.a.inner.x'));
    assert.equal(scope.gauge('x'), store.gauge('cluster.a.inner.x'));
    assert.equal(scope.histogram('x'), store.histogram('cluster.a.inner.x'));
    store.counter('cluster.a.inner.x').inc();
    assert.equal(scope.counter('x').value, 1);
  });

  test('used is what was ever touched, even if it is zero now', () => {
    const store = new StatsStore();
    for (const name of ['untouched', 'reset', 'counted']) store.counter(name);
    store.counter('counted').add(2);
    store.counter('reset').inc();
    store.counter('reset').reset();
    store.gauge('untouched');
    store.gauge('zero').set(0);
    store.gauge('back').inc();
    store.gauge('back').dec();
    store.histogram('untouched');
    store.histogram('recorded').record(1);
    store.latchHistograms();
    assert.deepEqual(names(store.counters(true)), ['reset', 'counted']);
    assert.deepEqual(names(store.gauges(true)), ['zero', 'back']);
    assert.deepEqual(names(store.histograms(true)), ['recorded']);
    assert.equal(names(store.counters()).length, 3);
    store.resetCounters();
    assert.equal(store.counter('counted').value, 0);
    assert.deepEqual(names(store.counters(true)), ['reset', 'counted']);
  });

  test('gauges move both ways', () => {
    const gauge = new StatsStore().gauge('g');
    gauge.set(5);
    gauge.add(3);
    gauge.sub(10);
    gauge.inc();
    assert.equal(gauge.value, -1);
  });

  test('flushing latches histograms at every interval, until it is disposed', () => {
    const clock = new FakeClock();
    const store = new StatsStore();
    const flushing = store.startFlushing(clock);
    store.histogram('h').record(1);
    clock.advance(4999);
    assert.equal(store.histogram('h').used, false);
    clock.advance(1);
    assert.equal(store.histogram('h').interval.count, 1);
    clock.advance(5000);
    assert.equal(store.histogram('h').interval.count, 0);
    flushing[Symbol.dispose]();
    assert.equal(clock.timers, 0);
  });

  test('removing a prefix forgets what is below it', () => {
    const store = new StatsStore();
    store.counter('cluster.a.x').inc();
    store.counter('cluster.ab.x').inc();
    store.remove('cluster.a.');
    assert.deepEqual(names(store.counters()), ['cluster.ab.x']);
    assert.equal(store.counter('cluster.a.x').value, 0);
  });

  test('numbers live in shared memory', () => {
    const store = new StatsStore();
    store.counter('c').add(42);
    const [buffer] = store.slots.buffers;
    assert.ok(buffer instanceof SharedArrayBuffer);
    assert.ok(new Float64Array(buffer).includes(42));
  });

  test('there is room for many', () => {
    const slots = new Slots();
    const seen = new Set<string>();
    for (let i = 0; i < 20_000; i++) {
      const { values, at } = slots.allocate(2);
      assert.equal(values[at], 0);
      values[at] = 1;
      values[at + 1] = 1;
      seen.add(`${slots.buffers.length} ${at}`);
    }
    assert.equal(seen.size, 20_000);
    assert.equal(slots.buffers.length, 5);
  });
});

/** As Envoy 1.40 names the stats of clusters so named. */
const sanitized: Record<string, string> = {
  'a:b.c': 'a_b.c',
  'x://y:/z/q[0]é': 'x_y_z/q[0]é',
  '.dots.': 'dots',
  'nul\0': 'nul_',
};

for (const [name, expected] of Object.entries(sanitized)) {
  test(`${JSON.stringify(name)} becomes ${expected}`, () => {
    assert.equal(sanitizeStatName(name), expected);
  });
}
