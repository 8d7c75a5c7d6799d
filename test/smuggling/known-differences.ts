import type { Play, Verdict } from './rig.ts';

/** Where we differ from what Envoy makes of the whole and mean to. */
interface Known {
  readonly name: string;
  readonly reason: string;
  applies(play: Play, envoy: Verdict, ours: Verdict): boolean;
}

/** The whole list; it is to stay short. */
export const knownDifferences: readonly Known[] = [];

export function knownDifference(play: Play, envoy: Verdict, ours: Verdict): boolean {
  return knownDifferences.some((known) => known.applies(play, envoy, ours));
}
