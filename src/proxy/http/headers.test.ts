import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HeaderMap, RequestHeaders, ResponseHeaders } from './headers.ts';

function map(...pairs: [string, string][]): HeaderMap {
  return new HeaderMap(
    pairs.map(([name]) => name),
    pairs.map(([, value]) => value),
  );
}

const pairs = (headers: HeaderMap) => headers.names.map((name, i) => `${name}=${headers.values[i]}`);

describe('HeaderMap', () => {
  it('finds the first value, or all, or none', () => {
    const headers = map(['a', '1'], ['b', '2'], ['a', '3']);
    assert.equal(headers.get('a'), '1');
    assert.deepEqual(headers.getAll('a'), ['1', '3']);
    assert.equal(headers.get('c'), undefined);
    assert.equal(headers.has('b'), true);
    assert.equal(headers.size, 3);
    assert.equal(headers.byteSize, 6);
  });

  it('adds beside, and sets in place of all', () => {
    const headers = map(['a', '1'], ['b', '2'], ['a', '3']);
    headers.add('b', '4');
    headers.set('a', '5');
    headers.set('c', '6');
    assert.deepEqual(pairs(headers), ['a=5', 'b=2', 'b=4', 'c=6']);
  });

  it('removes all of a name and leaves the rest in order', () => {
    const headers = map(['a', '1'], ['b', '2'], ['a', '3'], ['c', '4'], ['a', '5']);
    assert.equal(headers.remove('a'), 3);
    assert.equal(headers.remove('a'), 0);
    assert.deepEqual(pairs(headers), ['b=2', 'c=4']);
    headers.removeAt(1);
    headers.removeAt(0);
    assert.deepEqual(pairs(headers), []);
  });
});

describe('the heads', () => {
  it('answer for what HTTP/2 calls pseudo-headers', () => {
    const request = new RequestHeaders(['x'], ['y']);
    request.method = 'GET';
    request.path = '/p';
    request.authority = 'h';
    const names = [':method', ':path', ':authority', 'host', ':scheme', 'x', 'z'];
    assert.deepEqual(
      names.map((name) => request.lookup(name)),
      ['GET', '/p', 'h', 'h', 'http', 'y', undefined],
    );
    const response = new ResponseHeaders(['x'], ['y']);
    response.status = 404;
    assert.deepEqual([response.lookup(':status'), response.lookup('x')], ['404', 'y']);
  });
});
