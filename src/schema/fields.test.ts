import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDuration } from './duration.ts';
import { command, port } from './fields.ts';
import { parseJsonPath } from './json-path.ts';
import { numberMatch } from './number-match.ts';
import { parseRegex, textMatch } from './text-match.ts';

test('durations', () => {
  for (const [text, ms] of [
    ['250ms', 250],
    ['5s', 5000],
    ['1.5s', 1500],
    ['1m30s', 90_000],
    ['2h', 7_200_000],
    ['0s', 0],
    ['5', undefined],
    ['s', undefined],
    ['-5s', undefined],
    ['5 s', undefined],
    ['5sec', undefined],
  ] as const) {
    assert.equal(parseDuration(text), ms, text);
  }
});

test('paths into JSON', () => {
  for (const [text, path] of [
    ['a', ['a']],
    ['a.b-c.d_e', ['a', 'b-c', 'd_e']],
    ['a[0][12].b', ['a', 0, 12, 'b']],
    ['[0]', [0]],
    ['["a b"].c', ['a b', 'c']],
    ['a["\\""]', ['a', '"']],
    ['a.0', ['a', '0']],
    ['$', []],
    ['$.a', ['a']],
    ['$[1]', [1]],
    ['$a', ['$a']],
    ['.a', undefined],
    ['a..b', undefined],
    ['a b', undefined],
    ['a[x]', undefined],
    ['a]', undefined],
    ['[0]a', undefined],
  ] as const) {
    assert.deepEqual(parseJsonPath(text)?.path, path, text);
  }
});

test('regular expressions stand between slashes', () => {
  assert.deepEqual(parseRegex('/a/i'), { kind: 'regex', source: 'a', flags: 'i' });
  assert.deepEqual(parseRegex('/a\\/b/'), { kind: 'regex', source: 'a\\/b', flags: '' });
  assert.deepEqual(parseRegex('/a\nb/'), { kind: 'regex', source: 'a\nb', flags: '' });
  for (const text of ['a', '/a', '//', '/a/b', '/usr/bin/env'])
    assert.equal(parseRegex(text), undefined, text);
  assert.throws(() => parseRegex('/(/'), SyntaxError);
  assert.deepEqual(textMatch('equals').parse(5), { kind: 'equals', text: '5' });
});

test('numbers to compare with', () => {
  assert.deepEqual(numberMatch.parse(3), { op: '==', value: 3 });
  assert.deepEqual(numberMatch.parse('>= 3.5'), { op: '>=', value: 3.5 });
  assert.deepEqual(numberMatch.parse('!=-1'), { op: '!=', value: -1 });
  for (const text of ['3', '=> 3', '> x', '>'])
    assert.equal(numberMatch.safeParse(text).success, false, text);
});

test('ports', () => {
  assert.deepEqual(port.parse(80), { port: 80, protocol: 'tcp' });
  assert.deepEqual(port.parse('80'), { port: 80, protocol: 'tcp' });
  assert.deepEqual(port.parse('53/udp'), { port: 53, protocol: 'udp' });
  for (const value of [0, 65_536, '0', '65536', '080', '80/http', ''])
    assert.equal(port.safeParse(value).success, false, String(value));
});

test('commands', () => {
  assert.deepEqual(command.parse('a "b c"'), ['a', 'b c']);
  assert.deepEqual(command.parse(['a', 1, true]), ['a', '1', 'true']);
  for (const value of ['', ' ', [], 'a |  b', "'"])
    assert.equal(command.safeParse(value).success, false, String(value));
});
