import { isMissing } from '../errors.ts';
import type { LabAt } from './lab-at.ts';

/** Gives a container another name; one that is gone needs none. */
export async function rename({ engine }: LabAt, id: string, name: string): Promise<void> {
  try {
    await engine.docker.getContainer(id).rename({ name });
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
