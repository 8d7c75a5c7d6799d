/**
 * `npm run conformance`: all cases, a line each; `npm run conformance -- WORD…`: those whose name contains one of the
 * words, with the whole diff. `--oracle` prints what Envoy did, our data plane left out.
 */
import { findOracle } from '../oracle.ts';
import { cases } from './cases/index.ts';
import { printDiff } from './diff.ts';
import { observe } from './observe.ts';
import { envoyEngine } from './proxy.ts';
import { runCase } from './run.ts';

const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const oracleOnly = process.argv.includes('--oracle');
const chosen = cases.filter((test) => words.length === 0 || words.some((word) => test.name.includes(word)));
const oracle = findOracle();
if (oracle === undefined) {
  console.error('the real Envoy was not found: set ENVOY_PATH, or run `node tools/oracle.js`');
  process.exit(3);
}
let failed = 0;
for (const test of chosen) {
  if (oracleOnly) {
    const seen = await observe(test, envoyEngine(oracle)).catch((error: Error) => error.message);
    console.log(`${test.name}\n${JSON.stringify(seen, null, 1)}`);
    continue;
  }
  const differences = await runCase(test, oracle).catch((error: Error) => [
    { path: error.message, envoy: undefined, ts: undefined },
  ]);
  const expected = test.knownDifference !== undefined;
  const ok = expected ? differences.length > 0 : differences.length === 0;
  if (!ok) failed++;
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${test.name}${expected ? ` (known: ${test.knownDifference})` : ''}`);
  if (differences.length > 0 && (words.length > 0 || !expected)) console.log(printDiff(differences));
}
if (!oracleOnly) console.log(`\n${chosen.length - failed} of ${chosen.length} cases equal`);
process.exitCode = failed > 0 ? 4 : 0;
