import type { Options } from '../options.ts';
import type { Programs } from '../programs.ts';
import type { Line } from '../table.ts';

/** What every row is given. */
export interface Bench {
  readonly options: Options;
  readonly programs: Programs;
  /** A folder for what is written. */
  readonly folder: string;
  /** Tells the reader that waits. */
  readonly report: (text: string) => void;
}

/** A row of the table: one piece of work. */
export interface Row {
  /** What the command line calls it. */
  readonly key: string;
  readonly work: string;
  measure(bench: Bench): Promise<Line[]>;
}
