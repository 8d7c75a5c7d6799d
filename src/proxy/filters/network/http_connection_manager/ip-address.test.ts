import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parseIp } from './ip-address.ts';

it('writes addresses as inet_ntop does', () => {
  const texts = {
    '10.0.0.1': '10.0.0.1',
    '0:0:0:0:0:0:0:1': '::1',
    'FE80:0:0::1': 'fe80::1',
    '::ffff:a00:1': '::ffff:10.0.0.1',
    '::ffff:10.0.0.1': '::ffff:10.0.0.1',
    '::1:2': '::0.1.0.2',
    '2001:db8::a00:1': '2001:db8::a00:1',
  };
  for (const [text, written] of Object.entries(texts)) assert.equal(parseIp(text), written);
  assert.equal(parseIp('10.0.0'), undefined);
  assert.equal(parseIp('[::1]'), undefined);
});
