import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { binInDecade, binKey, binRange, decadeOf } from './log-linear.ts';

describe('log-linear bins', () => {
  test('every whole number falls into the bin that holds it', () => {
    for (const value of [1, 2, 9, 10, 11, 99, 100, 109, 110, 999, 1000, 12_345, 987_654_321, 2 ** 40]) {
      const decade = decadeOf(value);
      const { left, width } = binRange(binKey(decade, binInDecade(value, decade)));
      // The bound of 110's bin is 110.00000000000001, in Envoy too.
      assert.ok(left <= value + 1e-9 && value < left + width, `${value} in ${left} + ${width}`);
    }
  });

  test('bins are a tenth of their decade wide; zero has one of its own', () => {
    assert.deepEqual(binRange(0), { left: 0, width: 0 });
    assert.deepEqual(binRange(binKey(0, binInDecade(3, 0))), { left: 3, width: 0.1 });
    assert.deepEqual(binRange(binKey(2, binInDecade(150, 2))), { left: 150, width: 10 });
  });
});
