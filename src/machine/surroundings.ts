import { tmpdir } from 'node:os';

/** What of a process and its machine a lab is made and found with; passed in, so that tests need no process. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What relative paths start from. */
  readonly cwd: string;
  /** Node's own binary. */
  readonly execPath: string;
  /** ms since the epoch. */
  readonly now: () => number;
  /** Numeric id of the user, 0 where there is none. */
  readonly uid: number;
  /** Such as `os.tmpdir()`. */
  readonly temporary: string;
  /** Aborts when what is being done should end, such as at Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Those of this process; when to end is its caller's to know. */
export function thisProcess(): Omit<Surroundings, 'signal'> {
  return {
    env: process.env,
    cwd: process.cwd(),
    execPath: process.execPath,
    now: Date.now,
    uid: process.getuid?.() ?? 0,
    temporary: tmpdir(),
  };
}
