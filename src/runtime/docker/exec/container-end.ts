import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import { isMissing } from '../errors.ts';

/** Between two looks at the container, in ms. */
const LOOK_MS = 2000;
/** How long what a command printed last may be in coming after its container has ended, in ms. */
const LAST_WORDS_MS = 1000;

/**
 * Resolves when a container has ended, and what ran in it with it. Docker 20.10 tells the end of a command by the end of its
 * streams, and never tells it when the command and its container end at the same moment.
 *
 * @param over whether nobody waits any more; it then never resolves
 */
export async function untilContainerEnds(
  container: Pick<Docker.Container, 'inspect'>,
  over: () => boolean,
  lookMs = LOOK_MS,
): Promise<void> {
  let startedAt: string | undefined;
  for (;;) {
    await delay(lookMs, undefined, { ref: false });
    if (over()) return new Promise(() => {});
    try {
      const { State } = await container.inspect();
      startedAt ??= State.StartedAt;
      if (!State.Running || State.StartedAt !== startedAt) break;
    } catch (error) {
      // An engine that does not answer breaks the streams too.
      if (isMissing(error)) break;
    }
  }
  await delay(LAST_WORDS_MS, undefined, { ref: false });
}

/** What a stream is ended with then: as if the engine had broken it off. */
export function containerEnded(): Error {
  return Object.assign(new Error('its container has ended'), { code: 'ECONNRESET' });
}
