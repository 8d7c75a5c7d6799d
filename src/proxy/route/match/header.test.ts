import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { envoy } from '../../../bootstrap/api.generated.ts';
import { fakeRequest } from '../context.fake.ts';
import { compileHeaderMatcher } from './header.ts';

/** Values of the header; undefined: it is missing, an array: it is there more than once. */
const values = [
  undefined,
  '',
  'v',
  'va',
  'av',
  'ava',
  'vv',
  'V',
  '1',
  '10',
  '-5',
  '+3',
  '3',
  '3x',
  ['v', 'v'],
  ['a', 'v'],
] as const;

/** What Envoy 1.40 says: for each value `x` where the matcher matches. */
const measured: readonly (readonly [Omit<envoy.config.route.v3.HeaderMatcher, 'name'>, string])[] = [
  [{ exact_match: 'v' }, '..x...........xx'],
  [{ prefix_match: 'v' }, '..xx..x.......xx'],
  [{ suffix_match: 'v' }, '..x.x.x.......xx'],
  [{ contains_match: 'v' }, '..xxxxx.......xx'],
  [{ safe_regex_match: { regex: 'v+' } }, '..x...x.......xx'],
  [{ range_match: { start: 1, end: 10 } }, '........x..xx...'],
  [{ range_match: { start: -10, end: 0 } }, '..........x.....'],
  [{ present_match: true }, '.xxxxxxxxxxxxxxx'],
  [{ present_match: false }, 'x...............'],
  [{ present_match: true, invert_match: true }, 'x...............'],
  [{ present_match: false, invert_match: true }, '.xxxxxxxxxxxxxxx'],
  [{}, '.xxxxxxxxxxxxxxx'],
  [{ invert_match: true }, 'x...............'],
  [{ exact_match: 'v', invert_match: true }, '.x.xxxxxxxxxxx..'],
  [{ range_match: { start: 1, end: 10 }, invert_match: true }, '.xxxxxxx.xx..xxx'],
  [{ exact_match: 'v', treat_missing_header_as_empty: true }, '..x...........xx'],
  [{ exact_match: 'v', treat_missing_header_as_empty: true, invert_match: true }, 'xx.xxxxxxxxxxx..'],
  [{ present_match: true, treat_missing_header_as_empty: true }, 'xxxxxxxxxxxxxxxx'],
  [{ present_match: false, treat_missing_header_as_empty: true }, '................'],
  [{ treat_missing_header_as_empty: true }, 'xxxxxxxxxxxxxxxx'],
  [{ string_match: { exact: 'V', ignore_case: true } }, '..x....x......xx'],
  [{ string_match: { prefix: 'V', ignore_case: true } }, '..xx..xx......xx'],
  [{ string_match: { suffix: 'V', ignore_case: true } }, '..x.x.xx......xx'],
  [{ string_match: { contains: 'V', ignore_case: true } }, '..xxxxxx......xx'],
  [{ string_match: { safe_regex: { regex: 'v.*' } } }, '..xx..x.......xx'],
  [{ range_match: { start: -5, end: 5 }, treat_missing_header_as_empty: true }, '........x.xxx...'],
  [{ string_match: { exact: '' } }, '.x..............'],
];

test('matches headers as Envoy does', () => {
  for (const [matcher, bits] of measured) {
    const matches = compileHeaderMatcher({ name: 'X-H', ...matcher });
    values.forEach((value, i) => {
      const headers = fakeRequest('/', 'h', value === undefined ? {} : { 'x-h': value });
      const what = `${JSON.stringify(matcher)} on ${JSON.stringify(value)}`;
      assert.equal(matches(headers), bits[i] === 'x', what);
    });
  }
});

test('pseudo-headers and the host are headers, too', () => {
  const headers = fakeRequest('/a?q=1', 'example.com');
  const exact = (name: string, value: string): boolean =>
    compileHeaderMatcher({ name, string_match: { exact: value } })(headers);
  assert.ok(exact(':method', 'GET'));
  assert.ok(exact(':path', '/a?q=1'));
  assert.ok(exact(':authority', 'example.com'));
  assert.ok(exact('Host', 'example.com'));
  assert.ok(exact(':scheme', 'http'));
  assert.ok(!exact(':method', 'POST'));
});

test('ignore_case is refused where it has no effect', () => {
  const config = { name: 'a', string_match: { safe_regex: { regex: 'a' }, ignore_case: true } };
  assert.throws(() => compileHeaderMatcher(config), { message: 'ignore_case has no effect for safe_regex.' });
});
