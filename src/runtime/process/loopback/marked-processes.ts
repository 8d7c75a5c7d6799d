import { readdirSync, readFileSync } from 'node:fs';

/** In the environment of every process of a loopback lab: who it belongs to. */
export const MARK = 'ENVOY_LAB_MARK';

/** The value of {@link MARK} for a container. */
export function markOf(lab: string, node: string, container: string): string {
  return `${lab}/${node}/${container}`;
}

/**
 * Processes whose mark begins so. They are found by their environment, which children inherit, whatever became of their
 * parents; without /proc there are none.
 */
export function markedProcesses(prefix: string): number[] {
  const wanted = `${MARK}=${prefix}`;
  let names: string[];
  try {
    names = readdirSync('/proc');
  } catch {
    return [];
  }
  return names
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter(
      (pid) =>
        pid !== process.pid &&
        environmentOf(pid).some((entry) => entry === wanted || entry.startsWith(`${wanted}/`)),
    );
}

function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/** Kills all processes of a lab, round after round until none is found. */
export function killMarked(prefix: string): void {
  for (let round = 0; round < 20; round++) {
    const pids = markedProcesses(prefix);
    if (pids.length === 0) return;
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended in between.
      }
    }
  }
}
