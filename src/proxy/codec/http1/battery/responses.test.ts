import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { requireOracle } from '../../../../../test/oracle.ts';
import { responseDisagreement } from './compare.ts';
import { changedMeasurements, readMeasurements, writeMeasurements } from './measurements.ts';
import type { ResponseVerdict } from './response-case.ts';
import { responseCases } from './response-cases.ts';
import { judgeResponse } from './response-codec.ts';
import { measureResponses } from './response-envoy.ts';

// `MEASURE=write node tools/test.js battery/responses` writes it anew, after a change of the cases or of Envoy.
const file = new URL('measured-responses.jsonl', import.meta.url);
const measured = readMeasurements<ResponseVerdict>(file);

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
    if (process.env.MEASURE === 'write') {
      writeMeasurements(file, fresh);
      return;
    }
    const names = responseCases.map(({ name }) => name);
    assert.deepEqual(changedMeasurements(names, measured, fresh), []);
  });
});
