import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadBootstrap } from '../../src/bootstrap/load.ts';
import { DocumentError } from '../../src/document/problem.ts';
import { requireOracle } from '../oracle.ts';
import { cases } from './cases.ts';
import { validate } from './envoy.ts';

const { path, skip } = requireOracle();

describe('our verdict on a config is Envoy’s', { concurrency: 2, skip }, () => {
  for (const [name, text] of Object.entries(cases)) {
    it(name, async () => {
      const { ok, log } = await validate(path, text);
      let refusal = '';
      try {
        loadBootstrap(text, 'envoy.yaml');
      } catch (error) {
        if (!(error instanceof DocumentError)) throw error;
        refusal = error.message;
      }
      assert.equal(refusal === '', ok, ok ? refusal : log);
    });
  }

  it('both good and bad ones among them', () => {
    assert.ok(Object.keys(cases).length >= 100);
  });
});
