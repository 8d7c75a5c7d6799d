import { setImmediate, setTimeout } from 'node:timers/promises';

/** Waits until `state` holds; false when `deadlineMs` passed first. */
export async function waitFor(state: () => boolean | Promise<boolean>, deadlineMs: number): Promise<boolean> {
  const end = performance.now() + deadlineMs;
  for (let round = 0; ; round++) {
    if (await state()) return true;
    if (performance.now() > end) return false;
    await (round < 20 ? setImmediate() : setTimeout(5));
  }
}
