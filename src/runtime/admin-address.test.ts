import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parseAddress } from './admin-address.ts';

it('reads an admin address as Envoy writes it', () => {
  assert.deepEqual(parseAddress('127.0.0.1:9901'), { host: '127.0.0.1', port: 9901 });
  assert.deepEqual(parseAddress('10.1.0.2:80\n'), { host: '10.1.0.2', port: 80 });
  assert.deepEqual(parseAddress('[::1]:9901'), { host: '::1', port: 9901 });
  assert.deepEqual(parseAddress('0.0.0.0:9901'), { host: '127.0.0.1', port: 9901 });
  assert.deepEqual(parseAddress('[::]:9901'), { host: '127.0.0.1', port: 9901 });
});

it('takes no half-written address', () => {
  for (const text of ['', '127.0.0.1', '127.0.0.1:', '127.0.0.1:0', 'x'])
    assert.equal(parseAddress(text), undefined);
});
