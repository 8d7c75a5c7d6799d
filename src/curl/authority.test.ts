import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authoritiesOf } from './authority.ts';
import { urlsInConfig } from './config-file.ts';

const cases: readonly (readonly [string, readonly string[]])[] = [
  ['http://a/', ['a:80']],
  ['https://a/', ['a:443']],
  ['http://A:8080', ['a:8080']],
  ['a:8080/path', ['a:8080']],
  ['a', ['a:80']],
  ['http://user:p@ss@a/x', ['a:80']],
  ['http://user:pw@a:81/x', ['a:81']],
  ['http://a?x=http://b/', ['a:80']],
  ['http://a/http://b:90/', ['a:80']],
  ['http://{a,b}:8080/{c,d}', ['a:8080', 'b:8080']],
  ['http://service1-[1-3]:80/', ['service1-1:80', 'service1-2:80', 'service1-3:80']],
  ['http://s[01-03:2]/', ['s01:80', 's03:80']],
  ['http://s[a-b]/[1-9]', ['sa:80', 'sb:80']],
  ['http://a/service/[1-2]', ['a:80']],
  ['http://[::1]:8080/', ['[::1]:8080']],
  ['ws://a/', ['a:80']],
  ['nosuch://a/', []],
  ['nosuch://a:7/', ['a:7']],
  ['http://a:99999/', []],
  ['', []],
];

test('hosts and ports of URLs', () => {
  for (const [url, expected] of cases) {
    assert.deepEqual(
      authoritiesOf(url).map(({ host, port }) => `${host}:${port}`),
      expected,
      url,
    );
  }
});

test('without globbing braces are no alternatives, and another scheme may be the default', () => {
  assert.deepEqual(authoritiesOf('http://{a,b}/', 'http', false), []);
  assert.deepEqual(authoritiesOf('a', 'https'), [{ host: 'a', port: 443 }]);
});

test('a glob without end is cut', () => {
  assert.equal(authoritiesOf('http://a[1-999999999]/').length, 1000);
});

test('URLs of a config file', () => {
  const file =
    '# a comment\nurl = "http://a/\\"x"\n--url http://b/ # more\nurl=http://c/\nheader: "x: http://no/"\n-v\n';
  assert.deepEqual(urlsInConfig(file), ['http://a/"x', 'http://b/', 'http://c/']);
});
