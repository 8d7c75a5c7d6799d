import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parseStats } from './stats.ts';

it('reads what Envoy prints at /stats', () => {
  const text = [
    'cluster.web.upstream_rq_200: 12',
    'listener.[::1]_80.downstream_cx_active: 0',
    'server.uptime: 3',
    'cluster.web.upstream_rq_time: P0(nan,1.0) P25(nan,1.025)',
    'control_plane.identifier: ""',
    '',
  ].join('\n');
  assert.deepEqual(
    [...parseStats(text)],
    [
      ['cluster.web.upstream_rq_200', 12],
      ['listener.[::1]_80.downstream_cx_active', 0],
      ['server.uptime', 3],
      ['cluster.web.upstream_rq_time', 'P0(nan,1.0) P25(nan,1.025)'],
      ['control_plane.identifier', '""'],
    ],
  );
});
