import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseSimple } from './parse-simple.ts';
import { parseYaml } from './parse-yaml.ts';
import type { Tree } from './tree.ts';

/** Where an empty value stands is nothing anyone sees. */
function comparable(tree: Tree): unknown {
  if (tree.kind === 'list') return { ...tree, items: tree.items.map(comparable) };
  if (tree.kind === 'map') {
    const pairs = tree.pairs.map(({ key, value }) => [comparable(key), comparable(value)]);
    return { ...tree, pairs };
  }
  return tree.text === '' && tree.plain ? { ...tree, start: -1 } : tree;
}

/** Whether the text is simple; if so it must read as the library reads it. */
function agrees(text: string): boolean {
  const simple = parseSimple(text);
  if (simple === undefined) return false;
  const { tree, errors } = parseYaml(text, false);
  assert.deepEqual(errors, [], text);
  assert.deepEqual(comparable(simple), comparable(tree), text);
  return true;
}

const simple: readonly string[] = [
  'a: 1\n',
  "a:\n  b: x y # c\n  \"c\": 'it''s'\n\n# d\n  e:\n",
  '- a\n- - b\n  - c: d\n    e: f\n-\n  g: h\n',
  'a:\n- b\n- c:\n  - d\ne: f',
  'a: [1, "b, c", {d: e, f: [g]},]\nb: {}\nc: []\n',
  'a: |\n  one\n   two\n\n  three\n\nb: |-\n    x\nc: y\n',
  'a: &x\n  b: 1\nc: *x\nd:\n  - &y 2\n  - *y\n',
  'a: http://h:80/p?q=1#f\nb: -1\nc: a#b\nd: "\\"\\\\\\n"\n',
];

const notSimple: readonly string[] = [
  '',
  '# nothing\n',
  'a:\tb\n',
  'a: !!str 1\n',
  'a: >\n  folded\n',
  'a: b\n  c\n',
  'a: "b\n  c"\n',
  'a: [b,\n  c]\n',
  'a: b: c\n',
  'a: *nope\n',
  'a: &x [*x]\n',
  'a: &x 1\nb: &x\n  - *x\n',
  'a: 1\n---\nb: 2\n',
  'a: 1\n b: 2\n',
  '? a\n: b\n',
  'a: @b\n',
  '- &a b: c\n',
  'a: |2\n    x\n',
];

describe('parseSimple', () => {
  it('reads simple YAML as the library does', () => {
    for (const text of simple) assert.ok(agrees(text), text);
  });

  it('gives up where anything is in doubt', () => {
    for (const text of notSimple) assert.equal(parseSimple(text), undefined, text);
  });

  it('is enough for our own files', () => {
    for (const name of ['sandboxes', 'images']) {
      const folder = fileURLToPath(new URL(`../../${name}`, import.meta.url));
      const files = readdirSync(folder, { recursive: true }).map(String);
      const own = files.filter((file) => file.endsWith('.yaml'));
      assert.ok(own.length > 0);
      for (const file of own) assert.ok(agrees(readFileSync(`${folder}/${file}`, 'utf8')), file);
    }
  });

  it('agrees with the library on texts broken at random', () => {
    let seed = 20;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
      return (seed >>> 16) % below;
    };
    const bits = [
      ...[
        ' ',
        '  ',
        '\n',
        '\n  ',
        '\n    ',
        '- ',
        '\n- ',
        ': ',
        ':',
        'a',
        'b: c',
        'é',
        '1',
        '-',
        '?',
        '\\',
        '%',
        '@',
      ],
      ...[
        '#',
        ' #',
        '"',
        "'",
        '[',
        ']',
        '{',
        '}',
        ',',
        '|',
        '|\n',
        '|-\n',
        '&x ',
        '&x\n',
        '*x',
        '!t ',
        '---',
        '<<: ',
      ],
    ];
    const texts = [...simple, ...notSimple];
    let read = 0;
    for (let run = 0; run < 20_000; run++) {
      let text = texts[random(texts.length)]!;
      for (let edits = random(3) + 1; edits > 0; edits--) {
        const at = random(text.length + 1);
        const bit = random(3) === 0 ? '' : bits[random(bits.length)]!;
        text = text.slice(0, at) + bit + text.slice(at + random(3));
      }
      if (agrees(text)) read++;
    }
    // Else the test has proved nothing.
    assert.ok(read > 2000, `only ${read} were simple`);
  });
});
