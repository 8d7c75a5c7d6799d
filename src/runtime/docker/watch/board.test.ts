import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RuntimeEvent } from '../../runtime.ts';
import { containerName, holderName, type Mark } from '../names.ts';
import { labObjects } from '../observe/objects.ts';
import { container, identity, listedContainer, listedHolder, listedNetwork, node } from '../specs.fake.ts';
import { Board } from './board.ts';
import { type EngineEvent, readEvent } from './engine-event.ts';

const app = container('app');
const job = container('job', { once: true });
const web = node('web', [app, job]);

/** An engine's line about a container of the lab. */
function said(
  which: typeof app | 'holder',
  Action: string,
  { mark, ...attributes }: { mark?: Mark; exitCode?: string; containerExitCode?: string } = {},
): EngineEvent {
  const holder = which === 'holder';
  const listed = holder ? listedHolder(web) : listedContainer(web, which);
  const name = holder
    ? holderName(identity.lab, web.name)
    : containerName(identity.lab, web.name, which.name, mark);
  const Attributes = { ...listed.Labels, name, ...attributes };
  const line = { Type: 'container', Action, Actor: { ID: listed.Id, Attributes }, timeNano: 5_000_000 };
  return readEvent(JSON.stringify(line))!;
}

const shown = (events: readonly RuntimeEvent[]) =>
  events.map((event) => {
    const code = 'exitCode' in event ? ` ${event.exitCode}` : '';
    return event.kind === 'container'
      ? `${event.container} ${event.state}${code}`
      : `${event.kind} ${event.state}`;
  });

function board(containers = [listedHolder(web)], removing: readonly string[] = []) {
  const isBeingRemoved = (id: string) => removing.includes(id);
  const made = new Board(labObjects(containers, [listedNetwork()])!, { since: 3, isBeingRemoved });
  return { made, tell: (...args: Parameters<typeof said>) => shown(made.tell(said(...args)).events) };
}

describe('a board of states', () => {
  it('carries a container from its creation to its end', () => {
    const { made, tell } = board([]);
    assert.deepEqual(tell('holder', 'create'), ['node created']);
    assert.deepEqual(tell(app, 'create'), ['app created']);
    const { events, started } = made.tell(said(app, 'start'));
    assert.deepEqual(shown(events), ['app starting']);
    assert.deepEqual(shown(made.ready(started!, 0)), ['app ready']);
    assert.deepEqual(tell(app, 'die', { exitCode: '7' }), ['app exited 7']);
    assert.deepEqual(tell(app, 'start'), ['app starting']);
    assert.deepEqual(tell(app, 'destroy'), []);
    assert.deepEqual(tell('holder', 'destroy'), ['node removed']);
    assert.ok(made.isEmpty);
  });

  it('takes what is told twice once', () => {
    const { tell } = board([listedHolder(web), listedContainer(web, app)]);
    assert.deepEqual(tell(app, 'create'), []);
    assert.deepEqual(tell(app, 'start'), []);
    assert.deepEqual(tell(app, 'die', { exitCode: '0' }), ['app exited 0']);
    assert.deepEqual(tell(app, 'die', { exitCode: '0' }), []);
  });

  it('knows a stop from an end by the name', () => {
    const { tell } = board([listedHolder(web), listedContainer(web, app)]);
    const mark: Mark = { kind: 'stopped' };
    assert.deepEqual(tell(app, 'rename', { mark }), []);
    assert.deepEqual(tell(app, 'die', { exitCode: '143', mark }), ['app stopped 143']);
    assert.deepEqual(tell(app, 'rename'), []);
    assert.deepEqual(tell(app, 'start'), ['app starting']);
  });

  it('tells of a command that could not be run, which engines do not', () => {
    const { tell } = board([listedHolder(web), listedContainer(web, app, { State: 'created', Status: '' })]);
    assert.deepEqual(tell(app, 'rename', { mark: { kind: 'failed', exitCode: 127 } }), ['app exited 127']);
  });

  it('does not take what this process removes, or replaces, for a death', () => {
    const { tell } = board([listedHolder(web), listedContainer(web, app)], ['web-1/app']);
    assert.deepEqual(tell(app, 'die', { exitCode: '137' }), ['app stopped 137']);
    const other = board([listedHolder(web), listedContainer(web, app)]);
    const mark: Mark = { kind: 'old' };
    assert.deepEqual(other.tell(app, 'die', { exitCode: '137', mark }), ['app stopped 137']);
  });

  it('takes a job that has ended well for ready, once', () => {
    const { tell } = board([listedHolder(web), listedContainer(web, job)]);
    assert.deepEqual(tell(job, 'die', { containerExitCode: '0' }), ['job ready 0']);
    assert.deepEqual(tell(job, 'start'), ['job starting']);
    assert.deepEqual(tell(job, 'die', { exitCode: '4' }), ['job exited 4']);
  });

  it('comes back from a pause to what it was, or has become meanwhile', () => {
    const { made, tell } = board([listedHolder(web), listedContainer(web, app)]);
    assert.deepEqual(tell(app, 'pause'), ['app paused']);
    assert.deepEqual(shown(made.ready(made.all()[0]!, 0)), []);
    assert.deepEqual(tell(app, 'unpause'), ['app ready']);
  });

  it('knows what was before it, but for the end of a run that an engine told late', () => {
    const { made } = board([listedHolder(web), listedContainer(web, app)]);
    const late = { ...said(app, 'die', { exitCode: '0' }), time: 2 };
    assert.deepEqual(made.tell({ ...said(job, 'create'), time: 2 }).events, []);
    assert.deepEqual(made.tell(late).events, []);
    made.all()[0]!.startedAt = 1;
    assert.deepEqual(shown(made.tell(late).events), ['app exited 0']);
  });

  it('leaves other labs alone', () => {
    const { made } = board();
    const event = said(app, 'create');
    assert.deepEqual(
      made.tell({ ...event, labels: { ...event.labels, 'io.envoy-lab.lab': 'other' } }).events,
      [],
    );
  });

  it('is gone with its last network', () => {
    const { made } = board([]);
    for (const name of ['shop.default', 'other.default', 'shop.back']) {
      assert.ok(!made.isGone);
      const line = { Type: 'network', Action: 'destroy', Actor: { ID: 'x', Attributes: { name } }, time: 1 };
      made.tell(readEvent(JSON.stringify(line))!);
    }
    assert.ok(made.isGone);
  });
});

describe('an event of an engine', () => {
  it('is read in the words of Docker and of Podman', () => {
    const line = (Action: string) =>
      JSON.stringify({ Type: 'container', Action, Actor: { ID: 'x' }, time: 2 });
    assert.equal(readEvent(line('died'))?.action, 'die');
    assert.equal(readEvent(line('remove'))?.action, 'destroy');
    assert.equal(readEvent(line('start'))?.time, 2000);
    assert.equal(readEvent(line('exec_create: sh')), undefined);
  });
});
