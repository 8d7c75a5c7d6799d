import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { defaultBuckets, SlotHistogram } from './histogram.ts';
import { Slots } from './slots.ts';

/** Samples, and what Envoy 1.40 shows of them: quantiles as in `/stats`, the sum as for Prometheus. */
const measured: { samples: number[]; quantiles: string; sum: number }[] = [
  {
    samples: [1, 1, 1, 1],
    quantiles: '1.02 1.02 1.04 1.06 1.08 1.08 1.08 1.08 1.08 1.08',
    sum: 4.190476190476191,
  },
  {
    samples: [1, 2, 3, 4],
    quantiles: '1.05 1.05 2.05 3.05 4.05 4.05 4.05 4.05 4.05 4.05',
    sum: 10.19496257934216,
  },
  {
    samples: [1, 1, 1, 1, 1, 1, 1, 1, 1, 2],
    quantiles: '1.01 1.03 1.05 1.08 1.09 2.05 2.05 2.05 2.05 2.05',
    sum: 11.477351916376307,
  },
  {
    samples: [12, 12, 12, 15, 150, 150, 150],
    quantiles: '12.25 12.5 15.5 155 157.5 157.5 157.5 157.5 157.5 157.5',
    sum: 517.4399999999999,
  },
  { samples: [3], quantiles: '3.05 3.05 3.05 3.05 3.05 3.05 3.05 3.05 3.05 3.05', sum: 3.0491803278688523 },
  {
    samples: [3, 3],
    quantiles:
      '3.033333333333333 3.033333333333333 3.033333333333333 3.066666666666667 3.066666666666667 3.066666666666667 3.066666666666667 3.066666666666667 3.066666666666667 3.066666666666667',
    sum: 6.0983606557377046,
  },
  {
    samples: [9, 10, 11, 99, 100, 101],
    quantiles:
      '9.05 10.5 11.5 103.33333333333333 106.66666666666667 106.66666666666667 106.66666666666667 106.66666666666667 106.66666666666667 106.66666666666667',
    sum: 340.0254720636572,
  },
  {
    samples: [2, 2, 2, 5, 5, 5, 5, 5],
    quantiles:
      '2.025 2.05 5.016666666666667 5.05 5.083333333333333 5.083333333333333 5.083333333333333 5.083333333333333 5.083333333333333 5.083333333333333',
    sum: 31.39386621588988,
  },
  {
    samples: [230, 230],
    quantiles:
      '233.33333333333331 233.33333333333331 233.33333333333331 236.66666666666663 236.66666666666663 236.66666666666663 236.66666666666663 236.66666666666663 236.66666666666663 236.66666666666663',
    sum: 469.7872340425531,
  },
  { samples: [0, 0], quantiles: '0 0 0 0 0 0 0 0 0 0', sum: 0 },
];

const labels = ['0', '25', '50', '75', '90', '95', '99', '99.5', '99.9', '100'];

function histogramOf(samples: readonly number[]): SlotHistogram {
  const histogram = new SlotHistogram('h', new Slots());
  for (const sample of samples) histogram.record(sample);
  return histogram;
}

describe('histogram', () => {
  for (const { samples, quantiles, sum } of measured) {
    test(`of ${samples.join(' ')}`, () => {
      const histogram = histogramOf(samples);
      histogram.latch();
      const values = quantiles.split(' ');
      assert.equal(
        histogram.summary(),
        labels.map((label, i) => `P${label}(${values[i]},${values[i]})`).join(' '),
      );
      assert.equal(histogram.cumulative.sum(), sum);
      assert.equal(histogram.cumulative.count, samples.length);
    });
  }

  test('samples show when their interval has ended, and leave it with the next', () => {
    const histogram = histogramOf([3]);
    assert.equal(histogram.used, false);
    assert.equal(histogram.summary(), 'No recorded values');
    histogram.latch();
    assert.equal(histogram.used, true);
    assert.match(histogram.summary(), /^P0\(3\.05,3\.05\) /);
    histogram.latch();
    assert.match(histogram.summary(), /^P0\(nan,3\.05\) P25\(nan,3\.05\) /);
    histogram.record(3);
    histogram.latch();
    assert.equal(histogram.cumulative.count, 2);
    assert.equal(histogram.interval.count, 1);
  });

  test('fractions are cut off, as Envoy records whole numbers', () => {
    const histogram = histogramOf([0.9, 3.99]);
    histogram.latch();
    assert.deepEqual(
      histogram.cumulative.sorted().map(({ left, count }) => [left, count]),
      [
        [0, 1],
        [3, 1],
      ],
    );
  });

  test('buckets count samples up to their bound, that bound’s own bin included', () => {
    const histogram = histogramOf([9, 10, 11, 99, 100, 101]);
    histogram.latch();
    const counts = histogram.cumulative.countsUpTo(defaultBuckets);
    assert.deepEqual(counts.slice(0, 8), [0, 0, 0, 2, 3, 3, 6, 6]);
    assert.equal(counts.at(-1), 6);
  });
});
