import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { containerName } from '../names.ts';
import { labObjects } from '../observe/objects.ts';
import { container, identity, listedContainer, listedHolder, listedNetwork, node } from '../specs.fake.ts';
import { Board } from './board.ts';
import { LostEvents } from './lost-events.ts';

const app = container('app');
const web = node('web', [app]);
const holder = listedHolder(web);
const made = listedContainer(web, app, { State: 'created', Status: 'Created' });
const running = { ...made, State: 'running', Status: 'Up 1 second' };
const ended = { ...made, State: 'exited', Status: 'Exited (7) 1 second ago' };
const stopped = {
  ...ended,
  Names: [`/${containerName(identity.lab, web.name, 'app', { kind: 'stopped' })}`],
};

/** What is found between what is known and what is listed, look after look. */
function found(known: Parameters<typeof labObjects>[0], ...looks: Parameters<LostEvents['look']>[0][]) {
  const board = new Board(labObjects(known, [listedNetwork()])!, { since: 0, isBeingRemoved: () => false });
  const lost = new LostEvents(board);
  return looks.map((listed) => lost.look(listed, 1).map(({ action, exitCode }) => [action, exitCode]));
}

describe('events that were not told', () => {
  it('are found by comparing, when two looks agree', () => {
    assert.deepEqual(found([holder, running], [holder, ended], [holder, ended]), [[], [['die', 7]]]);
    assert.deepEqual(found([holder, running], [holder, ended], [holder, running]), [[], []]);
  });

  it('are those of a life', () => {
    const between = (...[known, listed]: [(typeof made)[], (typeof made)[]]) =>
      found(known, listed, listed)[1]!.map(([action]) => action);
    assert.deepEqual(between([], [holder, made]), ['create', 'create']);
    assert.deepEqual(between([holder, made], [holder, running]), ['start']);
    assert.deepEqual(between([holder, running], [holder, { ...running, State: 'paused' }]), ['pause']);
    assert.deepEqual(between([holder, { ...running, State: 'paused' }], [holder, running]), ['unpause']);
    assert.deepEqual(between([holder, running], [holder, stopped]), ['die']);
    assert.deepEqual(between([holder, running], []), ['destroy', 'destroy']);
    assert.deepEqual(between([holder, running], [holder, running]), []);
  });
});
