import type { NumberMatch, TextMatch } from '../sandbox/check.ts';

/** Whether a text is as expected. A regular expression may match anywhere in it. */
export function matchesText(match: TextMatch, text: string): boolean {
  switch (match.kind) {
    case 'equals':
      return text === match.text;
    case 'contains':
      return text.includes(match.text);
    case 'regex':
      // Flags g and y keep a position between uses; this is the first use.
      return new RegExp(match.source, match.flags).test(text);
  }
}

/** `"envoy"`, `contains "x"`, `matches /y/`. */
export function describeText(match: TextMatch): string {
  switch (match.kind) {
    case 'equals':
      return JSON.stringify(match.text);
    case 'contains':
      return `contains ${JSON.stringify(match.text)}`;
    case 'regex':
      return `matches /${match.source}/${match.flags}`;
  }
}

export function matchesNumber({ op, value }: NumberMatch, actual: number): boolean {
  switch (op) {
    case '==':
      return actual === value;
    case '!=':
      return actual !== value;
    case '<':
      return actual < value;
    case '<=':
      return actual <= value;
    case '>':
      return actual > value;
    case '>=':
      return actual >= value;
  }
}

/** `3`, `>= 3`. */
export function describeNumber({ op, value }: NumberMatch): string {
  return op === '==' ? String(value) : `${op} ${value}`;
}
