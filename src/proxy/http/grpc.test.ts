import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  getGrpcTimeout,
  grpcStatusOf,
  hasGrpcContentType,
  isGrpcRequest,
  isGrpcSuccess,
  setGrpcTimeout,
} from './grpc.ts';
import { HeaderMap, RequestHeaders } from './headers.ts';

function call(fields: Readonly<Record<string, string>>): RequestHeaders {
  const headers = new RequestHeaders(Object.keys(fields), Object.values(fields));
  headers.path = '/s/m';
  return headers;
}

test('requests of gRPC are told by their content type', () => {
  for (const [type, is] of [
    ['application/grpc', true],
    ['application/grpc+proto', true],
    ['application/grpc-web', false],
    ['application/json', false],
  ] as const) {
    assert.equal(isGrpcRequest(call({ 'content-type': type })), is, type);
  }
  const connect = call({ 'content-type': 'application/grpc' });
  connect.path = '';
  assert.equal(isGrpcRequest(connect), false);
  assert.equal(hasGrpcContentType(connect), true);
  assert.equal(hasGrpcContentType(undefined), false);
});

test('a timeout is read in whole ms, rounded up', () => {
  for (const [text, ms] of [
    ['0n', 0],
    ['1n', 1],
    ['1000000n', 1],
    ['1000001n', 2],
    ['1u', 1],
    ['1500u', 2],
    ['7m', 7],
    ['5S', 5000],
    ['2M', 120_000],
    ['99999999H', 99_999_999 * 3_600_000],
    ['100000000m', undefined],
    ['5', undefined],
    ['S', undefined],
    ['-1S', undefined],
    ['5s', undefined],
    ['', undefined],
  ] as const) {
    assert.equal(getGrpcTimeout(call({ 'grpc-timeout': text })), ms, text);
  }
  assert.equal(getGrpcTimeout(call({})), undefined);
});

test('a timeout is written in eight digits', () => {
  for (const [ms, text] of [
    [0, '0m'],
    [99_999_999, '99999999m'],
    [100_000_000, '100000S'],
    [100_000_000_000, '1666666M'],
    [6_000_000_000_000, '1666666H'],
    [99_999_999 * 3_600_000 * 2, '99999999H'],
  ] as const) {
    const headers = call({});
    setGrpcTimeout(headers, ms);
    assert.equal(headers.get('grpc-timeout'), text);
  }
});

test('statuses speak for or against the upstream', () => {
  for (const [status, success] of [
    ['0', true],
    ['5', true],
    ['16', true],
    ['2', false],
    ['14', false],
    ['17', false],
    ['x', false],
  ] as const) {
    assert.equal(isGrpcSuccess(new HeaderMap(['grpc-status'], [status])), success, status);
  }
  assert.equal(isGrpcSuccess(new HeaderMap()), false);
});

test('statuses of HTTP have one of gRPC', () => {
  assert.deepEqual(
    [400, 401, 403, 404, 429, 502, 503, 504, 500, 418].map(grpcStatusOf),
    [13, 16, 7, 12, 14, 14, 14, 14, 2, 2],
  );
});
