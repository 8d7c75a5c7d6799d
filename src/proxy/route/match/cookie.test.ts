import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeRequest } from '../context.fake.ts';
import { compileCookieMatcher } from './cookie.ts';

/** Cookies and what matches in Envoy 1.40, tried in this order: `c` is v, `d` is not v. */
const measured: readonly (readonly [cookie: string | string[] | undefined, match: string | undefined])[] = [
  [undefined, 'inv'],
  ['c=v', 'c'],
  ['x=1; c=v', 'c'],
  ['c="v"', 'c'],
  ['c=w', 'inv'],
  ['d=v', undefined],
  ['c=v; c=w', 'c'],
  ['c=w; c=v', 'inv'],
  ['C=v', 'inv'],
  [' c = v ', 'inv'],
  ['d=v; c=v', 'c'],
  ['d=x', 'inv'],
  [['x=1', 'c=v'], 'c'],
];

test('matches cookies as Envoy does', () => {
  const c = compileCookieMatcher({ name: 'c', string_match: { exact: 'v' } });
  const notD = compileCookieMatcher({ name: 'd', string_match: { exact: 'v' }, invert_match: true });
  for (const [cookie, expected] of measured) {
    // What comes off the wire has no white space around it.
    const value = typeof cookie === 'string' ? cookie.trim() : cookie;
    const headers = fakeRequest('/', 'h', value === undefined ? {} : { cookie: value });
    const match = c(headers) ? 'c' : notD(headers) ? 'inv' : undefined;
    assert.equal(match, expected, String(cookie));
  }
});
