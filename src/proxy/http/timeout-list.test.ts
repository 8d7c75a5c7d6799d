import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FakeClock } from '../clock.fake.ts';
import { TimeoutList } from './timeout-list.ts';

function listOf(ms: number) {
  const clock = new FakeClock();
  const fired: string[] = [];
  const list = new TimeoutList(clock, ms);
  const start = (name: string) => list.start({ onTimeout: () => fired.push(`${name} ${clock.now()}`) });
  return { clock, fired, start };
}

describe('TimeoutList', () => {
  it('fires each after its time, in order', () => {
    const { clock, fired, start } = listOf(100);
    start('a');
    clock.advance(30);
    start('b');
    clock.advance(200);
    assert.deepEqual(fired, ['a 100', 'b 130']);
  });

  it('fires none that was cancelled, wherever it stands', () => {
    const { clock, fired, start } = listOf(100);
    const [first, , middle, , last] = ['a', 'b', 'c', 'd', 'e'].map(start);
    for (const timeout of [middle!, first!, last!, last!]) timeout.cancel();
    clock.advance(100);
    assert.deepEqual(fired, ['b 100', 'd 100']);
  });

  it('keeps one timer of the clock, and none when it is empty', () => {
    const { clock, start } = listOf(100);
    const timeouts = ['a', 'b', 'c'].map(start);
    assert.equal(clock.timers, 1);
    for (const timeout of timeouts) timeout.cancel();
    clock.advance(100);
    assert.equal(clock.timers, 0);
  });

  it('takes new ones while it fires', () => {
    const { clock, fired, start } = listOf(100);
    const again = { onTimeout: () => void start('again') };
    start('a');
    start('b');
    clock.advance(50);
    again.onTimeout();
    clock.advance(100);
    assert.deepEqual(fired, ['a 100', 'b 100', 'again 150']);
  });
});
