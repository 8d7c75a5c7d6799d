import assert from 'node:assert/strict';
import { test } from 'node:test';
import { murmurHash2 } from './murmur-hash2.ts';
import { xxHash64 } from './xx-hash64.ts';

// Vectors of Envoy's own test/common/common/hash_test.cc and of xxHash's.
const xx: readonly [string, bigint][] = [
  ['', 17241709254077376921n],
  ['foo', 3728699739546630719n],
  ['bar', 5234164152756840025n],
  ['foo\nbar', 8917841378505826757n],
  ['lyft', 4400747396090729504n],
];

for (const [text, hash] of xx) {
  test(`xxHash64 of ${JSON.stringify(text)}`, () => assert.equal(xxHash64(text), hash));
}

test('xxHash64 of more than one stripe, and with a seed', () => {
  assert.equal(xxHash64('Nobody inspects the spammish repetition'), 0xfbcea83c8a378bf1n);
  assert.notEqual(xxHash64('foo', 1n), xxHash64('foo'));
});

const murmur: readonly [string, bigint][] = [
  ['', 6142509188972423790n],
  ['a', 4993892634952068459n],
  ['bar', 11474628671133349555n],
  ['foo', 9631199822919835226n],
  ['longer than seven chars', 15194079855121201171n],
];

for (const [text, hash] of murmur) {
  test(`MurmurHash2 of ${JSON.stringify(text)}`, () => assert.equal(murmurHash2(text), hash));
}
