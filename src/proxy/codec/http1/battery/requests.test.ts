import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { requireOracle } from '../../../../../test/oracle.ts';
import type { Verdict } from './case.ts';
import { cases } from './cases.ts';
import { judge } from './codec.ts';
import { disagreement } from './compare.ts';
import { measureRequests } from './envoy.ts';

const measured = JSON.parse(
  readFileSync(new URL('measured-requests.json', import.meta.url), 'utf8'),
) as Record<string, Verdict>;

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
    const changed = cases.flatMap(({ name }) => {
      const now = JSON.stringify(fresh[name]);
      return now === JSON.stringify(measured[name]) ? [] : [`${name}: ${now}`];
    });
    assert.deepEqual(changed, []);
  });
});
