import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { fields } from '../../src/bootstrap/support.ts';
import { supported } from '../../src/proxy/supported.ts';
import { codeOf, unreadFields, wordsOf } from './fields-read.ts';

describe('the fields that are listed as implemented', () => {
  const words = wordsOf(fileURLToPath(new URL('../../src', import.meta.url)));

  it('are all read by code', () => {
    assert.deepEqual(unreadFields(supported, words), []);
  });

  it('are found missing when no code names them', () => {
    const table = {
      'a.B': {
        ...fields('read', 'unread'),
        quiet: { noEffect: 'why' },
        one: { values: ['X'] },
        of: { values: ['X', 'Y'] },
      },
    };
    assert.deepEqual(unreadFields(table, new Set(['read'])), ['a.B.unread', 'a.B.of']);
  });
});

describe('what counts as code', () => {
  it('is neither a comment, nor a text, nor an entry of a table', () => {
    const source = [
      '/** one */',
      ' * two',
      "const a = fields('three', 'four');",
      "const t = { five: { values: ['X'] }, six: { noEffect: 'seven' } };",
      'use(a.eight, { nine, ten });',
    ].join('\n');
    const found = codeOf(source);
    const numbers = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
    assert.deepEqual(
      numbers.filter((word) => found.includes(word)),
      ['eight', 'nine', 'ten'],
    );
  });
});
