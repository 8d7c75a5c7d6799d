import type { Rules } from '../schema/schema.ts';

/**
 * Rules of numbers and durations.
 *
 * @param isDuration whether the number is a duration in ms
 */
export function numberViolations(rules: Rules, value: number, isDuration: boolean): string[] {
  if (rules.ignore_empty === true && value === 0) return [];
  const show = (bound: number): string => (isDuration ? `${bound / 1000}s` : String(bound));
  const { gt, gte, lt, lte } = rules as Record<string, number | undefined>;
  // NaN is within no bound.
  const above = (gt === undefined || value > gt) && (gte === undefined || value >= gte);
  const below = (lt === undefined || value < lt) && (lte === undefined || value <= lte);
  const found: string[] = [];
  // A lower bound above the upper one means everything but what lies between.
  const exclusive = (gt ?? gte ?? Number.NEGATIVE_INFINITY) > (lt ?? lte ?? Number.POSITIVE_INFINITY);
  if (exclusive ? !above && !below : !above || !below) {
    const bounds: string[] = [];
    if (gt !== undefined) bounds.push(`more than ${show(gt)}`);
    if (gte !== undefined) bounds.push(`at least ${show(gte)}`);
    if (lt !== undefined) bounds.push(`less than ${show(lt)}`);
    if (lte !== undefined) bounds.push(`at most ${show(lte)}`);
    found.push(`must be ${bounds.join(exclusive ? ' or ' : ' and ')}`);
  }
  const allowed = rules.in as number[] | undefined;
  if (allowed !== undefined && !allowed.includes(value)) found.push(`must be one of ${allowed.join(', ')}`);
  if ((rules.not_in as number[] | undefined)?.includes(value)) found.push(`must not be ${show(value)}`);
  if (rules.const !== undefined && rules.const !== value) found.push(`must be ${rules.const}`);
  return found;
}

/** Rules of how long or how many. */
export function lengthViolations(
  length: number,
  min: unknown,
  max: unknown,
  one: string,
  many: string,
): string[] {
  const count = (n: number): string => (n === 1 ? `1 ${one}` : `${n} ${many}`);
  if (typeof min === 'number' && length < min) {
    return length === 0 && min === 1
      ? ['must not be empty']
      : [`must have at least ${count(min)}, not ${length}`];
  }
  if (typeof max === 'number' && length > max) return [`must have at most ${count(max)}, not ${length}`];
  return [];
}
