import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Dialect, readDocument } from './document.ts';
import { DocumentError } from './problem.ts';

function problemsOf(text: string, dialect: Dialect): string[] {
  try {
    readDocument(text, 'f', dialect);
  } catch (error) {
    assert.ok(error instanceof DocumentError);
    return error.problems.map(({ at, message }) => `${at?.line}:${at?.column} ${message}`);
  }
  return [];
}

describe('readDocument', () => {
  it('knows where every value and key stands', () => {
    const text = 'a:\n  - b: 1\n    "c d": [x, {y: z}]\n  -\n    e: |\n      text\n';
    for (const dialect of ['yaml', 'envoy'] as const) {
      const document = readDocument(text, 'f', dialect);
      const at = (...path: (string | number)[]) => {
        const { line, column } = document.positionOf(path);
        const key = document.positionOfKey(path);
        return `${line}:${column} ${key.line}:${key.column}`;
      };
      assert.equal(at(), '1:1 1:1');
      assert.equal(at('a'), '2:3 1:1');
      assert.equal(at('a', 0), '2:5 2:5');
      assert.equal(at('a', 0, 'b'), '2:8 2:5');
      assert.equal(at('a', 0, 'c d'), '3:12 3:5');
      assert.equal(at('a', 0, 'c d', 1, 'y'), '3:20 3:17');
      assert.equal(at('a', 1, 'e'), '5:8 5:5');
    }
  });

  it('answers the nearest parent for a path that is not there', () => {
    const document = readDocument('a:\n  b: 1\n', 'f');
    assert.deepEqual(document.positionOf(['a', 'nope', 3, 'x']), { file: 'f', line: 2, column: 3 });
  });

  it('finds what an alias names where its anchor stands', () => {
    const text = 'a: &x\n  b: 1\nc: *x\n';
    for (const dialect of ['yaml', 'envoy'] as const) {
      const document = readDocument(text, 'f', dialect);
      assert.deepEqual(document.value, { a: { b: 1 }, c: { b: 1 } });
      assert.deepEqual(document.positionOf(['c', 'b']), { file: 'f', line: 2, column: 6 });
    }
  });

  it('tells all syntax errors with their places', () => {
    assert.deepEqual(problemsOf('a: "x\nb: [1\n', 'yaml').length > 0, true);
    assert.deepEqual(problemsOf('a: b: c\n', 'envoy'), [
      '1:4 Nested mappings are not allowed in compact mappings',
    ]);
    assert.deepEqual(problemsOf('x: *nope\ny: &a [*a]\n', 'envoy'), [
      '1:4 the alias *nope names no anchor before it',
      '2:8 the alias *a stands inside of what it names',
    ]);
    assert.deepEqual(problemsOf('? [a]\n: b\n', 'envoy'), ['1:3 a key must be text, not a list or a map']);
  });

  it('does not count the pieces behind a broken place', () => {
    const text = `a: 1\na: 2\nb: c: d\n${'- e: { f: [g] }\n'.repeat(50)}`;
    assert.deepEqual(problemsOf(text, 'yaml'), [
      '2:1 Map keys must be unique',
      '3:4 Nested mappings are not allowed in compact mappings',
    ]);
  });

  it('refuses a duplicate key as YAML 1.2 does, and takes the last one as Envoy does', () => {
    const text = 'a: 1\nb: 2\na: 3\n';
    assert.deepEqual(problemsOf(text, 'yaml'), ['3:1 Map keys must be unique']);
    const document = readDocument(text, 'f', 'envoy');
    assert.deepEqual(document.value, { a: 3, b: 2 });
    assert.deepEqual(document.positionOf(['a']), { file: 'f', line: 3, column: 4 });
    assert.deepEqual(
      document.warnings.map(({ at, message }) => [at?.line, at?.column, message]),
      [[3, 1, '"a" is given more than once']],
    );
  });

  it('warns of a second document, which Envoy never reads', () => {
    const places = (text: string) => readDocument(text, 'f', 'envoy').warnings.map(({ at }) => at?.line);
    assert.deepEqual(places('a: 1\n---\nb: 2\n'), [3]);
    assert.deepEqual(places('---\na: 1\n...\n'), []);
    assert.deepEqual(places('a: 1\n# end\n---\n# nothing\n'), []);
    assert.deepEqual(places('{}\n---\na: [\n'), [3]);
  });

  it('stops aliases that grow without end', () => {
    let text = 'a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n';
    for (let i = 1; i < 9; i++) text += `a${i}: &a${i} [${`*a${i - 1}, `.repeat(10)}]\n`;
    assert.match(problemsOf(text, 'envoy').join('\n'), /too many values/);
  });

  it('keeps a key called __proto__ a key', () => {
    const { value } = readDocument('__proto__: {x: 1}\n', 'f', 'envoy');
    assert.deepEqual(Object.keys(value as object), ['__proto__']);
    assert.equal(({} as { x?: number }).x, undefined);
  });

  describe('as JSON', () => {
    it('takes what Envoy takes beyond the standard', () => {
      assert.deepEqual(readDocument('{\'a\': [1, 1.5, -2e3, null, true,], b: "x"}', 'f', 'json').value, {
        a: [1, 1.5, -2000, null, true],
        b: 'x',
      });
    });

    it('refuses what only YAML allows', () => {
      assert.deepEqual(problemsOf('a: 1', 'json'), ['1:1 expected an object: {']);
      assert.deepEqual(problemsOf('\n[]', 'json'), ['2:1 expected an object: {']);
      assert.deepEqual(problemsOf('{"a": 0x10, "b": yes}', 'json'), [
        '1:7 unexpected "0x10"',
        '1:18 unexpected "yes"',
      ]);
      assert.notDeepEqual(problemsOf('{}\n\n{}', 'json'), []);
    });
  });
});
