import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { execute } from './execute/execute.ts';
import { plan } from './plan/plan.ts';
import { FakeLab } from './runtime.fake.ts';
import { container, lab, node } from './specs.fake.ts';
import { longestChain, Stopwatch } from './timings.ts';

const db = node('db', [container('store')]);
const web = node('web', [container('app', { dependsOn: [{ name: 'db', until: 'ready' }] })]);

describe('where the time of up goes', () => {
  it('is measured by phases, also beside each other, and told', async () => {
    let now = 100;
    const told: unknown[] = [];
    const watch = new Stopwatch(
      (event) => told.push(event),
      () => now,
    );
    const slow = watch.phase('make the empty lab', async () => {
      now += 1;
      await watch.phase('plan', () => (now += 5));
      now += 20;
      return 'made';
    });
    assert.equal(await slow, 'made');
    const { phases } = watch.timings({ lab: 'demo', operations: [] });
    assert.deepEqual(phases, [
      { phase: 'make the empty lab', from: 0, ms: 26 },
      { phase: 'plan', from: 1, ms: 5 },
    ]);
    assert.deepEqual(told, [
      { kind: 'phase', phase: 'plan', from: 1, ms: 5 },
      { kind: 'phase', phase: 'make the empty lab', from: 0, ms: 26 },
    ]);
  });

  it('has every step, each container until ready, and the chain that nothing else was slower than', async () => {
    let now = 0;
    const watch = new Stopwatch(
      () => {},
      () => now++,
    );
    const wanted = plan(lab(db, web), undefined);
    const signal = new AbortController().signal;
    await execute(wanted, { lab: async () => new FakeLab(), timeoutMs: 10_000, emit: watch.emit, signal });
    const { steps, containers, chain } = watch.timings(wanted);
    assert.deepEqual(new Set(steps.map(({ id }) => id)), new Set(wanted.operations.map(({ id }) => id)));
    assert.ok(steps.every(({ ms }) => ms > 0));
    assert.deepEqual(
      containers.map(({ container }) => container),
      ['db-1/store', 'web-1/app'],
    );
    assert.ok(containers.every(({ ms }) => ms > 0));
    const texts = chain.map((id) => steps.find((step) => step.id === id)?.text.split('\n')[0]);
    assert.deepEqual(texts.slice(0, 3), ['create lab demo', 'create db-1', 'start db-1/store']);
    assert.equal(texts.at(-2), 'start web-1/app');
  });

  it('goes back from the last end to what was waited for longest', () => {
    const operation = (id: string, after: readonly string[]) =>
      ({ id, after, kind: 'unpause', node: id, cause: '' }) as const;
    const operations = [operation('a', []), operation('b', []), operation('c', ['a', 'b'])];
    const spans = (a: number, b: number) =>
      new Map([
        ['a', { from: 0, ms: a }],
        ['b', { from: 0, ms: b }],
        ['c', { from: Math.max(a, b), ms: 1 }],
      ]);
    assert.deepEqual(longestChain(operations, spans(9, 2)), ['a', 'c']);
    assert.deepEqual(longestChain(operations, spans(2, 9)), ['b', 'c']);
    assert.deepEqual(longestChain([], new Map()), []);
  });
});
