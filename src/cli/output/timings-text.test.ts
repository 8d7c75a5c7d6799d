import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { UpTimings } from '../../lab/timings.ts';
import { fakeIo } from '../io.fake.ts';
import { styleFor } from './style.ts';
import { timingsJson, timingsText } from './timings-text.ts';

const timings: UpTimings = {
  phases: [
    { phase: 'read the sandbox', from: 0, ms: 12.34 },
    { phase: 'do the plan', from: 20, ms: 300 },
    { phase: 'look at the lab', from: 320, ms: 4 },
  ],
  steps: [
    { id: 'create', text: 'create web-1\ncreate db-1', from: 20, ms: 40 },
    { id: 'start', text: 'start web-1/app', from: 60, ms: 10 },
    { id: 'other', text: 'start db-1/store', from: 60, ms: 5 },
  ],
  chain: ['create', 'start'],
  containers: [{ container: 'web-1/app', from: 62, ms: 200.06 }],
};

it('prints the phases, and the longest chain of steps below the plan', () => {
  const { io } = fakeIo();
  assert.equal(
    timingsText(timings, 100, styleFor(io.stdout, io.env)),
    [
      'PHASE                      FROM    TOOK',
      'start envoy-lab            0 ms    100 ms',
      'read the sandbox           100 ms  12 ms',
      'do the plan                120 ms  300 ms',
      '  create web-1 and 1 more  120 ms  40 ms',
      '  start web-1/app          160 ms  10 ms',
      'look at the lab            420 ms  4 ms',
      '',
    ].join('\n'),
  );
});

it('gives all of it as JSON, from the start of the command', () => {
  assert.deepEqual(timingsJson(timings, 100), {
    phases: [
      { phase: 'start envoy-lab', from: 0, ms: 100 },
      { phase: 'read the sandbox', from: 100, ms: 12.3 },
      { phase: 'do the plan', from: 120, ms: 300 },
      { phase: 'look at the lab', from: 420, ms: 4 },
    ],
    steps: [
      { id: 'create', text: 'create web-1\ncreate db-1', from: 120, ms: 40 },
      { id: 'start', text: 'start web-1/app', from: 160, ms: 10 },
      { id: 'other', text: 'start db-1/store', from: 160, ms: 5 },
    ],
    chain: ['create', 'start'],
    containers: [{ container: 'web-1/app', from: 162, ms: 200.1 }],
  });
});
