import type { Sample } from '../rounds.ts';
import { type Asked, type Line, medians } from '../table.ts';

/** The line of two that were loaded in the same rounds. */
export interface Loaded {
  readonly work: string;
  readonly peer: string;
  readonly theirs: readonly Sample[];
  /** Undefined: not supported. */
  readonly ours: readonly Sample[] | undefined;
  readonly asked: { readonly rate?: number | undefined; readonly p99?: number | undefined };
  /** Figures in this instead of requests/s, and what one request is in it. */
  readonly unit?: string;
  readonly each?: number;
}

export function lineOf({ work, peer, theirs, ours, asked, unit, each = 1 }: Loaded): Line {
  const of = (key: keyof Sample, limit?: Asked, factor = 1) =>
    medians(
      theirs.map((sample) => sample[key] * factor),
      ours?.map((sample) => sample[key] * factor),
      limit,
    );
  return {
    work,
    peer,
    unit: unit ?? 'requests/s',
    figure: of('rate', limit('≥', asked.rate), each),
    p99: of('p99', limit('≤', asked.p99)),
    cpu: of('cpu'),
    busy: of('busy'),
  };
}

function limit(sign: Asked['sign'], ratio: number | undefined): Asked | undefined {
  return ratio === undefined ? undefined : { sign, ratio };
}
