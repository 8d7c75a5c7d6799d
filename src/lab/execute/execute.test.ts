import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { LabError } from '../../error.ts';
import type { LabEvent } from '../event.ts';
import { plan } from '../plan/plan.ts';
import { FakeLab } from '../runtime.fake.ts';
import { container, lab, node } from '../specs.fake.ts';
import { execute } from './execute.ts';

const db = node('db', [container('store')]);
const web = node('web', [container('app', { dependsOn: [{ name: 'db', until: 'ready' }] })]);

function run(fake: FakeLab, options: { timeoutMs?: number; signal?: AbortSignal; events?: LabEvent[] } = {}) {
  return execute(plan(lab(db, web), undefined), {
    lab: async () => fake,
    timeoutMs: options.timeoutMs ?? 10_000,
    emit: (event) => options.events?.push(event),
    signal: options.signal ?? new AbortController().signal,
  });
}

describe('execute', () => {
  it('starts a container when what it depends on is ready', async () => {
    const fake = new FakeLab();
    assert.equal(await run(fake), fake);
    assert.deepEqual(fake.calls, ['create db-1 web-1', 'start db-1 store', 'start web-1 app']);
  });

  it('tells steps and the states of the containers it waits for', async () => {
    const events: LabEvent[] = [];
    const fake = new FakeLab();
    fake.tell('other-1/app', 'ready');
    await run(fake, { events });
    const states = events.flatMap((event) =>
      event.kind === 'container' ? [`${event.container} ${event.state}`] : [],
    );
    assert.deepEqual(states, [
      'db-1/store starting',
      'db-1/store ready',
      'web-1/app starting',
      'web-1/app ready',
    ]);
    assert.deepEqual(
      events.find(({ kind }) => kind === 'expect'),
      {
        kind: 'expect',
        containers: ['db-1/store', 'web-1/app'],
      },
    );
    const done = events.filter((event) => event.kind === 'step' && event.state === 'done');
    assert.equal(done.length, plan(lab(db, web), undefined).operations.length);
  });

  it('stops at once when a container ends by itself, with its last words', async () => {
    const fake = new FakeLab({ 'web-1/app': [['exited', 98]] });
    await assert.rejects(run(fake), (error: LabError) => {
      assert.equal(error.code, 'runtime');
      assert.match(
        error.message,
        /^web-1\/app exited with 98; its last lines:\n {2}web-1\/app \| cannot bind$/,
      );
      assert.match(error.hint ?? '', /--keep/);
      return true;
    });
  });

  it('begins nothing more after a death', async () => {
    const fake = new FakeLab({ 'db-1/store': [['exited', 137]] });
    await assert.rejects(run(fake), /db-1\/store was ended by signal 9/);
    assert.deepEqual(fake.calls, ['create db-1 web-1', 'start db-1 store']);
  });

  it('does not take the end of an earlier life for a death', async () => {
    const fake = new FakeLab();
    fake.tell('db-1/store', 'exited', 1);
    await run(fake);
    assert.equal(fake.calls.at(-1), 'start web-1 app');
  });

  it('says what is not ready when the time is over', async () => {
    const fake = new FakeLab({ 'db-1/store': [] });
    await assert.rejects(run(fake, { timeoutMs: 20 }), (error: LabError) => {
      assert.match(error.message, /^db-1\/store is not ready after 0.02 s; ready means: it runs/);
      assert.match(error.message, /^web-1\/app is not ready/m);
      assert.match(error.hint ?? '', /--timeout/);
      return true;
    });
  });

  it('says what a start waited for when the time is over', async () => {
    const fake = new FakeLab();
    fake.start = async (_node, _containers, signal?: AbortSignal) => {
      await once(signal!, 'abort');
      throw new LabError('runtime', 'no room for it');
    };
    await assert.rejects(run(fake, { timeoutMs: 20 }), /^LabError: no room for it/);
  });

  it('ends at Ctrl-C', async () => {
    const abort = new AbortController();
    const fake = new FakeLab({ 'db-1/store': [] });
    const running = run(fake, { signal: abort.signal });
    abort.abort();
    await assert.rejects(running, (error: LabError) => error.code === 'interrupted');
  });

  it('passes on what a runtime says is wrong', async () => {
    const fake = new FakeLab();
    fake.create = async () => {
      throw new LabError('runtime', 'no more addresses');
    };
    await assert.rejects(run(fake), /no more addresses/);
    assert.deepEqual(fake.calls, []);
  });

  it('refuses containers that wait for each other', async () => {
    const circle = node('web', [
      container('a', { dependsOn: [{ name: 'b', until: 'ready' }] }),
      container('b', { dependsOn: [{ name: 'a', until: 'ready' }] }),
    ]);
    const options = { timeoutMs: 1000, emit: () => {}, signal: new AbortController().signal };
    await assert.rejects(
      execute(plan(lab(circle), undefined), { lab: async () => new FakeLab(), ...options }),
      /depend on each other in a circle/,
    );
  });
});
