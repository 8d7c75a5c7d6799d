import { type Entries, openEntries } from './entries.ts';
import type { Entry } from './entry.ts';
import type { FollowRequest } from './follow.ts';
import type { Lines, TextLine } from './lines.ts';

/** Shortest pause between two readings, in ms. */
const PAUSE_MS = 50;
/** When nothing new has come, it is looked once more after this: the bell may not have rung for the last line, in ms. */
const LATE_MS = 500;

/**
 * Follows where the engine's own following loses what it meets half written (Podman): it is only the bell. At each ring the
 * log is read again from a little before its end. Its last entry is believed when it is the same twice.
 *
 * Ends with the bell: then the container has ended, and its log is whole.
 */
export async function* followByReading(
  { docker, container, seen, signal, onBegun }: FollowRequest,
  lines: Lines,
  bell: Entries,
): AsyncGenerator<TextLine> {
  const rings = new Rings(bell);
  let held: string | undefined;
  let quiet = false;
  while (!rings.over && !signal.aborted) {
    const begun = Date.now();
    const log = await openEntries(docker, container, { follow: false, since: seen.resume() }, signal);
    if (log === undefined) return;
    let news = false;
    function* take(entry: Entry): Generator<TextLine> {
      if (!seen.take(entry)) return;
      news = true;
      const line = lines.add(entry);
      if (line !== undefined) yield line;
      else onBegun?.(lines.begun());
    }
    let last: Entry | undefined;
    for await (const entry of log) {
      if (last !== undefined) yield* take(last);
      last = entry;
    }
    const key = last && `${last.stream} ${last.stamp} ${last.bytes.toString('latin1')}`;
    const settled = key === held;
    held = key;
    if (settled && last !== undefined) yield* take(last);
    // Reading costs the engine the more the longer the log is.
    const pause = Math.max(PAUSE_MS, 2 * (Date.now() - begun));
    if (news || !settled) {
      quiet = false;
      await rings.wait(pause, false);
    } else {
      await rings.wait(quiet ? undefined : LATE_MS, true);
      quiet = !rings.take();
      if (!quiet) await rings.wait(pause, false);
    }
  }
}

/** What comes of an answer, as a bell: only that something came counts. */
class Rings {
  over = false;
  #rung = false;
  #wake: (whether: boolean) => void = () => {};

  constructor(bell: Entries) {
    void this.#listen(bell)
      .catch(() => {})
      .finally(() => {
        this.over = true;
        this.#wake(true);
      });
  }

  async #listen(bell: Entries): Promise<void> {
    for await (const _ of bell) {
      this.#rung = true;
      this.#wake(false);
    }
  }

  /** @returns whether it rang since it was last asked */
  take(): boolean {
    const rung = this.#rung;
    this.#rung = false;
    return rung;
  }

  /** Waits so many ms, or until the end; with `ring`, also until it rings. */
  async wait(ms: number | undefined, ring: boolean): Promise<void> {
    if (this.over || (ring && this.#rung)) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = (always) => {
        if (always || ring) resolve();
      };
      if (ms !== undefined) timer = setTimeout(resolve, ms);
    });
    clearTimeout(timer);
  }
}
