// The test files, in the order in which they are started, and which of them may run at the same time.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Those that take longest, longest first: one that is started last holds up the end. Each run prints them anew. */
const slowest = [
  'test/e2e/sandboxes-podman',
  'test/conformance/conformance-',
  'test/e2e/sandboxes',
  'test/contract/service-life',
  'test/e2e/podman',
  'test/e2e/sandbox-readmes',
  'test/contract/podman',
  'test/e2e/trouble',
  'test/contract/lab-life',
  'test/e2e/docker',
  'test/contract/docker',
  'test/smuggling/smuggling',
  'test/e2e/manifests',
  'test/docker/',
  'test/contract/',
  'test/e2e/',
  'test/',
];

/**
 * What takes an engine of its own, or minutes of both processors, is a stage of its own: its files run when a word
 * names them.
 */
const stages = [/^test\/.*podman/, /^test\/.*kubernetes/, /^test\/conformance\/conformance-/];

/**
 * Test files that one process runs, one after the other.
 *
 * @typedef {object} TestRun
 * @property {readonly string[]} paths from the root of the repository
 * @property {string} name what to call it
 * @property {'podman' | 'kubernetes' | undefined} shares what it shares with others, should it be there
 */

/**
 * @param {string} root
 * @param {readonly string[]} words only files whose path contains one of them; all but the stages when there are none
 * @returns {{ runs: TestRun[], left: string[] }} `left`: files of the stages that no word named
 */
export function testRuns(root, words) {
  const chosen = ['src', 'test', 'bench']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true }).map((file) => join(folder, String(file))),
    )
    .filter((path) => path.endsWith('.test.ts'))
    .filter((path) => words.length === 0 || words.some((word) => path.includes(word)))
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const left = words.length > 0 ? [] : chosen.filter((path) => stages.some((stage) => stage.test(path)));
  const runs = new Map();
  for (const path of chosen.filter((one) => !left.includes(one))) {
    const name = room(path) ?? path;
    const run = runs.get(name) ?? { name, paths: [], shares: undefined };
    run.paths.push(path);
    run.shares ??= shared(path, readFileSync(join(root, path), 'utf8'));
    runs.set(name, run);
  }
  return { runs: [...runs.values()], left };
}

/**
 * The folder whose unit tests share a process, as most of the time of one alone is the start of Node: `src/lab`,
 * `src/proxy/codec`. Other tests have a process each.
 */
function room(path) {
  const parts = path.split('/');
  if (parts[0] !== 'src') return undefined;
  return parts.slice(0, Math.min(parts[1] === 'proxy' ? 3 : 2, parts.length - 1)).join('/');
}

function rank(path) {
  const at = slowest.findIndex((start) => path.startsWith(start));
  return at < 0 ? slowest.length : at;
}

/** Podman is used by who names it, or takes all places of a lab, all that are container engines, or all engines. */
function shared(path, text) {
  if (/^test\/(contract\/)?kubernetes/.test(path)) return 'kubernetes';
  const onEngines = /^test\/(contract|docker|e2e)\//.test(path);
  const onPodman = /podman|of await places\(\)|runtime === 'docker'|engines\.ts/.test(text);
  return onEngines && onPodman ? 'podman' : undefined;
}

/**
 * How many files use one of those at a time. Podman's one name server, for all networks, is away whenever a container
 * leaves; a cluster is a dozen programs, which are as busy as the tests.
 */
const most = 2;

/**
 * Runs them, so many at a time, each as soon as it may.
 *
 * @param {readonly TestRun[]} runs
 * @param {number} places
 * @param {(run: TestRun) => Promise<void>} start
 */
export async function sideBySide(runs, places, start) {
  const waiting = [...runs];
  const using = { podman: 0, kubernetes: 0 };
  const one = async () => {
    for (;;) {
      const at = waiting.findIndex(({ shares }) => shares === undefined || using[shares] < most);
      if (at < 0) return;
      const [run] = waiting.splice(at, 1);
      const { shares } = run;
      if (shares !== undefined) using[shares]++;
      await start(run);
      if (shares !== undefined) using[shares]--;
    }
  };
  // A place ends when all that is left has to wait; those that it waits for go on with it.
  await Promise.all(Array.from({ length: places }, one));
}
