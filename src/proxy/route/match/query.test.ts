import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { envoy } from '../../../bootstrap/api.generated.ts';
import { compileQueryMatcher } from './query.ts';

const queries = [
  '',
  '?',
  '?q',
  '?q=',
  '?q=v',
  '?q=vv',
  '?Q=v',
  '?a=1&q=v',
  '?q=x&q=v',
  '?q=v&q=x',
  '?q=%76',
  '?qq=v',
  '?a=q',
  '?q=v=w',
  '?&&q=v',
  '?q=a+b',
];

/** What Envoy 1.40 says: for each query `x` where the matcher matches. */
const measured: readonly (readonly [Omit<envoy.config.route.v3.QueryParameterMatcher, 'name'>, string])[] = [
  [{ string_match: { exact: 'v' } }, '....x..x.x....x.'],
  [{ string_match: { prefix: 'v' } }, '....xx.x.x...xx.'],
  [{ string_match: { safe_regex: { regex: 'v+' } } }, '....xx.x.x....x.'],
  [{ present_match: true }, '..xxxx.xxxx..xxx'],
  [{ present_match: false }, 'xx....x....xx...'],
  [{}, '..xxxx.xxxx..xxx'],
  [{ string_match: { exact: '' } }, '..xx............'],
];

test('matches query parameters as Envoy does', () => {
  for (const [matcher, bits] of measured) {
    const matches = compileQueryMatcher({ name: 'q', ...matcher });
    queries.forEach((query, i) => {
      assert.equal(matches(`/p${query}`), bits[i] === 'x', `${JSON.stringify(matcher)} on ${query}`);
    });
  }
});
