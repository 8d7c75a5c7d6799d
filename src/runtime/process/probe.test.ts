import assert from 'node:assert/strict';
import { it } from 'node:test';
import { probeMachine } from './probe.ts';

it('takes the loopback mode when it is asked for, and says what is untrue there', async () => {
  const report = await probeMachine('loopback', '');
  assert.deepEqual([report.available, report.mode], [true, 'loopback']);
  assert.ok(report.caveats.length >= 4);
  for (const caveat of report.caveats) assert.match(caveat, /^[A-Z].*\.$/);
});

it('falls back to loopback by itself and says why', async () => {
  const report = await probeMachine('auto', process.env.PATH ?? '', async () => ({
    why: 'no luck',
    hint: 'try harder',
  }));
  assert.deepEqual([report.available, report.mode, report.detail], [true, 'loopback', 'no luck']);
});

it('does not fall back when namespaces are asked for', async () => {
  const report = await probeMachine('namespaces', '', async () => ({ why: 'no luck', hint: 'try harder' }));
  assert.deepEqual([report.available, report.detail, report.hint], [false, 'no luck', 'try harder']);
});

it('has nothing to warn of in namespaces', async () => {
  const report = await probeMachine('auto', '', async () => undefined);
  assert.deepEqual([report.available, report.mode, report.caveats], [true, 'namespaces', []]);
});
