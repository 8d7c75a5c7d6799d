import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LabEvent } from '../../../lab/event.ts';
import { fakeIo } from '../../io.fake.ts';
import { styleFor } from '../style.ts';
import { type ProgressMode, progressFor } from './progress.ts';

const events: readonly LabEvent[] = [
  {
    kind: 'choice',
    lab: 'demo',
    runtime: 'process',
    mode: 'loopback',
    runtimeReason: 'docker: no engine answers',
    engines: [{ name: 'ts', version: 'v20', containers: 2 }],
    engineReason: 'the default',
    caveats: ['ports below 1024 are refused'],
  },
  { kind: 'locked', lab: 'demo', holder: '"up demo" (pid 7, since 10:00:00)' },
  { kind: 'expect', containers: ['web-1/app', 'web-1/sidecar'] },
  { kind: 'step', id: 'create', text: 'create web-1', state: 'started' },
  { kind: 'step', id: 'create', text: 'create web-1', state: 'done', ms: 12 },
  { kind: 'step', id: 'start', text: 'start web-1/app', state: 'done', ms: 1 },
  { kind: 'container', container: 'web-1/app', state: 'starting' },
  { kind: 'container', container: 'web-1/app', state: 'ready' },
  { kind: 'container', container: 'web-1/sidecar', state: 'exited', exitCode: 3 },
  { kind: 'warning', text: 'look out' },
  { kind: 'lab', lab: 'demo', state: 'undoing', ms: 0 },
  { kind: 'lab', lab: 'demo', state: 'undone', ms: 240 },
  { kind: 'lab', lab: 'other', state: 'gone', ms: 24 },
];

function render(mode: ProgressMode, tty = false, env: Record<string, string> = {}): string {
  const { io, err } = fakeIo({ tty, env });
  const progress = progressFor(mode, { stream: io.stderr, style: styleFor(io.stderr, env), now: () => 5000 });
  for (const event of events) progress.event(event);
  progress.end();
  return err();
}

describe('progress', () => {
  it('is plain lines where there is no terminal', () => {
    const expected = [
      'runtime process, loopback: docker: no engine answers',
      'engine ts (v20): the default',
      'note: ports below 1024 are refused',
      'waiting for another command on lab demo: "up demo" (pid 7, since 10:00:00)',
      'create web-1',
      'web-1/app is ready',
      'web-1/sidecar exited with 3',
      'warning: look out',
      'undoing what was done to lab demo (--keep leaves it)',
      'lab demo is as it was before (0.2 s)',
      'nothing of lab other is left (24 ms)',
      '',
    ];
    assert.equal(render('plain'), expected.join('\n'));
    assert.equal(render('auto'), render('plain'));
  });

  it('is a list that is redrawn on a terminal', () => {
    const text = render('auto', true, { NO_COLOR: '1' });
    assert.match(text, /⠋ web-1\/app {6}waiting\n⠋ web-1\/sidecar {2}waiting\n/);
    assert.match(text, /\x1b\[2A\x1b\[0J✔ web-1\/app {6}ready {2}0\.0s\n/);
    assert.match(text, /✘ web-1\/sidecar {2}exited/);
    assert.match(
      text,
      /✘ web-1\/sidecar {2}exited {2}0\.0s\nundoing what was done[^\n]*\nlab demo is as it was/,
    );
  });

  it('is one line for more containers than the terminal has rows', () => {
    const { io, err } = fakeIo({ tty: true });
    const progress = progressFor('tty', {
      stream: io.stderr,
      style: styleFor(io.stderr, { NO_COLOR: '1' }),
      now: () => 0,
    });
    const containers = Array.from({ length: 50 }, (_, index) => `n-${index}/c`);
    progress.event({ kind: 'expect', containers });
    progress.event({ kind: 'container', container: 'n-7/c', state: 'ready' });
    progress.end();
    assert.match(err(), /1 of 50 containers are ready\n/);
    assert.doesNotMatch(err(), /n-7/);
  });

  it('is JSON lines for programs', () => {
    const lines = render('json').trimEnd().split('\n');
    assert.equal(lines.length, events.length);
    assert.deepEqual(JSON.parse(lines[9]!), { time: 5000, kind: 'warning', text: 'look out' });
  });

  it('is silent when asked to', () => {
    assert.equal(render('quiet'), '');
  });

  it('has colours on a terminal, unless NO_COLOR says otherwise', () => {
    assert.match(render('plain', true), /\x1b\[33mwarning:\x1b\[39m look out/);
    assert.doesNotMatch(render('plain', true, { NO_COLOR: '1' }), /\x1b/);
    assert.doesNotMatch(render('plain', true, { TERM: 'dumb' }), /\x1b/);
    assert.match(render('plain', false, { FORCE_COLOR: '1' }), /\x1b/);
  });
});
