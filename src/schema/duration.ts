const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** What {@link parseDuration} takes, for JSON Schema. */
export const DURATION = /^(\d+(\.\d+)?(ms|s|m|h))+$/;

/** `250ms`, `1.5s`, `1m30s` in ms; undefined when it is none of these. */
export function parseDuration(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/([\d.]+)(ms|s|m|h)/g))
    total += Number(amount) * UNITS[unit!]!;
  return Math.round(total);
}
