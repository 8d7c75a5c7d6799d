import type { LogLine } from '../../runtime.ts';
import type { Written } from '../multiplexed.ts';

/** What an engine kept of a container's output under one time: a line, or a piece of one. */
export interface Entry {
  readonly stream: LogLine['stream'];
  /** As the engine wrote it; tells entries apart. */
  readonly stamp: string;
  /** ms since the epoch. */
  readonly time: number;
  /** The time is known to the second only. */
  readonly coarse: boolean;
  readonly bytes: Buffer;
}

const SPACE = 0x20;
/** Longer than any time that an engine writes. */
const STAMP = 40;

/** Takes the time off an entry; one without has the time `now`. */
export function readEntry({ stream, bytes }: Written, now: number): Entry {
  const end = bytes.subarray(0, STAMP).indexOf(SPACE);
  const stamp = end < 0 ? '' : bytes.toString('latin1', 0, end);
  const time = Date.parse(stamp);
  if (Number.isNaN(time)) return { stream, stamp: '', time: now, coarse: false, bytes };
  return { stream, stamp, time, coarse: !stamp.includes('.'), bytes: bytes.subarray(end + 1) };
}
