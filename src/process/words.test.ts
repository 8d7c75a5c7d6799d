import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { joinWords, splitWords, WordsError } from './words.ts';

const same: readonly string[] = [
  'curl -s http://a:80/x',
  "echo 'a b' c",
  'echo "a b" c\\ d',
  `echo a'b'"c"d`,
  `echo "it's" 'say "hi"'`,
  `echo "a\\"b" "a\\\\b" "a\\nb"`,
  `echo '' ""`,
  `echo a\\'b`,
  'echo  two   blanks\tand a tab',
  'echo one \\\n two',
  `echo '|' "&&" \\;`,
  'echo a\\\nb',
];

test('words are split as sh splits them', () => {
  for (const line of same) {
    const shown = execFileSync('sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' });
    assert.deepEqual(splitWords(line), shown.split('\0').slice(0, -1), line);
  }
});

test('what a shell would expand stays as it is', () => {
  assert.deepEqual(splitWords('curl http://a/?x=1&y=2 $HOME *.txt ~'), [
    'curl',
    'http://a/?x=1&y=2',
    '$HOME',
    '*.txt',
    '~',
  ]);
});

test('an open quote and an operator are errors', () => {
  for (const [line, message] of [
    ["echo 'a", /' is not closed/],
    ['echo "a', /" is not closed/],
    ['a | b', /"\|" needs a shell; write \[sh, -c/],
    ['a && b', /"&&" needs a shell/],
    ['a 2>&1', /"2>&1" needs a shell/],
    ['a > /tmp/x', /">" needs a shell/],
  ] as const) {
    assert.throws(
      () => splitWords(line),
      (error: Error) => error instanceof WordsError && message.test(error.message),
    );
  }
});

test('joined words come back through a shell', () => {
  const words = ['a', '', 'b c', "it's", '"q"', '$HOME', 'x\ny', '\\', '*', '~', '#', 'é', '!'];
  const shown = execFileSync('sh', ['-c', `printf '%s\\0' ${joinWords(words)}`], { encoding: 'utf8' });
  assert.deepEqual(shown.split('\0').slice(0, -1), words);
  assert.deepEqual(splitWords(joinWords(words)), words);
  assert.equal(joinWords(['curl', '-s', 'http://a:80/b?c=d']), "curl -s 'http://a:80/b?c=d'");
});
