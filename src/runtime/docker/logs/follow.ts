import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import { explain, isMissing } from '../errors.ts';
import { openEntries } from './entries.ts';
import { followByReading } from './follow-by-reading.ts';
import { Lines, type TextLine } from './lines.ts';
import type { Lives } from './lives.ts';
import type { Seen } from './seen.ts';

export interface FollowRequest {
  readonly docker: Docker;
  readonly container: string;
  readonly seen: Seen;
  /** What has begun before; undefined: nothing was read yet. */
  readonly begun: Lines | undefined;
  readonly lives: Lives;
  readonly signal: AbortSignal;
  /** Told of lines that have no end yet, each time one grows. */
  readonly onBegun?: (lines: readonly TextLine[]) => void;
}

/** Between two looks at a container whose answer ended although it runs, in ms. */
const PAUSE_MS = 20;

/**
 * Lines of a container from where its history ended, through its ends and starts, until it is gone or the signal aborts.
 * The engine's answer ends with each of its lives, sometimes before the last words of it.
 */
export async function* followContainer(request: FollowRequest): AsyncGenerator<TextLine> {
  const { docker, container, seen, lives, signal } = request;
  let lines = request.begun;
  async function* fresh(follow: boolean): AsyncGenerator<TextLine> {
    const entries = await openEntries(docker, container, { follow, since: seen.resume() }, signal);
    if (entries === undefined) return;
    lines ??= new Lines(entries.podman);
    if (follow && entries.podman) {
      yield* followByReading(request, lines, entries);
      return;
    }
    for await (const entry of entries) {
      const line = seen.take(entry) ? lines.add(entry) : undefined;
      if (line !== undefined) yield line;
      else request.onBegun?.(lines.begun());
    }
  }

  while (!signal.aborted) {
    yield* fresh(true);
    if (signal.aborted) return;
    const starts = lives.starts(container);
    const running = await isRunning(docker, container);
    if (running) {
      await delay(PAUSE_MS);
      continue;
    }
    if (running === false) yield* fresh(false);
    yield* lines?.flush() ?? [];
    if (running === undefined || !(await lives.untilStarted(container, starts, signal))) return;
  }
}

/** @returns undefined when it is gone */
async function isRunning(docker: Docker, container: string): Promise<boolean | undefined> {
  try {
    return (await docker.getContainer(container).inspect()).State.Running;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw explain(error, 'follow the logs of a container');
  }
}
