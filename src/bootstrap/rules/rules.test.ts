import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { messageNames, messageSchema, type Rules } from '../schema/schema.ts';
import { lengthViolations, numberViolations } from './number.ts';
import { stringViolations } from './string.ts';

/** Every rule that some field has, with where. */
function allRules(): Map<string, string> {
  const found = new Map<string, string>();
  const collect = (rules: Rules, at: string): void => {
    for (const [name, value] of Object.entries(rules)) {
      if (name === 'items' || name === 'keys' || name === 'values') collect(value as Rules, at);
      else found.set(name, at);
    }
  };
  for (const name of messageNames()) {
    for (const field of messageSchema(name)!.fields.values()) {
      if (field.rules !== undefined) collect(field.rules, `${name}.${field.name}`);
    }
  }
  return found;
}

it('knows every rule that the API has', () => {
  const known = [
    ...[
      'required',
      'skip',
      'ignore_empty',
      'const',
      'in',
      'not_in',
      'gt',
      'gte',
      'lt',
      'lte',
      'defined_only',
    ],
    ...[
      'min_len',
      'max_len',
      'min_bytes',
      'max_bytes',
      'pattern',
      'prefix',
      'suffix',
      'well_known_regex',
      'strict',
    ],
    ...['min_items', 'max_items', 'unique', 'min_pairs'],
  ];
  const unknown = [...allRules()].filter(([rule]) => !known.includes(rule));
  assert.deepEqual(unknown, []);
});

describe('numberViolations', () => {
  it('tells the bounds', () => {
    assert.deepEqual(numberViolations({ gte: 100, lt: 600 }, 99, false), [
      'must be at least 100 and less than 600',
    ]);
    assert.deepEqual(numberViolations({ gte: 100, lt: 600 }, 600, false), [
      'must be at least 100 and less than 600',
    ]);
    assert.deepEqual(numberViolations({ gte: 100, lt: 600 }, 599, false), []);
    assert.deepEqual(numberViolations({ gt: 0, lte: 5 }, 0, false), ['must be more than 0 and at most 5']);
    assert.deepEqual(numberViolations({ gt: 0, lte: 5 }, 5, false), []);
    assert.deepEqual(numberViolations({ gte: 1 }, 0, true), ['must be at least 0.001s']);
    assert.deepEqual(numberViolations({ lte: 100 }, Number.NaN, false), ['must be at most 100']);
  });

  it('takes bounds that cross for a gap', () => {
    assert.deepEqual(numberViolations({ gte: 1, lte: 0 }, 0, true), []);
    assert.deepEqual(numberViolations({ gte: 1, lte: 0 }, 1, true), []);
    assert.deepEqual(numberViolations({ gte: 1, lte: 0 }, 0.5, true), [
      'must be at least 0.001s or at most 0s',
    ]);
  });

  it('lets zero pass where empty is ignored', () => {
    assert.deepEqual(numberViolations({ gte: 5, ignore_empty: true }, 0, false), []);
    assert.deepEqual(numberViolations({ gte: 5, ignore_empty: true }, 1, false), ['must be at least 5']);
  });
});

describe('stringViolations', () => {
  it('counts code points, or bytes', () => {
    assert.deepEqual(stringViolations({ min_len: 1 }, ''), ['must not be empty']);
    assert.deepEqual(stringViolations({ max_len: 2 }, '😀😀'), []);
    assert.deepEqual(stringViolations({ max_len: 2 }, '😀😀😀'), ['must have at most 2 characters, not 3']);
    assert.deepEqual(stringViolations({ max_bytes: 3 }, '😀'), ['must have at most 3 bytes, not 4']);
    assert.deepEqual(stringViolations({ min_len: 1, ignore_empty: true }, ''), []);
  });

  it('knows patterns, prefixes, suffixes and lists', () => {
    assert.deepEqual(stringViolations({ pattern: '^[^/]*$' }, 'a/b'), ['must match ^[^/]*$']);
    assert.deepEqual(stringViolations({ prefix: '%', suffix: '%' }, '%A%'), []);
    assert.deepEqual(stringViolations({ prefix: '%' }, 'A'), ['must start with "%"']);
    assert.deepEqual(stringViolations({ suffix: '%' }, 'A'), ['must end with "%"']);
    assert.deepEqual(stringViolations({ in: ['a', 'b'] }, 'c'), ['must be one of a, b']);
  });

  it("knows headers' names and values, strictly and loosely", () => {
    const name = { well_known_regex: 'HTTP_HEADER_NAME' };
    const value = { well_known_regex: 'HTTP_HEADER_VALUE' };
    assert.deepEqual(stringViolations(name, ':path'), []);
    assert.deepEqual(stringViolations(name, 'a b'), ["must be a header's name"]);
    assert.deepEqual(stringViolations({ ...name, strict: false }, 'a b'), []);
    assert.deepEqual(stringViolations({ ...name, strict: false }, 'a\nb'), [
      "must be a header's name: no NUL, CR or LF",
    ]);
    assert.deepEqual(stringViolations(value, 'a\tb'), []);
    assert.deepEqual(stringViolations(value, 'a\u0001b'), ["must be a header's value"]);
  });

  it('compiles every pattern of the API', () => {
    for (const name of messageNames()) {
      for (const { rules } of messageSchema(name)!.fields.values()) {
        for (const part of [rules, rules?.items, rules?.keys, rules?.values]) {
          if (part?.pattern !== undefined) stringViolations({ pattern: part.pattern }, 'x');
        }
      }
    }
  });
});

it('counts items and entries', () => {
  assert.deepEqual(lengthViolations(0, 1, undefined, 'item', 'items'), ['must not be empty']);
  assert.deepEqual(lengthViolations(1, 2, undefined, 'item', 'items'), ['must have at least 2 items, not 1']);
  assert.deepEqual(lengthViolations(3, undefined, 1, 'item', 'items'), ['must have at most 1 item, not 3']);
  assert.deepEqual(lengthViolations(2, 1, 2, 'item', 'items'), []);
});
