/**
 * `npm run soak -- [--minutes 2] [--engine ts|envoy]`: mixed traffic through a proxy while upstreams die and return,
 * addresses and certificates change, and clients abort and stall. Every answer is checked; at the end memory and file
 * descriptors are where they were and nothing is under way. Exit code 1 with what is not so.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { envoyEngine, tsEngine } from '../conformance/proxy.ts';
import { findOracle } from '../oracle.ts';
import { soak } from './soak.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    engine: { type: 'string', default: 'ts' },
  },
});
const minutes = Number(values.minutes);
if (!(minutes > 0) || !['ts', 'envoy'].includes(values.engine)) {
  console.error('npm run soak -- --minutes NUMBER --engine ts|envoy');
  process.exit(2);
}
const oracle = findOracle();
if (values.engine === 'envoy' && oracle === undefined) {
  console.error('the real Envoy was not found: set ENVOY_PATH, or run `node tools/oracle.js`');
  process.exit(3);
}
const folder = mkdtempSync(join(tmpdir(), 'envoy-lab-soak-'));
try {
  const engine = values.engine === 'envoy' ? envoyEngine(oracle!) : tsEngine();
  const report = await soak(engine, minutes * 60_000, folder, (line) => console.log(line));
  const codes = readFileSync(join(folder, 'access.log'), 'utf8').trim().split('\n').length;
  console.log(`${codes} lines in the access log`);
  for (const finding of report) console.log(`FOUND ${finding}`);
  console.log(`${report.length} findings`);
  process.exitCode = report.length > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
