import { LabError } from '../../../error.ts';
import { compileSearch } from '../../regex/regex.ts';
import type { AdminResponse } from '../handler.ts';
import { given } from '../query.ts';

export const statTypes = ['All', 'Counters', 'Histograms', 'Gauges', 'TextReadouts'] as const;
export type StatType = (typeof statTypes)[number];

export const bucketModes = ['cumulative', 'disjoint', 'detailed', 'summary'] as const;
export type BucketMode = (typeof bucketModes)[number];

/** What the query of `/stats` asks for. */
export interface StatsParameters {
  readonly usedOnly: boolean;
  readonly type: StatType;
  /** Undefined: not said, or `none`. */
  readonly buckets: BucketMode | undefined;
  wanted(name: string): boolean;
}

/** Reads the query; what is wrong with it is an answer already. */
export function readParameters(query: URLSearchParams): StatsParameters | AdminResponse {
  const type = statTypes.find((known) => known === (given(query, 'type') ?? 'All'));
  if (type === undefined) return { status: 400, body: 'invalid &type= param' };
  const mode = given(query, 'histogram_buckets') ?? 'none';
  const buckets = bucketModes.find((known) => known === mode);
  if (mode !== 'none' && buckets === undefined)
    return {
      status: 400,
      body: 'usage: /stats?histogram_buckets=(cumulative|disjoint|detailed|summary|prometheusnative)\n',
    };
  let found: ((name: string) => boolean) | undefined;
  const filter = query.get('filter');
  if (filter?.includes('\ufffd')) return { status: 400, body: 'Invalid re2 regex: invalid UTF-8' };
  if (filter !== null) {
    try {
      found = compileSearch(filter);
    } catch (error) {
      if (error instanceof LabError) return { status: 400, body: `Invalid re2 regex: ${error.message}` };
      throw error;
    }
  }
  const inverted = query.has('invert_filter');
  return {
    usedOnly: query.has('usedonly'),
    type,
    buckets,
    wanted: (name) => found === undefined || found(name) !== inverted,
  };
}
