import { readdirSync, readFileSync } from 'node:fs';

/** Children of a process, zombies included (CONFIG_PROC_CHILDREN, proc_pid_task(5)); none when it is gone. */
export function childrenOf(pid: number | 'self'): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

/** The given processes and everything below them. */
export function withDescendants(pids: readonly number[]): number[] {
  const found: number[] = [];
  const queue = [...pids];
  for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
    found.push(pid);
    queue.push(...childrenOf(pid));
  }
  return found;
}
