import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeaderMap } from '../../../http/headers.ts';
import { StreamMeter } from './stream-meter.ts';

/** The numbers Envoy 1.40 logs for the same bytes. */
test('bytes are those the connection moves while the stream lasts', () => {
  const connection = {
    id: 1,
    local: undefined,
    protocol: undefined,
    bytesReceived: 40,
    bytesSent: 100,
    head: undefined as string | undefined,
  };
  const meter = new StreamMeter(connection);
  assert.deepEqual([meter.wireBytesSent, meter.headerBytesSent], [0, 0]);
  connection.head = 'POST /a HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\n12345';
  connection.bytesSent += connection.head.length;
  connection.bytesReceived += 59;
  const headers = new HeaderMap();
  headers.add('content-length', '2');
  headers.add('connection', 'close');
  meter.onHeaders(headers);
  meter.stop();
  connection.bytesSent += 1000;
  connection.head = 'another';
  meter.stop();
  assert.equal(meter.wireBytesSent, 53);
  assert.equal(meter.headerBytesSent, 'host: a\r\n'.length + 'content-length: 5\r\n'.length);
  assert.equal(meter.wireBytesReceived, 59);
  assert.equal(meter.headerBytesReceived, 36);
});

test('a response without headers has three bytes of them', () => {
  const meter = new StreamMeter({
    id: 1,
    local: undefined,
    protocol: undefined,
    bytesReceived: 0,
    bytesSent: 0,
    head: '',
  });
  meter.onHeaders(new HeaderMap());
  assert.equal(meter.headerBytesReceived, 3);
});
