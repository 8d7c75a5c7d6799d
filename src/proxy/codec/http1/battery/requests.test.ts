import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { requireOracle } from '../../../../../test/oracle.ts';
import type { Verdict } from './case.ts';
import { cases } from './cases.ts';
import { judge } from './codec.ts';
import { disagreement } from './compare.ts';
import { measureRequests } from './envoy.ts';
import { changedMeasurements, readMeasurements, writeMeasurements } from './measurements.ts';

// `MEASURE=write node tools/test.js battery/requests` writes it anew, after a change of the cases or of Envoy.
const file = new URL('measured-requests.jsonl', import.meta.url);
const measured = readMeasurements<Verdict>(file);

describe('HTTP/1 requests, against what Envoy was measured to do', () => {
  it('has a measurement of every case, and names are unique', () => {
    assert.deepEqual(cases.map((one) => one.name).sort(), Object.keys(measured).sort());
  });

  for (const one of cases) {
    it(one.name, () => {
      const verdict = judge(one, [Buffer.from(one.bytes, 'latin1')]);
      assert.equal(disagreement(measured[one.name]!, verdict), undefined);
    });
  }

  const { path, skip } = requireOracle();
  it('finds the measurements still true of Envoy', { skip }, async () => {
    const fresh = Object.fromEntries(await measureRequests(path, cases));
    if (process.env.MEASURE === 'write') {
      writeMeasurements(file, fresh);
      return;
    }
    const names = cases.map(({ name }) => name);
    assert.deepEqual(changedMeasurements(names, measured, fresh), []);
  });
});
