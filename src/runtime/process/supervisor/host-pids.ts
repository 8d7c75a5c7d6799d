import { readFileSync } from 'node:fs';
import { childrenOf } from '../namespaces/process-tree.ts';

/**
 * The numbers on the host of processes that are known by their number inside a PID namespace.
 *
 * @param ancestor a process on the host below which all of them run
 */
export function hostPids(ancestor: number, inside: readonly number[]): Map<number, number> {
  const wanted = new Set(inside);
  const found = new Map<number, number>();
  const queue = [ancestor];
  for (let pid = queue.pop(); pid !== undefined && found.size < wanted.size; pid = queue.pop()) {
    const number = numberInside(pid);
    if (number !== undefined && wanted.has(number)) found.set(number, pid);
    else queue.push(...childrenOf(pid));
  }
  return found;
}

/** The last field of NSpid in /proc/PID/status: the number in the innermost namespace; undefined when there is but one. */
function numberInside(pid: number): number | undefined {
  try {
    const fields =
      /^NSpid:\s+(.+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]?.split(/\s+/) ?? [];
    return fields.length > 1 ? Number(fields.at(-1)) : undefined;
  } catch {
    return undefined;
  }
}
