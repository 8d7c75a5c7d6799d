import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accepted, matches, paths, refused, rewrites, texts } from './measured.ts';
import { compileRegex, compileSearch } from './regex.ts';

test('takes the patterns Envoy takes', () => {
  for (const pattern of accepted) assert.doesNotThrow(() => compileRegex(pattern), pattern);
});

test("refuses the patterns Envoy refuses, in RE2's words", () => {
  for (const [pattern, message] of refused)
    assert.throws(() => compileRegex(pattern), { message, code: 'invalid' }, pattern);
});

test('matches what Envoy matches', () => {
  for (const [pattern, bits] of matches) {
    const regex = compileRegex(pattern);
    texts.forEach((text, i) => {
      const expected = ((Number.parseInt(bits[i >> 2]!, 16) >> (3 - (i & 3))) & 1) === 1;
      assert.equal(regex.fullMatch(text), expected, `${pattern} on ${JSON.stringify(text)}`);
    });
  }
});

test('replaces as Envoy replaces', () => {
  for (const [pattern, substitution, results] of rewrites) {
    const regex = compileRegex(pattern);
    paths.forEach((path, i) => {
      const got = regex.replaceAll(path, substitution);
      // The redirects it was measured with put a slash in front, and leave a path alone that would be empty.
      const location = got === '' ? path : got.startsWith('/') ? got : `/${got}`;
      assert.equal(location, results[i], `${pattern} → ${substitution} on ${path}`);
    });
  }
});

test('a hostile text costs no more than its length', () => {
  const text = `${'a'.repeat(50_000)}!`;
  for (const pattern of ['(a+)+b', '(a|a)*b', '(a*)*b', '(.*a){12}b', '([a-z]+)*b']) {
    const regex = compileRegex(pattern);
    const start = performance.now();
    assert.equal(regex.fullMatch(text), false);
    assert.ok(performance.now() - start < 2000, pattern);
  }
});

test('forgets states of the automaton rather than keep them all', () => {
  // The set of open ends doubles with every letter: a full automaton would have 2^14 states.
  const regex = compileRegex('(?:a|b)*a(?:a|b){13}');
  let seed = 1;
  let text = '';
  for (let i = 0; i < 5_000; i++) {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    text += seed & 65536 ? 'a' : 'b';
  }
  assert.equal(regex.fullMatch(`${text}a${'b'.repeat(13)}`), true);
  assert.equal(regex.fullMatch(`${text}b${'b'.repeat(13)}`), false);
});

test('searches anywhere in a text', () => {
  const cases: readonly (readonly [pattern: string, text: string, found: boolean])[] = [
    ['b+', 'abc', true],
    ['^b', 'abc', false],
    ['^a', 'abc', true],
    ['c$', 'abc', true],
    ['b$', 'abc', false],
    ['', 'abc', true],
    ['', '', true],
    ['^$', 'a', false],
    ['\\bb', 'a b', true],
    ['\\bc', 'abc', false],
    ['x|^a.*c$', 'abc', true],
    ['(?i)B', 'abc', true],
    ['(?i)a|x', 'A', true],
    ['(?i:a)|X', 'x', false],
  ];
  for (const [pattern, text, found] of cases) assert.equal(compileSearch(pattern)(text), found, pattern);
});
