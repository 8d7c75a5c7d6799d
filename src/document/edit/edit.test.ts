import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EditMap, inherit, newList, newMap, plainScalar, takeItems, wrapItem } from './node.ts';
import { newText, readEditable } from './read.ts';
import { plainOf, writeEditable } from './write.ts';

const read = (text: string) => readEditable(text, 'a.yaml', 'envoy');
const roundTrip = (text: string) => writeEditable(read(text));

/** Edits the map at the root of a text. */
function edited(text: string, edit: (root: EditMap) => void): string {
  const editable = read(text);
  assert.ok(editable.root instanceof EditMap);
  edit(editable.root);
  return writeEditable(editable);
}

describe('an editable text', () => {
  const texts: Readonly<Record<string, string>> = {
    comments:
      '# top\n\n# of a\na: 1 # behind\n# of b\nb:\n  # in b\n  - x # first\n  # before y\n  - y\n\n# end\n',
    'quotes and blocks': `a: 'it''s'\nb: "q\\n"\nc: |\n  two\n  lines\nd: |-\n  none\ne: >\n  folded text\n\n  more\n`,
    'numbers and words as they were': 'a: 0.25s\nb: 010\nc: yes\nd: 1e3\ne: null\nf: ~\ng: "8080"\n',
    'flow collections': 'a: { b: [1, 2], c: {} }\nd: []\n',
    'tight maps and wide lists': 'a: {b: [ 1, 2 ]}\n',
    'lists flush with their key': 'a:\n- b:\n  - c\n- d\n',
    'blank lines': 'a: 1\n\nb:\n\n  c: 2\n\n  d: 3\n',
    'a marker at the top': '---\na: 1\n',
    'more documents': 'a: 1\n---\nb: 1\n---\nc: [ 2]\n',
    tags: '!ignore a: 1\nb: !!str 2\n',
  };
  for (const [what, text] of Object.entries(texts)) {
    it(`keeps ${what}`, () => assert.equal(roundTrip(text), text));
  }

  it('has null where there is nothing', () => {
    assert.equal(roundTrip('a:\nb: 1\n'), 'a: null\nb: 1\n');
    assert.deepEqual(plainOf(read('a:\nb: 010\n!ignore c: 1\n').root), { a: null, b: 8 });
  });

  it('keeps comments when a pair is renamed, replaced or taken out', () => {
    const text = '# of a\na: 1 # behind a\n# of b\nb: 2\n';
    assert.equal(
      edited(text, (root) => root.rename('a', 'c')),
      '# of a\nc: 1 # behind a\n# of b\nb: 2\n',
    );
    assert.equal(
      edited(text, (root) => root.replace('a', 'c', newMap({ d: root.get('a') }))),
      '# of a\nc:\n  d: 1 # behind a\n# of b\nb: 2\n',
    );
    assert.equal(
      edited(text, (root) => root.take('a')),
      '# of a\n# of b\nb: 2\n',
    );
    assert.equal(
      edited(text, (root) => root.take('b')),
      '# of a\na: 1 # behind a\n# of b\n',
    );
  });

  it('keeps comments when a list is taken apart, and a value takes the place of another', () => {
    assert.equal(
      edited('a:\n  # of a\n  - 1\n  - 2 # two\n', (root) => {
        const items = takeItems(root.get('a')!).map((item) => wrapItem(item, (c) => newMap({ c })));
        root.replace('a', 'b', newList(items));
      }),
      'b:\n  # of a\n  - c: 1\n  - c: 2 # two\n',
    );
    assert.equal(
      edited('a: 1 # one\n', (root) => root.set('a', inherit(root.get('a')!, plainScalar('2')))),
      'a: 2 # one\n',
    );
  });

  it('puts new texts in quotes where Envoy would take them for something else', () => {
    const written = (text: string) => edited('a: 1\n', (root) => root.set('a', newText(text)));
    assert.equal(written('app'), 'a: app\n');
    for (const text of ['yes', 'on', '010', '1.5', '~', '', '@x', '2018-01-01'])
      assert.equal(written(text), `a: "${text}"\n`);
    assert.equal(written('two\nlines\n'), 'a: |\n  two\n  lines\n');
  });

  it('reads JSON as block YAML', () => {
    const editable = readEditable('{"a": {"b": ["x", "yes", 1.5, true, null, {}]}}', 'a.json', 'json');
    assert.equal(
      writeEditable(editable),
      'a:\n  b:\n    - x\n    - "yes"\n    - 1.5\n    - true\n    - null\n    - {}\n',
    );
  });
});
