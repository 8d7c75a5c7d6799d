import type { LabContext } from './context.ts';
import { allRuntimes, orWarn } from './find.ts';

/**
 * Removes the images of this user that no lab uses, on every engine that answers; the next `up` makes anew what it needs.
 * @returns their names
 */
export async function removeImages(context: LabContext): Promise<readonly string[]> {
  const removed = await Promise.all(
    (await allRuntimes(context)).map(async (runtime) => {
      if (runtime.removeImages === undefined || !(await runtime.probe()).available) return [];
      return orWarn(context, runtime, () => runtime.removeImages!());
    }),
  );
  return removed.flatMap((names) => names ?? []);
}
