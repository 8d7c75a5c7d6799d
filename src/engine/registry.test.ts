import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { engineNamed, engineNames, engines } from './registry.ts';

describe('engines', () => {
  it('have names of their own', () => {
    assert.equal(new Set(engineNames).size, engines.length);
    assert.equal(engineNames[0], 'ts');
  });

  it('are listed when one is asked for that is not there', () => {
    assert.equal(engineNamed('envoy').name, 'envoy');
    assert.throws(() => engineNamed('envoi'), {
      message: 'no engine "envoi"; there are ts and envoy',
      hint: 'did you mean "envoy"?',
    });
  });
});
