import type { LabelSelector } from '../schema/metadata.ts';

type Labels = Readonly<Record<string, string>>;

/** What of a selector labels do not have, by its place in the selector: `key: value`, or an expression; empty: it selects them. */
export function mismatches(
  { matchLabels = {}, matchExpressions = [] }: LabelSelector,
  labels: Labels,
): (readonly [path: readonly (string | number)[], text: string])[] {
  return [
    ...missing(matchLabels, labels).map(
      (key) => [['matchLabels', key], `${key}: ${matchLabels[key]}`] as const,
    ),
    ...matchExpressions.flatMap(({ key, operator, values = [] }, index) =>
      holds(labels[key], operator, values)
        ? []
        : [[['matchExpressions', index], [key, operator, ...values].join(' ')] as const],
    ),
  ];
}

/** The keys of wanted labels that others lack, or have with another value. */
export function missing(wanted: Labels, labels: Labels): string[] {
  return Object.keys(wanted).filter((key) => labels[key] !== wanted[key]);
}

function holds(value: string | undefined, operator: string, values: readonly string[]): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    default:
      return value === undefined;
  }
}
