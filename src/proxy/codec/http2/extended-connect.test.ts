import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RequestHeaders, ResponseHeaders } from '../../http/headers.ts';
import { connectFromUpgrade, upgradeFromConnect } from './extended-connect.ts';

function connect(protocol: string | undefined): RequestHeaders {
  const headers = new RequestHeaders(['x-a'], ['1']);
  headers.method = 'CONNECT';
  headers.path = '/chat';
  headers.protocol = protocol;
  return headers;
}

test('an extended CONNECT becomes an upgrade', () => {
  const headers = connect('websocket');
  assert.equal(upgradeFromConnect(headers), true);
  assert.equal(headers.method, 'GET');
  assert.equal(headers.path, '/chat');
  assert.equal(headers.protocol, undefined);
  assert.deepEqual(
    [headers.names, headers.values],
    [
      ['x-a', 'upgrade', 'connection'],
      ['1', 'websocket', 'upgrade'],
    ],
  );
});

test('a plain CONNECT, and one of bytes, stay what they are', () => {
  for (const protocol of [undefined, 'bytestream']) {
    const headers = connect(protocol);
    assert.equal(upgradeFromConnect(headers), false);
    assert.equal(headers.method, 'CONNECT');
    assert.deepEqual(headers.names, ['x-a']);
  }
});

test('101 goes down as 200, without the fields of HTTP/1', () => {
  const headers = new ResponseHeaders(['upgrade', 'connection', 'x-a'], ['websocket', 'upgrade', '1']);
  headers.status = 101;
  connectFromUpgrade(headers);
  assert.equal(headers.status, 200);
  assert.deepEqual(headers.names, ['x-a']);
});

test('a refusal goes down as it is', () => {
  const headers = new ResponseHeaders(['x-a'], ['1']);
  headers.status = 403;
  connectFromUpgrade(headers);
  assert.equal(headers.status, 403);
  assert.deepEqual(headers.names, ['x-a']);
});
