/**
 * `npm run conformance`: all cases, a line each; `npm run conformance -- WORD…`: those whose name contains one of the
 * words, with the whole diff. `--workers` runs them with two worker threads on each side; `--oracle` prints what Envoy did, our
 * data plane left out; `--table` runs all and writes docs/conformance.md.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { findOracle } from '../oracle.ts';
import type { Case } from './case.ts';
import { cases } from './cases/index.ts';
import { type Difference, printDiff } from './diff.ts';
import { observe } from './observe.ts';
import { envoyEngine } from './proxy.ts';
import { runCase } from './run.ts';
import { conformanceTable, tableFile } from './table.ts';

const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const option = (name: string): boolean => process.argv.includes(`--${name}`);
const chosen = cases
  .filter((test) => words.length === 0 || words.some((word) => test.name.includes(word)))
  .map((test): Case => (option('workers') ? { ...test, concurrency: 2 } : test));
const oracle = findOracle();
if (oracle === undefined) {
  console.error('the real Envoy was not found: set ENVOY_PATH, or run `node tools/oracle.js`');
  process.exit(3);
}
if (option('table') && (words.length > 0 || option('workers'))) {
  console.error('the table is of all cases as they are: --table takes no words and no --workers');
  process.exit(1);
}
if (option('oracle')) await printOracle(oracle);
else await compare(oracle);

async function printOracle(oracle: string): Promise<void> {
  for (const test of chosen) {
    const seen = await observe(test, envoyEngine(oracle)).catch((error: Error) => error.message);
    console.log(`${test.name}\n${JSON.stringify(seen, null, 1)}`);
  }
}

async function compare(oracle: string): Promise<void> {
  let failed = 0;
  // Two at a time: mostly they wait.
  const running: Promise<Difference[]>[] = [];
  for (const [at, test] of chosen.entries()) {
    for (let ahead = running.length; ahead < Math.min(at + 2, chosen.length); ahead++) {
      running.push(differencesOf(chosen[ahead]!, oracle));
    }
    const differences = await running[at]!;
    const expected = test.knownDifference !== undefined;
    const ok = expected ? differences.length > 0 : differences.length === 0;
    if (!ok) failed++;
    console.log(`${ok ? 'ok  ' : 'FAIL'} ${test.name}${expected ? ` (known: ${test.knownDifference})` : ''}`);
    if (differences.length > 0 && (words.length > 0 || !expected)) console.log(printDiff(differences));
  }
  const known = chosen.filter((test) => test.knownDifference !== undefined).length;
  console.log(
    `\n${chosen.length - failed} of ${chosen.length} cases as they should be, ${known} of them listed differences`,
  );
  process.exitCode = failed > 0 ? 4 : 0;
  if (!option('table')) return;
  if (failed > 0) {
    console.error('the table was not written: it is of a run in which every case was as it should be');
    return;
  }
  const version = /\/(\d+\.\d+\.\d+)\//.exec(execFileSync(oracle, ['--version'], { encoding: 'utf8' }))![1]!;
  writeFileSync(tableFile, conformanceTable(cases, version));
}

function differencesOf(test: Case, oracle: string): Promise<Difference[]> {
  return runCase(test, oracle).catch((error: Error) => [
    { path: error.message, envoy: undefined, ts: undefined },
  ]);
}
