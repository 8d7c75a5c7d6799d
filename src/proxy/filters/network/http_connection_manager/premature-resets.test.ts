import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { StreamInfo } from '../../../http/stream-info.ts';
import type { Runtime } from '../../../runtime/runtime.ts';
import { PrematureResets } from './premature-resets.ts';

const runtime = (values: Readonly<Record<string, number>> = {}): Runtime =>
  ({ integer: (key: string, standard: number) => values[key] ?? standard }) as Runtime;
const unanswered = { start: 0, responseCode: undefined } as StreamInfo;
const answered = { start: 0, responseCode: 200 } as StreamInfo;

/** How many such streams a connection may have. */
function endure(resets: PrematureResets, info: StreamInfo, now: number, most = 2000): number {
  for (let count = 1; count <= most; count++) if (resets.onStreamClosed(info, now)) return count;
  return Number.POSITIVE_INFINITY;
}

describe('streams that are reset before they are answered', () => {
  it('end their connection when half of the limit were', () => {
    assert.equal(endure(new PrematureResets(runtime()), unanswered, 10), 250);
    const few = runtime({ 'overload.premature_reset_total_stream_count': 10 });
    assert.equal(endure(new PrematureResets(few), unanswered, 10), 5);
  });

  it('are no harm when they lasted, or were answered', () => {
    assert.equal(endure(new PrematureResets(runtime()), unanswered, 2000), Number.POSITIVE_INFINITY);
    assert.equal(endure(new PrematureResets(runtime()), unanswered, 1999), 250);
    assert.equal(endure(new PrematureResets(runtime()), answered, 10), Number.POSITIVE_INFINITY);
    const patient = runtime({ 'overload.premature_reset_min_stream_lifetime_seconds': 5 });
    assert.equal(endure(new PrematureResets(patient), unanswered, 5000), 250);
  });

  it('are weighed against all streams once those are many', () => {
    const resets = new PrematureResets(runtime());
    assert.equal(endure(resets, answered, 10, 600), Number.POSITIVE_INFINITY);
    assert.equal(endure(resets, unanswered, 10), 600);
  });
});
