import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileDate, isoTime } from './strftime.ts';

const time = Date.UTC(2026, 10, 22, 18, 37, 39) + 304.145;

/** What Envoy 1.40 prints for `%START_TIME(…)%` at that moment. */
const measured: readonly (readonly [pattern: string, text: string])[] = [
  ['%Y/%m/%dT%H:%M:%S%z', '2026/11/22T18:37:39+0000'],
  ['%s', '1795372659'],
  ['%s.%3f', '1795372659.304'],
  ['%f', '304145000'],
  ['%1f', '3'],
  ['%6f', '304145'],
  ['%9f', '304145000'],
  ['%3S', '039'],
  ['%Ez', '+00:00'],
  ['%E*z', '+00:00:00'],
  ['%E3S', '39.304'],
  ['%E*S', '39.304145'],
  ['%E0S', '39'],
  ['%E3f', '304'],
  ['%E*f', '304145'],
  ['%E4Y', '2026'],
  ['%ET', 'T'],
  ['%_d', '22'],
  ['%-d', '22'],
  ['%^a', 'SUN'],
  ['%#a', 'SUN'],
  ['%5Y', '02026'],
  ['%E', '%E'],
  ['%', '%'],
  ['x%', 'x%'],
  ['%Ey', '26'],
  ['%Od', '22'],
  ['%:z', '+00:00'],
  ['%::z', '+00:00:00'],
  ['%a %A %b %B %h', 'Sun Sunday Nov November Nov'],
  ['%c', 'Sun Nov 22 18:37:39 2026'],
  ['%C %d %D %e %F', '20 22 11/22/26 22 2026-11-22'],
  ['%g %G %V %U %W', '26 2026 47 47 46'],
  ['%H %I %j %k %l %m %M', '18 06 326 18  6 11 37'],
  ['%p %P', 'PM pm'],
  ['%r', '06:37:39 PM'],
  ['%R %T %X %x', '18:37 18:37:39 18:37:39 11/22/26'],
  ['%S %t %u %w %y %Y', '39 \t 7 0 26 2026'],
  ['%z %Z', '+0000 UTC'],
  ['%N %v %+ %q %i %K %L %J %Q', '%N %v %+ %q %i %K %L %J %Q'],
];

test('prints dates as Envoy does', () => {
  for (const [pattern, text] of measured) assert.equal(compileDate(pattern, false)(time), text, pattern);
});

test('ISO weeks at the turn of a year', () => {
  const print = compileDate('%G-W%V-%u %j', false);
  assert.equal(print(Date.UTC(2027, 0, 1)), '2026-W53-5 001');
  assert.equal(print(Date.UTC(2024, 11, 30)), '2025-W01-1 365');
  assert.equal(print(Date.UTC(2021, 0, 3)), '2020-W53-7 003');
});

test('midnight and noon by the twelve-hour clock', () => {
  const print = compileDate('%I:%M %p', false);
  assert.equal(print(Date.UTC(2024, 0, 1, 0, 5)), '12:05 AM');
  assert.equal(print(Date.UTC(2024, 0, 1, 12, 5)), '12:05 PM');
});

test('local time has the zone of the machine', () => {
  const date = new Date(time);
  const minutes = -date.getTimezoneOffset();
  const sign = minutes < 0 ? '-' : '+';
  const pad = (value: number) => String(value).padStart(2, '0');
  const offset = `${sign}${pad(Math.floor(Math.abs(minutes) / 60))}${pad(Math.abs(minutes) % 60)}`;
  assert.equal(
    compileDate('%H:%M %z', true)(time),
    `${pad(date.getHours())}:${pad(date.getMinutes())} ${offset}`,
  );
});

test('the default format, also when the second changes', () => {
  const print = isoTime();
  assert.equal(print(time), '2026-11-22T18:37:39.304Z');
  assert.equal(print(time + 0.9), '2026-11-22T18:37:39.305Z');
  assert.equal(print(time + 700), '2026-11-22T18:37:40.004Z');
  assert.equal(print(0), '1970-01-01T00:00:00.000Z');
});
