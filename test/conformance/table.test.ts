import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { cases } from './cases/index.ts';
import { areaOf, features } from './features.ts';
import { conformanceTable, tableFile } from './table.ts';

describe('the table of docs/conformance.md', () => {
  it('has a feature for every case, and a case for every feature', () => {
    const areas = new Set(cases.map(areaOf));
    assert.deepEqual([...areas].sort(), Object.keys(features).sort());
  });

  it('tells of the cases there are, and of the Envoy that the tests compare with', () => {
    const oracle = readFileSync(new URL('../../tools/oracle.js', import.meta.url), 'utf8');
    const version = /^const version = '(.*)';$/m.exec(oracle)![1]!;
    assert.equal(
      readFileSync(tableFile, 'utf8'),
      conformanceTable(cases, version),
      'write it anew: npm run conformance -- --table',
    );
  });

  it('changes with a name, a feature and a listed difference', () => {
    const [first, second] = [
      { name: 'tls/a', exchanges: [] },
      { name: 'tls/b', exchanges: [] },
    ];
    const table = conformanceTable([first!, second!], '1');
    for (const other of [
      [first!],
      [first!, { ...second!, name: 'tls/c' }],
      [first!, { ...second!, name: 'via/b' }],
      [first!, { ...second!, knownDifference: 'why' }],
    ])
      assert.notEqual(conformanceTable(other, '1'), table);
  });
});
