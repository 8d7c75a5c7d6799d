import { readdirSync, readFileSync } from 'node:fs';

/** A look at a process. */
export interface Sample {
  /** MB resident. */
  readonly rss: number;
  /** Open file descriptors. */
  readonly fds: number;
}

export function look(pid: number): Sample {
  const kb = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { rss: Number(kb) / 1024, fds: readdirSync(`/proc/${pid}/fd`).length };
}

/** MB and descriptors by which the last quarter may be above the second: buffers come and go. */
const slack = { rss: 32, fds: 40 };
/** Share by which it may, where that is more. */
const share = 0.15;

/** What grew from the second quarter of the samples to the last; empty when nothing did. */
export function growth(samples: readonly Sample[]): string[] {
  const quarter = (nth: number) =>
    samples.slice(Math.floor((samples.length * nth) / 4), Math.floor((samples.length * (nth + 1)) / 4));
  const mean = (some: readonly Sample[], of: keyof Sample) =>
    some.reduce((sum, sample) => sum + sample[of], 0) / Math.max(1, some.length);
  return (['rss', 'fds'] as const).flatMap((of) => {
    const before = mean(quarter(1), of);
    const after = mean(quarter(3), of);
    if (after - before <= Math.max(slack[of], share * before)) return [];
    return [`${of} grew from ${before.toFixed(0)} to ${after.toFixed(0)}`];
  });
}

/** Gauges of what is under way that are not 0, of an admin `/stats` page: the admin's own connection aside. */
export function stillActive(stats: string): string[] {
  return stats
    .split('\n')
    .filter((line) => /^(http|cluster|listener)\..*_active: [1-9]/.test(line))
    .filter((line) => !/^(http\.admin|listener\.admin)\./.test(line));
}
