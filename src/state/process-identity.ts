import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';

/** A process that is this very process and no later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot at which it started (`/proc/PID/stat`, field 22); empty where there is no /proc. */
  readonly startTime: string;
  /** Changes with every boot of the machine. */
  readonly bootId: string;
}

/** Linux's boot id; elsewhere the minute of the boot. */
export function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return `boot-${Math.round((Date.now() / 1000 - uptime()) / 60)}`;
  }
}

/** When a process started, or undefined when there is none of that number (a zombie counts as none). */
export function startTime(pid: number): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return process.platform === 'linux' ? undefined : startTimeWithoutProc(pid);
  }
  // The command's name is in parentheses and may hold spaces and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}

function startTimeWithoutProc(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
    return '';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? '' : undefined;
  }
}

export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, startTime: startTime(process.pid) ?? '', bootId: bootId() };
}

/** Whether that very process still runs. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identity.bootId === bootId() && startTime(identity.pid) === identity.startTime;
}
