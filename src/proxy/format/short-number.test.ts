import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shortNumber } from './short-number.ts';

test('numbers as C++ streams print them', () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, '0'],
    [0.5, '0.5'],
    [2.5, '2.5'],
    [-4, '-4'],
    [300000, '300000'],
    [1800000, '1.8e+06'],
    [12345678901, '1.23457e+10'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [1234567, '1.23457e+06'],
    [Number.NaN, 'nan'],
  ];
  for (const [value, expected] of cases) assert.equal(shortNumber(value), expected);
});
