import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LayeredRuntime } from '../../runtime/layered-runtime.ts';
import { StatsStore } from '../../stats/store.ts';
import { compileRegexMatcher } from '../matcher.ts';
import { parsePattern } from '../parse.ts';
import { programSizes } from './measured.ts';
import { re2ProgramSize } from './size.ts';

test('counts the instructions RE2 makes', () => {
  for (const [pattern, size] of programSizes)
    assert.equal(re2ProgramSize(parsePattern(pattern).node), size, pattern);
});

test('refuses programs that are too large for Envoy, in its words', () => {
  const sentence = (limit: string) =>
    `regex 'a{97}' RE2 program size of 101 > max program size of ${limit}. ` +
    'Increase configured max program size if necessary.';
  const compile = (max_program_size?: number, error_level?: number) => {
    const google_re2 = max_program_size === undefined ? {} : { max_program_size };
    const static_layer = error_level === undefined ? {} : { re2: { max_program_size: { error_level } } };
    const runtime = new LayeredRuntime({ layers: [{ name: 's', static_layer }] }, new StatsStore());
    return compileRegexMatcher({ regex: 'a{97}', google_re2 }, runtime);
  };
  assert.throws(() => compile(), {
    message: sentence('100 set for the error level threshold'),
    code: 'invalid',
  });
  assert.throws(() => compile(10), { message: sentence('10') });
  assert.doesNotThrow(() => compile(101));
  assert.doesNotThrow(() => compile(undefined, 200));
  assert.doesNotThrow(() => compileRegexMatcher({ regex: 'a{96}' }, undefined));
});
