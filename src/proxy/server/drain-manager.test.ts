import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FakeClock } from '../clock.fake.ts';
import { DrainManager } from './drain-manager.ts';

describe('DrainManager', () => {
  it('closes nothing before it is started', () => {
    assert.equal(new DrainManager(new FakeClock(), 1000, 'immediate').drainClose(), false);
  });

  it('closes ever more connections when gradual', () => {
    const clock = new FakeClock();
    let draw = 0.5;
    const manager = new DrainManager(clock, 1000, 'gradual', undefined, () => draw);
    manager.start(() => {});
    assert.equal(manager.drainClose(), false);
    clock.advance(499);
    assert.equal(manager.drainClose(), false);
    clock.advance(2);
    assert.equal(manager.drainClose(), true);
    draw = 0.999;
    assert.equal(manager.drainClose(), false);
    clock.advance(500);
    assert.equal(manager.drainClose(), true);
  });

  it('closes all at once when immediate', () => {
    const manager = new DrainManager(new FakeClock(), 1000, 'immediate');
    manager.start(() => {});
    assert.equal(manager.drainClose(), true);
  });

  it('says when its time is over, to all who started it', () => {
    const clock = new FakeClock();
    const done: string[] = [];
    const manager = new DrainManager(clock, 1000, 'gradual');
    manager.start(() => done.push('first'));
    clock.advance(400);
    manager.start(() => done.push('second'));
    clock.advance(599);
    assert.deepEqual(done, []);
    clock.advance(1);
    assert.deepEqual(done.sort(), ['first', 'second']);
  });

  it('follows its parent', () => {
    let parent = false;
    const manager = new DrainManager(new FakeClock(), 1000, 'gradual', { drainClose: () => parent });
    assert.equal(manager.drainClose(), false);
    parent = true;
    assert.equal(manager.drainClose(), true);
  });
});
