import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the system's own words. */
  readonly startTime: string;
  /** The boot it belongs to. */
  readonly bootId: string;
}

/** The identity of a running process, or undefined when there is none of that number. */
export function identify(pid: number): ProcessIdentity | undefined {
  const startTime = startTimeOf(pid);
  return startTime === undefined ? undefined : { pid, startTime, bootId: bootId() };
}

/** The identity of this process. */
export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, startTime: startTimeOf(process.pid) ?? '', bootId: bootId() };
}

/** True when that very process still runs; a zombie does not. */
export function isAlive(identity: ProcessIdentity): boolean {
  return bootId() === identity.bootId && startTimeOf(identity.pid) === identity.startTime;
}

/** Ends that very process at once; one that has ended already is left alone, and its number too. */
export function killProcess(identity: ProcessIdentity): void {
  if (!isAlive(identity)) return;
  try {
    process.kill(identity.pid, 'SIGKILL');
  } catch {
    // It ended in between.
  }
}

/** Waits until that very process has ended, `ms` at most; says whether it has. */
export async function hasEnded(identity: ProcessIdentity, ms: number): Promise<boolean> {
  const deadline = Date.now() + ms;
  while (isAlive(identity)) {
    if (Date.now() > deadline) return false;
    await delay(2);
  }
  return true;
}

let cachedBootId: string | undefined;

/** Changes with every boot of the machine; the minute of the boot where the system has no name for it. */
export function bootId(): string {
  cachedBootId ??=
    (process.platform === 'linux' ? linuxBootId() : run('sysctl', ['-n', 'kern.boottime'])) ??
    `boot-${Math.round((Date.now() / 1000 - uptime()) / 60)}`;
  return cachedBootId;
}

function linuxBootId(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return undefined;
  }
}

function startTimeOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return run('ps', ['-o', 'lstart=', '-p', String(pid)]);
  const stat = readStat(pid);
  return stat === undefined || stat.state === 'Z' || stat.state === 'X' ? undefined : stat.startTime;
}

/** What this project needs of /proc/PID/stat (proc_pid_stat(5)). */
export interface ProcessStat {
  readonly state: string;
  readonly parent: number;
  readonly session: number;
  /** Clock ticks since boot. */
  readonly startTime: string;
}

/** Reads /proc/PID/stat; undefined when the process is gone. */
export function readStat(pid: number): ProcessStat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The name stands in parentheses and may contain anything, parentheses too.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return {
    state: fields[0] ?? '',
    parent: Number(fields[1]),
    session: Number(fields[3]),
    startTime: fields[19] ?? '',
  };
}

function run(command: string, args: readonly string[]): string | undefined {
  try {
    const text = execFileSync(command, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    return text === '' ? undefined : text;
  } catch {
    return undefined;
  }
}
