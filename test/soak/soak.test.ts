import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { content, digest } from './content.ts';
import { Outcome } from './outcome.ts';
import { growth, look, stillActive } from './watch.ts';

describe('what the soak counts', () => {
  it('explains a failure by the upstream’s absence, only where it was that upstream and that time', () => {
    const outcome = new Outcome();
    const before = performance.now();
    outcome.failed('early', new Error('no'), true, before);
    outcome.leaves();
    outcome.failed('meanwhile', new Error('no'), true, before);
    outcome.failed('another upstream', new Error('no'), false, before);
    outcome.returns();
    outcome.failed('begun before its return', new Error('no'), true, before);
    outcome.failed('later', new Error('no'), true, performance.now() + 1);
    outcome.well('a');
    outcome.well('a');
    assert.deepEqual(outcome.findings, ['early: no', 'another upstream: no', 'later: no']);
    assert.equal(outcome.explained, 2);
    assert.deepEqual([...outcome.counts], [['a', 2]]);
  });
});

describe('what the soak watches', () => {
  const samples = (...rss: number[]) => rss.map((mb) => ({ rss: mb, fds: mb }));

  it('sees growth from the second quarter to the last, and not what the start takes', () => {
    assert.deepEqual(growth(samples(10, 100, 100, 110)), []);
    assert.deepEqual(growth(samples(10, 100, 100, 200)), [
      'rss grew from 100 to 200',
      'fds grew from 100 to 200',
    ]);
    assert.deepEqual(growth([]), []);
  });

  it('looks at a process', () => {
    const { rss, fds } = look(process.pid);
    assert.ok(rss > 10 && fds > 3, `${rss} MB, ${fds} fds`);
  });

  it('finds gauges that are not 0, but the admin’s own', () => {
    const stats = [
      'cluster.a.upstream_rq_active: 1',
      'cluster.a.upstream_cx_active: 0',
      'http.admin.downstream_cx_active: 1',
      'listener.admin.downstream_cx_active: 1',
      'http.plain.downstream_cx_active: 12',
      'server.live: 1',
    ];
    assert.deepEqual(stillActive(stats.join('\n')), [stats[0], stats[4]]);
  });

  it('knows the same bytes again', () => {
    assert.equal(digest(content(7, 1000)), digest(content(7, 1000)));
    assert.notEqual(digest(content(7, 1000)), digest(content(8, 1000)));
    assert.equal(content(1, 0).length, 0);
  });
});
