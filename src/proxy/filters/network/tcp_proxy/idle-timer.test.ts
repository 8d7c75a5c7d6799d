import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FakeClock } from '../../../clock.fake.ts';
import { IdleTimer } from './idle-timer.ts';

function watch(unsent: () => number = () => 0) {
  const clock = new FakeClock();
  let fired = 0;
  const timer = new IdleTimer(clock, 100, unsent, () => fired++);
  return { clock, timer, fired: () => fired };
}

it('fires once nothing has happened for so long', () => {
  const { clock, timer, fired } = watch();
  clock.advance(60);
  timer.touch();
  clock.advance(99);
  assert.equal(fired(), 0);
  clock.advance(1);
  assert.equal(fired(), 1);
  assert.equal(clock.timers, 0);
});

it('takes bytes that were sent meanwhile for something', () => {
  let unsent = 500;
  const { clock, fired } = watch(() => unsent);
  clock.advance(100);
  unsent = 400;
  clock.advance(100);
  assert.equal(fired(), 0);
  clock.advance(100);
  assert.equal(fired(), 1);
});

it('does not fire once it is stopped', () => {
  const { clock, timer, fired } = watch();
  timer.stop();
  clock.advance(1000);
  assert.equal(fired(), 0);
});
