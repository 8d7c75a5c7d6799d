import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RequestHeaders } from '../../../http/headers.ts';
import { normalizeHost, type StripPort } from './host-normalization.ts';
import { canonicalPath, type EscapedSlashesAction, normalizePath } from './path-normalization.ts';
import { isValidReferer } from './referer.ts';

const request = (path: string, authority = 'a'): RequestHeaders =>
  Object.assign(new RequestHeaders(), { path, authority });

describe('canonicalPath', () => {
  const cases: readonly (readonly [path: string, canonical: string | undefined])[] = [
    ['/', '/'],
    ['/a/b', '/a/b'],
    ['/a/../b', '/b'],
    ['/../../b', '/b'],
    ['/a/./b/.', '/a/b/'],
    ['/a/b/..', '/a/'],
    ['/a%2e%2e/b', '/a../b'],
    ['/a/%2E%2e/b', '/b'],
    ['/%7Euser', '/~user'],
    ['/a%2fb', '/a%2fb'],
    ['/a\\b', '/a/b'],
    ['/a%00', undefined],
    ['/%zz', '/%zz'],
    ['/a//b', '/a//b'],
    ['/a b"<>', '/a%20b%22%3C%3E'],
  ];
  for (const [path, canonical] of cases) {
    it(`${path} → ${canonical ?? 'refused'}`, () => assert.equal(canonicalPath(path), canonical));
  }
});

describe('normalizePath', () => {
  const apply = (
    path: string,
    options: { normalize?: boolean; merge?: boolean; slashes?: EscapedSlashesAction },
  ) => {
    const headers = request(path);
    const action = normalizePath(headers, {
      normalizePath: options.normalize ?? false,
      mergeSlashes: options.merge ?? false,
      escapedSlashes: options.slashes ?? 'KEEP_UNCHANGED',
    });
    return [action, headers.path];
  };

  it('refuses a fragment always', () => assert.deepEqual(apply('/a#b', {}), ['reject', '/a#b']));
  it('leaves the query alone', () =>
    assert.deepEqual(
      apply('/a/../b?x=/../%2F//', { normalize: true, merge: true, slashes: 'UNESCAPE_AND_FORWARD' }),
      ['continue', '/b?x=/../%2F//'],
    ));
  it('merges slashes', () => assert.deepEqual(apply('//a///b/', { merge: true }), ['continue', '/a/b/']));
  it('unescapes slashes as told', () => {
    assert.deepEqual(apply('/a%2Fb%5c', { slashes: 'UNESCAPE_AND_FORWARD' }), ['continue', '/a/b\\']);
    assert.deepEqual(apply('/a%2Fb', { slashes: 'UNESCAPE_AND_REDIRECT' }), ['redirect', '/a/b']);
    assert.equal(apply('/a%2Fb', { slashes: 'REJECT_REQUEST' })[0], 'reject');
    assert.deepEqual(apply('/a', { slashes: 'REJECT_REQUEST' }), ['continue', '/a']);
  });
});

describe('normalizeHost', () => {
  const cases: readonly (readonly [host: string, strip: StripPort, dot: boolean, result: string])[] = [
    ['a:80', 'any', false, 'a'],
    ['a:80', 'matching', false, 'a'],
    ['a:81', 'matching', false, 'a:81'],
    ['a:80', 'none', false, 'a:80'],
    ['[::1]:80', 'any', false, '[::1]'],
    ['[::1]', 'any', false, '[::1]'],
    ['a:b', 'any', false, 'a:b'],
    ['a.:80', 'none', true, 'a:80'],
    ['a.', 'any', true, 'a'],
  ];
  for (const [host, strip, dot, result] of cases) {
    it(`${host}, ${strip}${dot ? ', dot' : ''} → ${result}`, () => {
      const headers = request('/', host);
      normalizeHost(headers, strip, dot, 80);
      assert.equal(headers.authority, result);
    });
  }
});

describe('isValidReferer', () => {
  for (const good of ['http://a/b?c', '/x', 'x/y:z', 'https://a:1/']) {
    it(`takes ${good}`, () => assert.ok(isValidReferer(good)));
  }
  for (const bad of ['http://u@a/', 'http://a/#f', 'x:y', '/a b', '/a#b']) {
    it(`refuses ${bad}`, () => assert.ok(!isValidReferer(bad)));
  }
});
