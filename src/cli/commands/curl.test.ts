import assert from 'node:assert/strict';
import { it } from 'node:test';
import { splitWords } from './curl.ts';

it("takes --lab and --from out of curl's words, wherever they stand", () => {
  const given = ['-v', '--from', 'service1', '-H', 'a: b', '--lab=two', 'http://x/', '-l', '--json', '{}'];
  assert.deepEqual(splitWords(given), {
    lab: 'two',
    from: 'service1',
    words: ['-v', '-H', 'a: b', 'http://x/', '-l', '--json', '{}'],
  });
  assert.deepEqual(splitWords([]), { lab: undefined, from: undefined, words: [] });
  assert.throws(() => splitWords(['--from']), /--from needs a value/);
});
