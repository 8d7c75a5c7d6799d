import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { didYouMean, editDistance, suggest } from './suggest.ts';

describe('suggest', () => {
  it('counts inserted, deleted, replaced and swapped letters', () => {
    assert.equal(editDistance('kitten', 'sitting'), 3);
    assert.equal(editDistance('ab', 'ba'), 1);
    assert.equal(editDistance('', 'abc'), 3);
  });

  it('finds what is nearly the word, or begins with it', () => {
    assert.equal(suggest('adress', ['address', 'access_log']), 'address');
    assert.equal(suggest('port', ['port_value', 'protocol']), 'port_value');
    assert.equal(suggest('zzz', ['address', 'port_value']), undefined);
    assert.equal(suggest('a', ['b']), undefined);
  });

  it('lists what is known when nothing is near', () => {
    assert.equal(didYouMean('zzz', ['one', 'two']), 'known: one, two');
    assert.equal(didYouMean('zzz', []), undefined);
    assert.equal(didYouMean('onf', ['one']), 'did you mean "one"?');
  });
});
