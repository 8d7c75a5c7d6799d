import assert from 'node:assert/strict';
import { it } from 'node:test';
import { http2Defaults } from './options.ts';
import { ProtocolConstraints } from './protocol-constraints.ts';

const options = { ...http2Defaults, maxOutboundFrames: 10, maxOutboundControlFrames: 3 };

it('counts the frames that have not gone out, however long the socket has not been empty', () => {
  const constraints = new ProtocolConstraints(options);
  // Every write finds the last one's bytes still on their way.
  for (let i = 0; i < 100; i++) {
    constraints.onUnsent(i === 0 ? 0 : 100);
    assert.equal(constraints.onFramesSent(5, 1, 100), undefined);
  }
});

it('takes no more frames than the limits in all writes that have not gone out', () => {
  const frames = new ProtocolConstraints(options);
  assert.equal(frames.onFramesSent(5, 0, 100), undefined);
  frames.onUnsent(100);
  assert.equal(frames.onFramesSent(5, 0, 100), undefined);
  frames.onUnsent(101);
  assert.equal(frames.onFramesSent(1, 0, 10)?.stat, 'outbound_flood');

  const control = new ProtocolConstraints(options);
  assert.equal(control.onFramesSent(4, 4, 52)?.stat, 'outbound_control_flood');
});
