/**
 * Regular expressions as Envoy has them: RE2's syntax over bytes, in linear time.
 *
 * An engine of our own, because JavaScript's backtracks: `(a+)+b` over 30 letters takes it seconds, and a route is
 * matched against whatever a client sends. It is small because RE2 has neither look-around nor back-references.
 */
import { LabError } from '../../error.ts';
import { byteString } from '../format/bytes.ts';
import { LazyDfa } from './dfa.ts';
import { parsePattern } from './parse.ts';
import { PikeMachine } from './pike.ts';
import { compileProgram } from './program.ts';
import { re2ProgramSize } from './re2/size.ts';
import { maxByte, type Node } from './syntax.ts';

/** A compiled regular expression. Texts are byte strings. */
export interface Regex {
  /** Whether the whole text matches. */
  fullMatch(text: string): boolean;
  /** Replaces every match; `\1` in the substitution is a group, `\0` the match, `\\` a backslash. */
  replaceAll(text: string, substitution: string): string;
}

/** How large RE2's program for a pattern may be, and what is said when it is larger. */
export interface ProgramLimit {
  readonly instructions: number;
  /** Ends the sentence `… > max program size of N`. */
  readonly reason: string;
}

/**
 * Compiles a pattern.
 *
 * @param pattern as it stands in a config
 * @param limit none when absent
 * @throws LabError in Envoy's words when RE2 refuses it
 * @see https://github.com/google/re2/wiki/Syntax
 */
export function compileRegex(pattern: string, limit?: ProgramLimit): Regex {
  const { node, groups } = parsePattern(byteString(pattern));
  if (limit !== undefined) checkSize(pattern, node, limit);
  const program = compileProgram(node, groups);
  const pike = new PikeMachine(program);
  // Of an empty text begin and end are one place, which the automaton does not know.
  const dfa = LazyDfa.handles(program) ? new LazyDfa(program) : undefined;
  return {
    fullMatch: (text) => (dfa === undefined || text === '' ? pike : dfa).fullMatch(text),
    replaceAll: (text, substitution) => replaceAll(pike, groups, text, substitution),
  };
}

/**
 * Compiles a pattern that may match anywhere in a text: RE2's PartialMatch.
 *
 * @throws LabError in RE2's words when it refuses the pattern
 */
export function compileSearch(pattern: string): (text: string) => boolean {
  const { node, groups } = parsePattern(byteString(pattern));
  const anything: Node = {
    kind: 'repeat',
    node: { kind: 'class', ranges: [0, maxByte] },
    min: 0,
    max: Number.POSITIVE_INFINITY,
    greedy: false,
  };
  const whole = compileProgram({ kind: 'sequence', nodes: [anything, node, anything] }, groups);
  const pike = new PikeMachine(whole);
  const dfa = LazyDfa.handles(whole) ? new LazyDfa(whole) : undefined;
  return (text) => (dfa === undefined || text === '' ? pike : dfa).fullMatch(text);
}

function checkSize(pattern: string, node: Node, { instructions, reason }: ProgramLimit): void {
  const size = re2ProgramSize(node);
  if (size <= instructions) return;
  throw new LabError(
    'invalid',
    `regex '${pattern}' RE2 program size of ${size} > max program size of ${instructions}${reason}. ` +
      'Increase configured max program size if necessary.',
  );
}

/** RE2::GlobalReplace: an empty match right behind another match does not count. */
function replaceAll(pike: PikeMachine, groups: number, text: string, substitution: string): string {
  // A group that the pattern does not have: RE2 replaces nothing.
  for (const [, digit] of substitution.matchAll(/\\(\d)/g)) if (Number(digit) > groups) return text;
  let result = '';
  let at = 0;
  let lastEnd = -1;
  while (at <= text.length) {
    const match = pike.search(text, at);
    if (match === undefined) break;
    const [start, end] = match as [number, number];
    result += text.slice(at, start);
    if (start === end && start === lastEnd) {
      result += text.slice(start, start + 1);
      at = start + 1;
      continue;
    }
    result += rewrite(substitution, text, match);
    at = end;
    lastEnd = end;
  }
  return result + text.slice(at);
}

/** RE2::Rewrite: stops at a backslash that neither a digit nor a backslash follows. */
function rewrite(substitution: string, text: string, captures: readonly number[]): string {
  let result = '';
  for (let i = 0; i < substitution.length; i++) {
    const c = substitution[i]!;
    if (c !== '\\') {
      result += c;
      continue;
    }
    const next = substitution[++i] ?? '';
    if (next === '\\') result += '\\';
    else if (/\d/.test(next)) {
      const group = Number(next) * 2;
      if (captures[group]! >= 0) result += text.slice(captures[group], captures[group + 1]);
    } else break;
  }
  return result;
}
