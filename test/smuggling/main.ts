/**
 * `npm run smuggling -- [WORD…]`: the battery of request smuggling, or the sequences whose name contains a word: every
 * sequence cut at every place, through a whole proxy, against the real Envoy where there is one. Exit code 1 when our
 * verdict is another.
 */
import { envoyEngine, tsEngine } from '../conformance/proxy.ts';
import { findOracle } from '../oracle.ts';
import { judge } from './judge.ts';
import { Rig } from './rig.ts';
import { sequences } from './sequences/index.ts';

const words = process.argv.slice(2);
const chosen = sequences.filter(
  ({ name }) => words.length === 0 || words.some((word) => name.includes(word)),
);
if (chosen.length === 0) {
  console.error(`no sequence is named like ${words.join(', ')}`);
  process.exit(2);
}
const oracle = findOracle();
if (oracle === undefined)
  console.log('without the real Envoy: every cut is compared with the whole, at ours');
await using ours = await Rig.start(tsEngine());
await using envoy = oracle === undefined ? undefined : await Rig.start(envoyEngine(oracle));
const started = performance.now();
const { plays, findings } = await judge(chosen, ours, envoy);
for (const { play, text } of findings) {
  console.log(`\nFOUND ${play.sequence.name}, cut at ${play.cut}\n${text.slice(0, 4000)}`);
}
const seconds = ((performance.now() - started) / 1000).toFixed(0);
console.log(`${chosen.length} sequences, ${plays} connections, ${findings.length} findings, ${seconds} s`);
process.exitCode = findings.length > 0 ? 1 : 0;
