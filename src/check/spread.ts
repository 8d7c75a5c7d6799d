import type { SpreadExpectation } from '../sandbox/check.ts';
import type { Answer } from './answer.ts';
import { valueAt } from './json.ts';
import { describeNumber, matchesNumber } from './match.ts';
import type { Failure } from './result.ts';
import { shorten } from './shorten.ts';

/** How the answers of a repeated step should be spread over those who gave them, and are not. */
export function checkSpread(spread: SpreadExpectation, answers: readonly Answer[]): Failure[] {
  const counts = new Map<string, number>();
  let unknown = 0;
  for (const answer of answers) {
    const who = whoAnswered(spread.by, answer);
    if (who === undefined) unknown++;
    else counts.set(who, (counts.get(who) ?? 0) + 1);
  }
  const actual = describeCounts(counts);
  const failures: Failure[] = [];
  const fail = (what: string, expected: string, got: string): void => {
    failures.push({ what, expected, actual: got, detail: [] });
  };
  if (unknown > 0) {
    fail('spread', `every answer has ${describeBy(spread.by)}`, `${unknown} of ${answers.length} have not`);
  }
  if (spread.distinct && !matchesNumber(spread.distinct, counts.size)) {
    fail('spread', `${describeNumber(spread.distinct)} different`, `${counts.size}: ${actual}`);
  }
  const { each, tolerance } = spread;
  if (each !== undefined && [...counts.values()].some((count) => Math.abs(count - each) > tolerance)) {
    fail('spread', `${each} each${tolerance > 0 ? `, ${tolerance} more or less` : ''}`, actual);
  }
  return failures;
}

function whoAnswered(by: SpreadExpectation['by'], { kind, result }: Answer): string | undefined {
  const text = kind === 'curl' ? result.body : result.stdout;
  switch (by.kind) {
    case 'regex': {
      const match = new RegExp(by.source, by.flags.replace('g', '')).exec(text);
      return match?.[1] ?? match?.[0];
    }
    case 'header':
      return kind === 'curl' ? result.headers.get(by.name)?.join(', ') : undefined;
    case 'json':
      try {
        const value = valueAt(JSON.parse(text), by.path);
        return typeof value === 'string' ? value : JSON.stringify(value);
      } catch {
        return undefined;
      }
  }
}

function describeBy(by: SpreadExpectation['by']): string {
  if (by.kind === 'regex') return `/${by.source}/${by.flags}`;
  return by.kind === 'header' ? `header ${by.name}` : `json ${by.text}`;
}

function describeCounts(counts: ReadonlyMap<string, number>): string {
  const sorted = [...counts].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
  return sorted.length === 0 ? 'none' : shorten(sorted.map(([who, count]) => `${who} ${count}`).join(', '));
}
