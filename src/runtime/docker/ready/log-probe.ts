import type Docker from 'dockerode';
import { followContainer } from '../logs/follow.ts';
import { openHistory } from '../logs/history.ts';
import type { TextLine } from '../logs/lines.ts';
import { Lives } from '../logs/lives.ts';
import { Seen } from '../logs/seen.ts';

/** Whether a line of the container's present life matches, also one that has no end yet. */
export async function hasLine(
  docker: Docker,
  container: string,
  pattern: string,
  signal: AbortSignal,
): Promise<boolean> {
  const since = await lastEndOf(docker, container);
  const request = { docker, container, tail: undefined, since, follow: false, seen: new Seen(), signal };
  const history = await openHistory(request);
  if (history === undefined) return false;
  const matches = matcher(pattern, since);
  for await (const line of history.lines()) if (matches(line)) return true;
  return false;
}

/** Resolves with true at such a line, with false when the signal aborts or the container goes first. */
export async function untilLine(
  docker: Docker,
  container: string,
  pattern: string,
  signal: AbortSignal,
): Promise<boolean> {
  const since = await lastEndOf(docker, container);
  const matches = matcher(pattern, since);
  const over = new AbortController();
  const lives = new Lives();
  over.signal.addEventListener('abort', () => lives.wake(), { once: true });
  let begun = false;
  const onBegun = (lines: readonly TextLine[]) => {
    if (!lines.some(matches)) return;
    begun = true;
    over.abort();
  };
  const stop = () => over.abort();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const seen = new Seen(Math.floor(since / 1000));
  try {
    const lines = followContainer({
      docker,
      container,
      seen,
      begun: undefined,
      lives,
      signal: over.signal,
      onBegun,
    });
    for await (const line of lines) if (matches(line)) return !signal.aborted;
    return begun && !signal.aborted;
  } finally {
    signal.removeEventListener('abort', stop);
    over.abort();
  }
}

function matcher(pattern: string, since: number): (line: TextLine) => boolean {
  const expression = new RegExp(pattern);
  return ({ time, coarse, text }) => time + (coarse ? 999 : 0) >= since && expression.test(text);
}

/**
 * When the life before the present one ended, in ms; 0 in the first. When the present one began would be too late: its
 * first words may be older than what the engine gives for that.
 */
async function lastEndOf(docker: Docker, container: string): Promise<number> {
  const { State } = await docker.getContainer(container).inspect();
  return Math.max(0, Date.parse(State.FinishedAt) || 0);
}
