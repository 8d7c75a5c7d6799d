import type { Readable, Writable } from 'node:stream';
import type { Surroundings } from '../machine/surroundings.ts';

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
export interface Io extends Surroundings {
  readonly stdin: InputStream;
  /** The answer. */
  readonly stdout: OutputStream;
  /** Progress, advice and errors. */
  readonly stderr: OutputStream;
  /** Aborts at Ctrl-C, SIGTERM and SIGHUP. */
  readonly signal: AbortSignal;
  /** When this command began, ms since the epoch. */
  readonly startedAt: number;
  /** Whether the three streams are this process's own, so that a child may inherit them. */
  readonly own: boolean;
}
