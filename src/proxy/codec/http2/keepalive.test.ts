import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Keepalive } from './keepalive.ts';

/** A clock a test moves on. */
function fakeClock() {
  let now = 0;
  const timers = new Set<{ due: number; callback: () => void }>();
  return {
    now: () => now,
    wallNow: () => now,
    setTimeout(callback: () => void, ms: number) {
      const timer = { due: now + ms, callback };
      timers.add(timer);
      return { cancel: () => timers.delete(timer) };
    },
    advance(ms: number) {
      now += ms;
      for (const timer of [...timers]) if (timer.due <= now && timers.delete(timer)) timer.callback();
    },
  };
}

function start(options: Partial<{ interval: number; idleInterval: number }> = {}) {
  const clock = fakeClock();
  const events: string[] = [];
  const keepalive = new Keepalive(
    { interval: 100, timeout: 20, jitterPercent: 0, idleInterval: 0, ...options },
    { clock, random: () => 0 },
    { ping: (payload) => events.push(`ping ${payload.length}`), onTimeout: () => events.push('timeout') },
  );
  return { clock, events, keepalive };
}

test('pings at intervals as long as it is answered', () => {
  const { clock, events, keepalive } = start();
  clock.advance(100);
  keepalive.onAnswer();
  clock.advance(100);
  keepalive.onAnswer();
  assert.deepEqual(events, ['ping 8', 'ping 8']);
});

test('times out without an answer, later when frames still come', () => {
  const { clock, events, keepalive } = start();
  clock.advance(100);
  clock.advance(15);
  keepalive.onFrame();
  clock.advance(15);
  assert.deepEqual(events, ['ping 8']);
  clock.advance(5);
  assert.deepEqual(events, ['ping 8', 'timeout']);
});

test('pings before a request when nothing came for long', () => {
  const { clock, events, keepalive } = start({ interval: 0, idleInterval: 50 });
  keepalive.beforeRequest();
  clock.advance(51);
  keepalive.beforeRequest();
  keepalive.beforeRequest();
  keepalive.onAnswer();
  keepalive.onData();
  keepalive.beforeRequest();
  assert.deepEqual(events, ['ping 8']);
});

test('does nothing once it is stopped', () => {
  const { clock, events, keepalive } = start();
  clock.advance(100);
  keepalive.stop();
  clock.advance(1000);
  assert.deepEqual(events, ['ping 8']);
});
