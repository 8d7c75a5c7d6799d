import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lowerAscii, trimAscii } from './ascii.ts';

describe('text of peers', () => {
  it('is trimmed of ASCII white space alone', () => {
    assert.equal(trimAscii(' \t\n\v\f\ra b \t\n\v\f\r'), 'a b');
    assert.equal(trimAscii('\xa0a\x85'), '\xa0a\x85');
    assert.equal(trimAscii('a'), 'a');
    assert.equal(trimAscii(' \t '), '');
    assert.equal(trimAscii(''), '');
  });

  it('has a case in its ASCII letters alone', () => {
    assert.equal(lowerAscii('aBZ\xc0'), 'abz\xc0');
  });
});
