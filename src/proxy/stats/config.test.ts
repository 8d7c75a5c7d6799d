import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storeOptions } from './config.ts';
import { defaultBuckets } from './histogram.ts';
import { StatsStore } from './store.ts';

/** Names and tags as Envoy 1.40 shows them with the same config. */
test('fixed tags come first, own ones after the defaults', () => {
  const store = new StatsStore(
    storeOptions({
      stats_tags: [
        { tag_name: 'fixed.tag', fixed_value: 'fv' },
        { tag_name: 'my.part', regex: '^cluster\\.[^.]*\\.upstream_((cx)_)' },
      ],
    }),
  );
  assert.deepEqual(store.tagged('cluster.h.upstream_cx_connect_ms'), {
    name: 'cluster.upstream_connect_ms',
    tags: [
      { name: 'fixed.tag', value: 'fv' },
      { name: 'envoy.cluster_name', value: 'h' },
      { name: 'my.part', value: 'cx' },
    ],
  });
});

test('without the default tags only the named ones are taken', () => {
  const store = new StatsStore(
    storeOptions({ use_all_default_tags: false, stats_tags: [{ tag_name: 'envoy.cluster_name' }] }),
  );
  assert.deepEqual(store.tagged('cluster.h.upstream_rq_2xx'), {
    name: 'cluster.upstream_rq_2xx',
    tags: [{ name: 'envoy.cluster_name', value: 'h' }],
  });
});

test('a tag that has no rule, or a broken one, is refused', () => {
  assert.throws(
    () => storeOptions({ stats_tags: [{ tag_name: 'mine' }] }),
    /no default regex for name: 'mine'/,
  );
  assert.throws(
    () => storeOptions({ stats_tags: [{ tag_name: 'mine', regex: '(' }] }),
    /tag 'mine' is invalid/,
  );
});

test('buckets are those of the first rule that matches, sorted', () => {
  const store = new StatsStore(
    storeOptions({
      histogram_bucket_settings: [
        { match: { suffix: '_ms' }, buckets: [3, 1, 2] },
        { match: { prefix: 'a' }, buckets: [9] },
      ],
    }),
  );
  assert.deepEqual(store.histogram('a.x_ms').buckets, [1, 2, 3]);
  assert.deepEqual(store.histogram('a.time').buckets, [9]);
  assert.equal(store.histogram('other').buckets, defaultBuckets);
});
