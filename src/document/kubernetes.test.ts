import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readDocument } from './document.ts';
import { DocumentError } from './problem.ts';

const read = (text: string) => readDocument(text, 'x.yaml', 'kubernetes').value;

// As sigs.k8s.io/yaml has them: test/agreement/openshift.test.ts asks it.
for (const [text, value] of [
  ['a: yes', true],
  ['a: Off', false],
  ['a: "yes"', 'yes'],
  ['a: 0644', 420],
  ['a: 0o644', 420],
  ['a: 0x1f', 31],
  ['a: -010', -8],
  ['a: 08', 8],
  ['a: 1_000', 1000],
  ['a: 1e3', 1000],
  ['a: 1.2.3', '1.2.3'],
  ['a: 12:30', '12:30'],
  ['a: !!str 5', '5'],
  ['a: ~', null],
  ['a: |\n  yes\n', 'yes\n'],
] as const) {
  it(`reads ${JSON.stringify(text)} as ${JSON.stringify(value)}`, () => {
    assert.deepEqual(read(text), { a: value });
  });
}

it('refuses a key that is given twice', () => {
  for (const text of ['a: 1\na: 2\n', '{"a": 1,\n"a": 2}']) assert.throws(() => read(text), DocumentError);
});
