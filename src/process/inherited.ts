import { closeSync, readdirSync, readFileSync } from 'node:fs';

/** O_CLOEXEC in the octal `flags` of /proc/PID/fdinfo (proc_pid_fdinfo(5)). */
const CLOEXEC = 0o2000000;

/**
 * Closes descriptors that this process was given by accident: whoever waits for the end of such a pipe (a CI job, a shell's
 * pipeline) would wait as long as the lab runs. Node's own all close on exec; what does not came from outside. Low ones do
 * not come this far: the client's Node marked them when it started.
 *
 * @param keep descriptors that are wanted, besides the standard streams
 */
export function closeInherited(keep: readonly number[]): void {
  let fds: number[];
  try {
    fds = readdirSync('/proc/self/fd').map(Number);
  } catch {
    return;
  }
  for (const fd of fds) {
    if (fd <= 2 || keep.includes(fd) || closesOnExec(fd)) continue;
    try {
      closeSync(fd);
    } catch {
      // It was closed in between.
    }
  }
}

/** True, too, when it is gone. */
function closesOnExec(fd: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1];
    return flags === undefined || (Number.parseInt(flags, 8) & CLOEXEC) !== 0;
  } catch {
    return true;
  }
}
