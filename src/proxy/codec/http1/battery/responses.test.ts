import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { requireOracle } from '../../../../../test/oracle.ts';
import { responseDisagreement } from './compare.ts';
import type { ResponseVerdict } from './response-case.ts';
import { responseCases } from './response-cases.ts';
import { judgeResponse } from './response-codec.ts';
import { measureResponses } from './response-envoy.ts';

const measured = JSON.parse(
  readFileSync(new URL('measured-responses.json', import.meta.url), 'utf8'),
) as Record<string, ResponseVerdict>;

describe('HTTP/1 responses, against what Envoy was measured to do', () => {
  it('has a measurement of every case, and names are unique', () => {
    assert.deepEqual(responseCases.map((one) => one.name).sort(), Object.keys(measured).sort());
  });

  for (const one of responseCases) {
    it(one.name, () => {
      const verdict = judgeResponse(one, [Buffer.from(one.bytes, 'latin1')]);
      assert.equal(responseDisagreement(measured[one.name]!, verdict), undefined);
    });
  }

  const { path, skip } = requireOracle();
  it('finds the measurements still true of Envoy', { skip }, async () => {
    const fresh = Object.fromEntries(await measureResponses(path, responseCases));
    const changed = responseCases.flatMap(({ name }) => {
      const now = JSON.stringify(fresh[name]);
      return now === JSON.stringify(measured[name]) ? [] : [`${name}: ${now}`];
    });
    assert.deepEqual(changed, []);
  });
});
