import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { it } from 'node:test';
import { ipVersion } from './ip-version.ts';

it('agrees with node:net', () => {
  const texts = [
    '1.2.3.4',
    '1.2.3',
    '1.2.3.256',
    '',
    'service1',
    'a:b',
    '::1',
    '::ffff:1.2.3.4',
    'fe80::1%lo',
    '::1]',
    '1.2.3.4:5',
  ];
  assert.deepEqual(texts.map(ipVersion), texts.map(isIP));
  assert.deepEqual([...new Set(texts.map(ipVersion))].sort(), [0, 4, 6]);
});
