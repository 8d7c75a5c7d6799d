import type { Progress, ProgressOptions } from './progress.ts';

/** JSON lines: each event as it is, with its `time` in ms since the epoch. */
export function jsonProgress({ stream, now }: ProgressOptions): Progress {
  return {
    event: (event) => void stream.write(`${JSON.stringify({ time: now(), ...event })}\n`),
    end: () => undefined,
  };
}
