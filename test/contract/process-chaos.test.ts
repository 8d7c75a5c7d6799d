import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { LabError } from '../../src/error.ts';
import { identity } from './identity.ts';
import { type ProcessSubject, processSubject, refusal } from './process-subject.ts';
import { container, httpServer, idle, node } from './specs.ts';
import { startAll } from './talk.ts';

/** How long a client may take to notice that its lab has died, in ms. */
const NOTICE_MS = 5000;

for (const [mode, moments] of [
  ['namespaces', 50],
  ['loopback', 20],
] as const) {
  const options = { mode, unprivileged: false };
  const reason = await refusal(options);
  describe(`a supervisor killed at any moment, ${mode}`, { skip: reason }, () => {
    it(`leaves nothing after ${moments} of them`, { timeout: 300_000 }, async () => {
      const seed = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000);
      const random = randomFrom(seed);
      const subject = await processSubject(options);
      try {
        for (let round = 0; round < moments; round++) {
          // A lab of this size is up after about 400 ms.
          const after = Math.floor(random() * 600);
          const pick = random();
          await oneLife(subject, after, pick).catch((error: unknown) => {
            throw new Error(`round ${round} of CHAOS_SEED=${seed}: killed after ${after} ms`, {
              cause: error,
            });
          });
        }
      } finally {
        await subject.dispose();
      }
    });
  });
}

/** Begins a lab, kills one of its supervisor's processes, and looks at what is left. */
async function oneLife(subject: ProcessSubject, after: number, pick: number): Promise<void> {
  const name = identity('chaos');
  const life = live(subject, name).then(
    () => undefined,
    (error: unknown) => error,
  );
  await delay(after);
  const victim = pickVictim(subject.stateDir, pick);
  if (victim !== undefined) kill(victim);
  const failure = await Promise.race([life, delay(NOTICE_MS, 'hangs', { ref: false })]);
  assert.notEqual(failure, 'hangs', 'the client does not notice');
  if (failure !== undefined) assert.ok(failure instanceof LabError, String((failure as Error).stack));
  const lab = await subject.runtime.open(name.lab);
  // Killed before it began, or the guard alone: then it lives, and goes as any other.
  await lab?.remove();
  // Without any help: only files may be left for the sweep.
  await subject.leaks.assertClean({ files: false });
  await subject.runtime.sweep(name.lab);
  await subject.assertNothingLeft();
}

async function live(
  { runtime, node: nodePath }: ProcessSubject,
  name: ReturnType<typeof identity>,
): Promise<void> {
  const lab = await runtime.create(name);
  const publish = [{ name: 'http', port: 8080, protocol: 'tcp', hostPort: 0, pinned: false }] as const;
  const orphan = container('orphan', ['sh', '-c', '(setsid sleep 1000 &); sleep 1000']);
  const nodes = [1, 2, 3].map((index) =>
    node('web', [httpServer(nodePath, 'app', 8080), container('side', idle), orphan], { index, publish }),
  );
  await lab.create(nodes);
  await startAll(lab, nodes);
  await lab.stop('web-2');
  await lab.remove(['web-3']);
}

/** Processes of the lab that are its supervisor's: the halves, what holds the namespaces, the guard. */
function pickVictim(stateDir: string, pick: number): number | undefined {
  const candidates = readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid)
    .filter((pid) => {
      const isOurs =
        read(`/proc/${pid}/environ`).includes(stateDir) || read(`/proc/${pid}/cmdline`).includes(stateDir);
      return isOurs && /supervisor|ENVOY_LAB_BOOT|envoy-lab-guard/.test(read(`/proc/${pid}/cmdline`));
    })
    .map(Number);
  return candidates[Math.floor(pick * candidates.length)];
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Mulberry32: the same numbers for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
