import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { longOption, shortOption } from './options.ts';
import { addToSections, readCurlWords } from './words.ts';

const urls: readonly (readonly [string, readonly string[]])[] = [
  ['http://a/', ['http://a/']],
  ['-v -k https://a/', ['https://a/']],
  ['-sSH x:y http://a/', ['http://a/']],
  ['-sSHx:y http://a/', ['http://a/']],
  ['-o out http://a/ http://b/', ['http://a/', 'http://b/']],
  ['-d data -X POST http://a/', ['http://a/']],
  ['-XPOST -dx=y http://a/', ['http://a/']],
  ['--request POST --data x http://a/', ['http://a/']],
  ['--http1.0 http://a/', ['http://a/']],
  ['-0 http://a/', ['http://a/']],
  ['-I http://a/', ['http://a/']],
  ['--max-time 5 http://a/', ['http://a/']],
  ['--no-keepalive http://a/', ['http://a/']],
  ['--url http://a/ -s', ['http://a/']],
  ['--head http://a/', ['http://a/']],
  ['--header x:y http://a/', ['http://a/']],
  ['--insec http://a/', ['http://a/']],
  ['--connect-ti 5 http://a/', ['http://a/']],
  ['--expand-url {{x}} http://a/', ['http://a/']],
  ['-s -- -odd http://a/', ['-odd', 'http://a/']],
  ['-w %{http_code} http://a/', ['http://a/']],
];

test('URLs are what is neither an option nor its value', () => {
  for (const [line, expected] of urls) {
    const sections = readCurlWords(line.split(' '));
    assert.deepEqual(
      sections.flatMap((section) => section.urls).filter((url) => url !== '{{x}}'),
      expected,
      line,
    );
  }
});

test('sections are divided by --next and -:', () => {
  const words = 'http://a/ -H a:1 --next -sH b:2 http://b/ -: http://c/'.split(' ');
  const sections = readCurlWords(words);
  assert.deepEqual(
    sections.map(({ urls, options }) => [urls, options.get('header') ?? []]),
    [
      [['http://a/'], ['a:1']],
      [['http://b/'], ['b:2']],
      [['http://c/'], []],
    ],
  );
  assert.equal(
    addToSections(words, sections, () => ['-x']).join(' '),
    'http://a/ -H a:1 -x --next -sH b:2 http://b/ -x -: http://c/ -x',
  );
});

test('more words go before --, after which everything is a URL', () => {
  const words = ['-s', '--', 'http://a/'];
  assert.deepEqual(
    addToSections(words, readCurlWords(words), () => ['-i']),
    ['-s', '-i', '--', 'http://a/'],
  );
});

test('the table agrees with the curl of this machine', (t) => {
  let help: string;
  try {
    help = execFileSync('curl', ['--help', 'all'], { encoding: 'utf8' });
  } catch {
    t.skip('no curl on this machine');
    return;
  }
  for (const line of help.split('\n')) {
    const [, short, name, rest = ''] = /^\s*(?:-(.), )?\s*--([a-z0-9.-]+)(.*)$/.exec(line) ?? [];
    if (name === undefined || name === 'help') continue;
    const takesValue = /^ [<[]/.test(rest);
    assert.deepEqual(longOption(name), { name, takesValue }, name);
    if (short !== undefined) assert.deepEqual(shortOption(short), { name, takesValue }, `-${short}`);
  }
});
