import type { Readable, Writable } from 'node:stream';

/** A stream to write to that may be a terminal. */
export interface OutputStream extends Writable {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** A stream to read from that may be a terminal. */
export interface InputStream extends Readable {
  readonly isTTY?: boolean;
  setRawMode?(raw: boolean): void;
}

/** Everything of the process that a command may touch; passed in, so that tests need no process. */
export interface Io {
  readonly stdin: InputStream;
  /** The answer. */
  readonly stdout: OutputStream;
  /** Progress, advice and errors. */
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly execPath: string;
  /** ms since the epoch. */
  readonly now: () => number;
  /** Numeric id of the user, 0 where there is none. */
  readonly uid: number;
  /** Such as `os.tmpdir()`. */
  readonly temporary: string;
  /** Aborts at Ctrl-C, SIGTERM and SIGHUP. */
  readonly signal: AbortSignal;
  /** Whether the three streams are this process's own, so that a child may inherit them. */
  readonly own: boolean;
}
