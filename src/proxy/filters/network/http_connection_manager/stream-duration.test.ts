import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RequestHeaders } from '../../../http/headers.ts';
import { compileDurations, type StreamDurations } from '../../../route/action/stream-durations.ts';
import { streamDuration } from './stream-duration.ts';

function call(timeout?: string): RequestHeaders {
  const headers = new RequestHeaders(['content-type'], ['application/grpc']);
  headers.path = '/s/m';
  if (timeout !== undefined) headers.add('grpc-timeout', timeout);
  return headers;
}
const route = (max_stream_duration: object): StreamDurations | undefined =>
  compileDurations({ max_stream_duration });

test('a route’s duration goes before the connection manager’s, and 0 is without limit', () => {
  assert.equal(streamDuration(call(), undefined, 0), undefined);
  assert.equal(streamDuration(call(), undefined, 500), 500);
  assert.equal(streamDuration(call(), route({ max_stream_duration: 200 }), 500), 200);
  assert.equal(streamDuration(call(), route({ max_stream_duration: 0 }), 500), undefined);
  assert.equal(streamDuration(call(), route({}), 500), 500);
});

test('grpc-timeout is the duration where the route says up to what', () => {
  const capped = route({ grpc_timeout_header_max: 2000, max_stream_duration: 9000 });
  assert.equal(streamDuration(call('5S'), capped, 0), 2000);
  assert.equal(streamDuration(call('500m'), capped, 0), 500);
  assert.equal(streamDuration(call(), capped, 0), 9000);
  assert.equal(streamDuration(call('5S'), route({ grpc_timeout_header_max: 0 }), 0), 5000);
  assert.equal(streamDuration(call('5S'), route({ max_stream_duration: 9000 }), 0), 9000);
});

test('the offset leaves no less than nothing', () => {
  const offset = route({ grpc_timeout_header_max: 0, grpc_timeout_header_offset: 1000 });
  assert.equal(streamDuration(call('5S'), offset, 0), 4000);
  assert.equal(streamDuration(call('500m'), offset, 0), 0);
});

test('the upstream is told of it, in gRPC only', () => {
  const headers = call('5S');
  streamDuration(headers, route({ grpc_timeout_header_max: 2000 }), 0);
  assert.equal(headers.get('grpc-timeout'), '2000m');
  const plain = new RequestHeaders();
  plain.path = '/';
  streamDuration(plain, route({ max_stream_duration: 2000 }), 0);
  assert.equal(plain.has('grpc-timeout'), false);
});
