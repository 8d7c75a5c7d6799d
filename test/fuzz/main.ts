/**
 * `npm run fuzz -- --minutes 10 [--seed N]`: HTTP/1 messages made up at random, read by our codec in many splits, by
 * llhttp, and by our data plane beside the real Envoy. What we read otherwise is a finding: its bytes, as few as show
 * it, are written to `fuzz-findings/`, and the exit code is 1. `-- --replay FILE…` judges files again. Frames of HTTP/2 are
 * made up too: our codec must tell the same of them in any split.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { findOracle } from '../oracle.ts';
import { readCorpus } from './corpus.ts';
import { generate } from './generate.ts';
import { http2Difference } from './http2.ts';
import { inputOf, settingOf } from './input.ts';
import { type Finding, Judges } from './judges.ts';

/** Inputs at once; each has a connection to either proxy. */
const batch = 300;
/** After so many there is enough to do. */
const enough = 10;
const folder = 'fuzz-findings';

const { values, positionals } = parseArgs({
  options: { minutes: { type: 'string' }, seed: { type: 'string' }, replay: { type: 'boolean' } },
  allowPositionals: true,
});
const number = (name: 'minutes' | 'seed', otherwise: number): number => {
  const given = Number(values[name] ?? otherwise);
  if (Number.isFinite(given) && given >= 0) return given;
  console.error(`--${name} ${values[name]}: it is a number`);
  return process.exit(2);
};
const minutes = number('minutes', 10);
const firstSeed = number('seed', Date.now() % 2 ** 31);
const oracle = findOracle();
if (oracle === undefined) {
  console.error('the real Envoy was not found: set ENVOY_PATH, or run `node tools/oracle.js`');
  process.exit(3);
}
await using judges = await Judges.start(oracle);
process.exitCode = (await (values.replay ? replay(positionals) : fuzz())) > 0 ? 1 : 0;

async function fuzz(): Promise<number> {
  const corpus = readCorpus().map(({ input }) => input);
  const end = performance.now() + minutes * 60_000;
  let findings = 0;
  let seed = firstSeed;
  console.log(`seed ${firstSeed}, ${minutes} minutes, ${corpus.length} inputs in the corpus`);
  while (performance.now() < end && findings < enough) {
    const inputs = Array.from({ length: batch }, (_, i) => generate(seed + i, corpus));
    for (const finding of await judges.judge(inputs, seed)) {
      findings++;
      report(await judges.minimise(finding), seed + inputs.indexOf(finding.input));
    }
    for (let i = 0; i < batch; i++) {
      const found = http2Difference(seed + i);
      if (found === undefined) continue;
      findings++;
      console.log(`\nFOUND in HTTP/2, seed ${seed + i}\n${found.bytes.toString('hex')}\n${found.text}\n`);
      console.log(`again: npm run fuzz -- --seed ${seed + i}\n`);
    }
    seed += batch;
  }
  console.log(`${seed - firstSeed} inputs, ${findings} findings`);
  return findings;
}

async function replay(files: readonly string[]): Promise<number> {
  let findings = 0;
  for (const file of files) {
    const found = await judges.judge([inputOf(basename(file), readFileSync(file))], 0);
    console.log(`${found.length === 0 ? 'ok  ' : 'FAIL'} ${file}`);
    for (const { by, text } of found) console.log(`${by}: ${text}`);
    findings += found.length;
  }
  return findings;
}

function report({ by, input, text }: Finding, seed: number): void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${by}-${seed}.${settingOf(input)}.http`);
  writeFileSync(file, input.bytes);
  const bytes = JSON.stringify(input.bytes.toString('latin1'));
  console.log(`\nFOUND by ${by}, seed ${seed}, ${input.kind} ${settingOf(input)}\n${bytes}\n${text}`);
  console.log(`again: npm run fuzz -- --replay ${file}\n`);
}
