// Runs the tests: `npm test` all but the stages (conformance, podman, kubernetes), `npm test -- codec route` those whose
// path contains one of the words.
import { spawn } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { sideBySide, testRuns } from './test-files.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const words = process.argv.slice(2);
const { runs, left } = testRuns(root, words);
if (runs.length === 0) {
  console.error(`no test file's path contains ${words.join(' or ')}`);
  process.exit(1);
}
// One more than there are processors: the long ones mostly wait for containers.
const places = availableParallelism() + 1;
// A run that hangs fails, instead of holding up everything behind it: ms.
const patience = 25 * 60_000;
const flags = [
  '--import',
  'tsx',
  '--test-reporter=spec',
  fileURLToPath(new URL('test-run.js', import.meta.url)),
];

const started = performance.now();
const before = processorTimes();
if (runs.length === 1) {
  // Its output comes as it goes, and is the whole output.
  const { failed } = await runFiles(runs[0].paths, 'inherit');
  process.exit(failed === undefined ? 0 : 1);
}
const results = new Map();
await sideBySide(runs, places, async (run) => void results.set(run, await report(run)));

/**
 * A machine that stands still for seconds may fail a run that is right: few that fail are tried once more, alone, and named
 * when that passes. What fails alone too is wrong; so are many.
 */
const mostAgain = 5;
const failing = runs.filter((run) => results.get(run).failed !== undefined);
const flaky = [];
if (failing.length <= mostAgain) {
  for (const run of failing) {
    console.log(`\n${run.name}: once more, alone`);
    const first = results.get(run);
    const again = await report(run);
    if (again.failed === undefined) flaky.push(first.text);
    results.set(run, again);
  }
}

const kinds = ['tests', 'suites', 'pass', 'fail', 'cancelled', 'skipped', 'todo'];
for (const kind of kinds) {
  let sum = 0;
  for (const { counts } of results.values()) sum += counts.get(kind) ?? 0;
  console.log(`ℹ ${kind} ${sum}`);
}
console.log(`ℹ duration_ms ${performance.now() - started}`);
console.log(`ℹ runs that took longest, in s, of ${runs.length}`);
const times = [...results].sort(([, a], [, b]) => b.seconds - a.seconds);
for (const [{ name }, { seconds }] of times.slice(0, 12)) console.log(`ℹ   ${seconds.toFixed(0)} ${name}`);
const after = processorTimes();
const busy = (100 * (after.busy - before.busy)) / (after.all - before.all || 1);
console.log(`ℹ the processors of this machine were busy for ${busy.toFixed(0)} % of the time`);
if (left.length > 0) {
  console.log(
    `ℹ left to stages of their own (npm test -- conformance, podman, kubernetes): ${left.length} files`,
  );
}
if (flaky.length > 0)
  console.log(`\nruns that failed once and passed alone, to be mended:\n\n${flaky.join('\n\n')}`);
const texts = [...results.values()].filter(({ failed }) => failed !== undefined).map(({ text }) => text);
if (texts.length > 0) {
  console.log(`\n✖ failing runs:\n\n${texts.join('\n\n')}`);
  process.exit(1);
}

/** Runs files and prints what they print, but for their sums: those, why it failed if it did, and that as a text. */
async function report({ name, paths }) {
  const from = performance.now();
  const { output, failed } = await runFiles(paths, 'pipe');
  const seconds = (performance.now() - from) / 1000;
  // Each lists its failures once more.
  const [shown, again = ''] = output.split('✖ failing tests:\n');
  const counts = new Map();
  for (const [, kind, count] of shown.matchAll(/^ℹ (\w+) (\d+)$/gm)) counts.set(kind, Number(count));
  console.log(`${name} (${seconds.toFixed(1)} s)\n${shown.replace(/^ℹ \w+ [\d.]+\n/gm, '').trimEnd()}`);
  if (failed !== undefined) console.log(`${name}: ${failed}`);
  return {
    seconds,
    counts,
    failed,
    text: `${name}: ${failed}\n${again.trim() || shown.trim().slice(-4000)}`,
  };
}

/** Runs files in a process of their own; why it failed, undefined when it did not. */
function runFiles(paths, stdio) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...flags, ...paths], {
      cwd: root,
      stdio: ['ignore', stdio, stdio],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk) => {
        output += chunk;
      });
    }
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
      // What it started may hold its output open.
      child.stdout?.destroy();
      child.stderr?.destroy();
    }, patience);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const failed = late
        ? `not done after ${patience / 60_000} minutes`
        : signal !== null
          ? `ended by ${signal}`
          : code !== 0
            ? `ended with ${code}`
            : undefined;
      resolve({ output, failed });
    });
  });
}

/** What this machine's processors have done since it started, in ms. */
function processorTimes() {
  const all = cpus().map(({ times }) => times);
  const sum = (list) => list.reduce((total, value) => total + value, 0);
  return {
    all: sum(all.flatMap((times) => Object.values(times))),
    busy: sum(all.map(({ user, nice, sys, irq }) => user + nice + sys + irq)),
  };
}
