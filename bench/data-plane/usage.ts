import { readdirSync, readFileSync } from 'node:fs';

/** CPU seconds that the threads of the processes and of their descendants have used, by thread. */
export function cpuSeconds(pids: readonly number[]): Map<number, number> {
  const seconds = new Map<number, number>();
  for (const pid of withDescendants(pids)) {
    for (const thread of threads(pid)) {
      // The first of its three numbers is ns on a CPU (the kernel's Documentation/scheduler/sched-stats).
      const used = Number(read(`/proc/${pid}/task/${thread}/schedstat`).split(' ')[0]);
      seconds.set(Number(thread), used / 1e9);
    }
  }
  return seconds;
}

/** What each thread used between two readings, the busiest first. */
export function used(
  before: ReadonlyMap<number, number>,
  after: ReadonlyMap<number, number>,
): readonly number[] {
  return [...after].map(([thread, seconds]) => seconds - (before.get(thread) ?? 0)).sort((a, b) => b - a);
}

/** MiB resident of the processes and their descendants. */
export function residentMiB(pids: readonly number[]): number {
  const each = withDescendants(pids).map((pid) =>
    Number(/^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0),
  );
  return each.reduce((sum, kB) => sum + kB, 0) / 1024;
}

function withDescendants(pids: readonly number[]): number[] {
  return pids.flatMap((pid) => {
    const children = threads(pid).flatMap((thread) =>
      read(`/proc/${pid}/task/${thread}/children`).trim().split(' ').filter(Boolean).map(Number),
    );
    return [pid, ...withDescendants(children)];
  });
}

function threads(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** Empty when the thread has ended meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
