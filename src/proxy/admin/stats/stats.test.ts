import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StatsStore } from '../../stats/store.ts';
import { statsJson } from './json.ts';
import { type BucketMode, readParameters, type StatsParameters } from './parameters.ts';
import { statsPrometheus } from './prometheus.ts';
import { select } from './selection.ts';
import { statsText } from './text.ts';

/** The stats of a proxy that has served two requests, in 0 and 3 ms. */
function store(): StatsStore {
  const stats = new StatsStore();
  stats.counter('cluster.c.upstream_rq_200').add(2);
  stats.counter('cluster.c.upstream_rq_total').add(2);
  stats.counter('cluster.d.upstream_rq_total');
  stats.gauge('cluster.c.upstream_cx_active').set(1);
  stats.gauge('cluster_manager.active_clusters').set(2);
  const time = stats.histogram('cluster.c.upstream_rq_time');
  time.record(0);
  time.record(3);
  stats.latchHistograms();
  stats.latchHistograms();
  stats.histogram('cluster.d.upstream_rq_time');
  return stats;
}

function parameters(query: string): StatsParameters {
  const read = readParameters(new URLSearchParams(query));
  assert.ok(!('body' in read));
  return read;
}

const text = (query: string, mode?: BucketMode) => statsText(select(store(), parameters(query)), mode);
const json = (query: string, mode?: BucketMode) =>
  JSON.parse(statsJson(select(store(), parameters(query)), mode));
const prometheus = (query: string, summary = false) => {
  const stats = store();
  return statsPrometheus(select(stats, parameters(query)), stats, summary);
};

const quantileLine =
  'P0(nan,0) P25(nan,0) P50(nan,0) P75(nan,3.05) P90(nan,3.05) P95(nan,3.05) P99(nan,3.05) P99.5(nan,3.05) ' +
  'P99.9(nan,3.05) P100(nan,3.05)';

test('text: numbers by name, then histograms', () => {
  assert.equal(
    text(''),
    `cluster.c.upstream_cx_active: 1
cluster.c.upstream_rq_200: 2
cluster.c.upstream_rq_total: 2
cluster.d.upstream_rq_total: 0
cluster_manager.active_clusters: 2
cluster.c.upstream_rq_time: ${quantileLine}
cluster.d.upstream_rq_time: No recorded values
`,
  );
});

test('filter, inverted filter, kind, used only', () => {
  assert.equal(text('filter=rq_total$'), 'cluster.c.upstream_rq_total: 2\ncluster.d.upstream_rq_total: 0\n');
  assert.equal(text('filter=rq|cx&invert_filter'), 'cluster_manager.active_clusters: 2\n');
  assert.equal(text('filter=rq_t&usedonly&type=Counters'), 'cluster.c.upstream_rq_total: 2\n');
  assert.equal(text('type=Histograms&usedonly'), `cluster.c.upstream_rq_time: ${quantileLine}\n`);
  assert.equal(text('type=TextReadouts'), '');
});

test('buckets as text', () => {
  const only = 'type=Histograms&filter=cluster.c';
  assert.equal(
    text(only, 'cumulative'),
    'cluster.c.upstream_rq_time: B0.5(0,1) B1(0,1) B5(0,2) B10(0,2) B25(0,2) B50(0,2) B100(0,2) B250(0,2) ' +
      'B500(0,2) B1000(0,2) B2500(0,2) B5000(0,2) B10000(0,2) B30000(0,2) B60000(0,2) B300000(0,2) ' +
      'B600000(0,2) B1.8e+06(0,2) B3.6e+06(0,2)\n',
  );
  assert.match(text(only, 'disjoint'), /: B0\.5\(0,1\) B1\(0,0\) B5\(0,1\) B10\(0,0\) /);
  assert.equal(
    text(only, 'detailed'),
    `cluster.c.upstream_rq_time:\n  totals=0,0:1, 3,0.1:1\n  intervals=\n  summary=${quantileLine}\n`,
  );
});

test('JSON', () => {
  assert.deepEqual(json('filter=rq_200'), { stats: [{ name: 'cluster.c.upstream_rq_200', value: 2 }] });
  assert.deepEqual(json('filter=nothing'), { stats: [] });
  const [first] = json('type=Histograms').stats;
  assert.deepEqual(first.histograms.supported_quantiles, [0, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 100]);
  assert.deepEqual(first.histograms.computed_quantiles[0].values[3], { cumulative: 3.05, interval: null });
  assert.deepEqual(first.histograms.computed_quantiles[1].values[3], { cumulative: null, interval: null });
  const [buckets] = json('type=Histograms', 'cumulative').stats;
  assert.deepEqual(buckets.histograms[0].buckets[2], { upper_bound: 5, interval: 0, cumulative: 2 });
  const [details] = json('type=Histograms', 'detailed').stats;
  assert.deepEqual(details.histograms.details[0].totals, [
    { lower_bound: 0, width: 0, count: 1 },
    { lower_bound: 3, width: 0.1, count: 1 },
  ]);
});

test('Prometheus: tags are labels, a metric is named once', () => {
  assert.equal(
    prometheus('filter=rq_[2t]o?|_active'),
    `# TYPE envoy_cluster_upstream_rq counter
envoy_cluster_upstream_rq{envoy_response_code="200",envoy_cluster_name="c"} 2
# TYPE envoy_cluster_upstream_rq_total counter
envoy_cluster_upstream_rq_total{envoy_cluster_name="c"} 2
envoy_cluster_upstream_rq_total{envoy_cluster_name="d"} 0
# TYPE envoy_cluster_upstream_cx_active gauge
envoy_cluster_upstream_cx_active{envoy_cluster_name="c"} 1
${prometheus('filter=rq_time')}`,
  );
});

test('Prometheus: histograms and summaries', () => {
  const histogram = prometheus('filter=c.upstream_rq_time').split('\n');
  assert.equal(histogram[0], '# TYPE envoy_cluster_upstream_rq_time histogram');
  assert.equal(histogram[3], 'envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="c",le="5"} 2');
  assert.equal(histogram[20], 'envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="c",le="+Inf"} 2');
  assert.match(histogram[21]!, /^envoy_cluster_upstream_rq_time_sum\{envoy_cluster_name="c"\} 3\.049/);
  assert.equal(histogram[22], 'envoy_cluster_upstream_rq_time_count{envoy_cluster_name="c"} 2');
  const summary = prometheus('filter=c.upstream_rq_time', true).split('\n');
  assert.equal(summary[0], '# TYPE envoy_cluster_upstream_rq_time summary');
  assert.equal(summary[2], 'envoy_cluster_upstream_rq_time{envoy_cluster_name="c",quantile="0.25"} nan');
  assert.equal(summary[12], 'envoy_cluster_upstream_rq_time_count{envoy_cluster_name="c"} 0');
});

test('Prometheus: metrics are ordered part by part of their names', () => {
  const stats = new StatsStore();
  for (const name of ['a_b.c', 'a.z', 'a-b.c']) stats.counter(name);
  const lines = statsPrometheus(select(stats, parameters('')), stats, false);
  assert.deepEqual(lines.match(/TYPE \w+/g), ['TYPE envoy_a_z', 'TYPE envoy_a_b_c']);
});

test('what a query may not say', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['type=x', 'invalid &type= param'],
    ['filter=(', 'Invalid re2 regex: missing ): ('],
    ['filter=%ff', 'Invalid re2 regex: invalid UTF-8'],
    [
      'histogram_buckets=x',
      'usage: /stats?histogram_buckets=(cumulative|disjoint|detailed|summary|prometheusnative)\n',
    ],
  ];
  for (const [query, body] of cases)
    assert.deepEqual(readParameters(new URLSearchParams(query)), { status: 400, body });
});
