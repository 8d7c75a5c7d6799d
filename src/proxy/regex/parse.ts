/**
 * Reads RE2's syntax (https://github.com/google/re2/wiki/Syntax). JavaScript's own expressions differ in what they
 * accept and mean (`(?P<n>)`, `\pN`, `[[:alpha:]]`, `(?i)`, `\z`, look-around, back-references), so they are not
 * asked. Long because the grammar is one set of rules that call each other.
 */
import { foldCase, perlClasses, posixClasses, unicodeClass } from './classes.ts';
import { regexError } from './error.ts';
import { maxByte, type Node, negate, normalize } from './syntax.ts';

/** Most times `{n}` may repeat. */
const maxRepeat = 1000;

interface Flags {
  readonly ignoreCase: boolean;
  readonly multiLine: boolean;
  readonly dotAll: boolean;
  readonly ungreedy: boolean;
}

const escapes: Readonly<Record<string, number>> = { a: 7, f: 12, t: 9, n: 10, r: 13, v: 11 };

export interface ParsedPattern {
  readonly node: Node;
  /** Capturing groups, without the whole match. */
  readonly groups: number;
}

/**
 * @param pattern as a byte string
 * @throws LabError in RE2's words
 */
export function parsePattern(pattern: string): ParsedPattern {
  const parser = new Parser(pattern);
  return { node: parser.parse(), groups: parser.groups };
}

/** How often the innermost part of nested counted repetitions is written out. */
function repetitions(node: Node): number {
  switch (node.kind) {
    case 'repeat': {
      const times = node.max === Infinity ? node.min : node.max;
      return Math.max(1, times) * repetitions(node.node);
    }
    case 'group':
      return repetitions(node.node);
    case 'sequence':
    case 'choice':
      return Math.max(...node.nodes.map(repetitions));
    default:
      return 1;
  }
}

class Parser {
  readonly #pattern: string;
  #at = 0;
  #flags: Flags = { ignoreCase: false, multiLine: false, dotAll: false, ungreedy: false };
  groups = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  parse(): Node {
    const node = this.#choice();
    if (this.#at < this.#pattern.length) throw regexError('unexpected )', this.#pattern);
    return node;
  }

  #peek(offset = 0): string | undefined {
    return this.#pattern[this.#at + offset];
  }

  #slice(from: number): string {
    return this.#pattern.slice(from, this.#at);
  }

  #rest(from: number): string {
    return this.#pattern.slice(from);
  }

  #choice(): Node {
    const branches = [this.#sequence()];
    while (this.#peek() === '|') {
      this.#at++;
      branches.push(this.#sequence());
    }
    return branches.length === 1 ? branches[0]! : { kind: 'choice', nodes: branches };
  }

  #sequence(): Node {
    const nodes: Node[] = [];
    // Where the operators after the last atom start; a second operator there is an error.
    let operators = -1;
    for (let c = this.#peek(); c !== undefined && c !== '|' && c !== ')'; c = this.#peek()) {
      const start = this.#at;
      const bounds = this.#bounds();
      if (bounds) {
        const last = nodes.pop();
        if (operators >= 0) throw regexError('bad repetition operator', this.#slice(operators));
        if (last === undefined) throw regexError('no argument for repetition operator', this.#slice(start));
        if (
          bounds.max < bounds.min ||
          bounds.min > maxRepeat ||
          (bounds.max > maxRepeat && bounds.max !== Infinity)
        )
          throw regexError('invalid repetition size', this.#slice(start));
        const repeat: Node = { kind: 'repeat', node: last, ...bounds };
        if (repetitions(repeat) > maxRepeat) throw regexError('invalid repetition size', this.#slice(start));
        nodes.push(repeat);
        operators = start;
        continue;
      }
      operators = -1;
      if (c === '(') {
        const group = this.#group();
        if (group) nodes.push(group);
      } else if (c === '\\' && this.#peek(1) === 'Q') nodes.push(...this.#quoted());
      else nodes.push(this.#atom(c));
    }
    if (nodes.length === 0) return { kind: 'empty' };
    return nodes.length === 1 ? nodes[0]! : { kind: 'sequence', nodes };
  }

  /** A repetition operator at the cursor, consumed with its `?`; `{` that is none is a plain character. */
  #bounds(): { min: number; max: number; greedy: boolean } | undefined {
    const c = this.#peek();
    let min: number;
    let max: number;
    if (c === '*') [min, max] = [0, Infinity];
    else if (c === '+') [min, max] = [1, Infinity];
    else if (c === '?') [min, max] = [0, 1];
    else if (c === '{') {
      const counted = /^\{(\d+)(?:(,)(\d*))?\}/.exec(this.#rest(this.#at));
      if (!counted) return undefined;
      min = Number(counted[1]);
      max = counted[2] === undefined ? min : counted[3] === '' ? Infinity : Number(counted[3]);
      this.#at += counted[0].length - 1;
    } else return undefined;
    this.#at++;
    let greedy = !this.#flags.ungreedy;
    if (this.#peek() === '?') {
      this.#at++;
      greedy = !greedy;
    }
    return { min, max, greedy };
  }

  #group(): Node | undefined {
    const outer = this.#flags;
    const start = this.#at;
    this.#at++;
    let index = -1;
    if (this.#peek() === '?') {
      const named = /^\?P?<([^>]*)>/.exec(this.#rest(this.#at));
      if (named) {
        this.#name(named[1]!, start, named[0].length);
        index = ++this.groups;
      } else if (this.#flagGroup(start)) return undefined;
    } else index = ++this.groups;
    const node = this.#choice();
    if (this.#peek() !== ')') throw regexError('missing )', this.#pattern);
    this.#at++;
    this.#flags = outer;
    return index < 0 ? node : { kind: 'group', index, node };
  }

  #name(name: string, start: number, length: number): void {
    this.#at += length;
    // Latin-1's letters, digits and the underscore; that a name is free is not asked.
    if (!/^[\w\xaa\xb5\xba\xc0-\xd6\xd8-\xf6\xf8-\xff]+$/.test(name))
      throw regexError('invalid named capture group', this.#slice(start));
  }

  /** `(?i)` (true: nothing follows inside), `(?i:` or `(?:`. */
  #flagGroup(start: number): boolean {
    this.#at++;
    if (/^P?<./.test(this.#rest(this.#at)) && !/^<[=!]/.test(this.#rest(this.#at)))
      throw regexError('invalid named capture group', this.#rest(start));
    const flags = { ...this.#flags };
    let value = true;
    let seen = false;
    for (;;) {
      const c = this.#peek();
      this.#at++;
      switch (c) {
        case 'i':
          flags.ignoreCase = value;
          break;
        case 'm':
          flags.multiLine = value;
          break;
        case 's':
          flags.dotAll = value;
          break;
        case 'U':
          flags.ungreedy = value;
          break;
        case '-':
          if (!value) throw regexError('invalid perl operator', this.#slice(start));
          value = false;
          seen = false;
          continue;
        case ':':
        case ')':
          if (!value && !seen) throw regexError('invalid perl operator', this.#slice(start));
          this.#flags = flags;
          return c === ')';
        case '<':
          // Look-behind: the operator is named whole.
          if (/[=!]/.test(this.#peek() ?? '')) this.#at++;
          throw regexError('invalid perl operator', this.#slice(start));
        default:
          throw regexError('invalid perl operator', this.#slice(start));
      }
      seen = true;
    }
  }

  #quoted(): Node[] {
    this.#at += 2;
    const nodes: Node[] = [];
    for (let c = this.#peek(); c !== undefined; c = this.#peek()) {
      this.#at++;
      if (c === '\\' && this.#peek() === 'E') {
        this.#at++;
        break;
      }
      nodes.push(this.#literal(c.charCodeAt(0)));
    }
    return nodes;
  }

  #literal(code: number): Node {
    const ranges = [code, code];
    return { kind: 'class', ranges: this.#flags.ignoreCase ? foldCase(ranges) : ranges };
  }

  #atom(c: string): Node {
    const { multiLine, dotAll } = this.#flags;
    if (c === '[') return { kind: 'class', ranges: this.#bracket() };
    if (c === '\\') return this.#escaped();
    this.#at++;
    if (c === '.') return { kind: 'class', ranges: dotAll ? [0, maxByte] : negate([10, 10]) };
    if (c === '^') return { kind: 'assertion', assertion: multiLine ? 'begin-line' : 'begin-text' };
    if (c === '$') return { kind: 'assertion', assertion: multiLine ? 'end-line' : 'end-text' };
    return this.#literal(c.charCodeAt(0));
  }

  #escaped(): Node {
    const next = this.#peek(1);
    const assertions = { A: 'begin-text', z: 'end-text', b: 'word-boundary', B: 'no-word-boundary' } as const;
    if (next !== undefined && next in assertions) {
      this.#at += 2;
      return { kind: 'assertion', assertion: assertions[next as keyof typeof assertions] };
    }
    if (next === 'C') {
      this.#at += 2;
      return { kind: 'class', ranges: [0, maxByte] };
    }
    const ranges = this.#classEscape();
    if (ranges) return { kind: 'class', ranges: this.#flags.ignoreCase ? foldCase(ranges) : ranges };
    return this.#literal(this.#characterEscape());
  }

  /** `\d` or `\pN` at the cursor, consumed; undefined when it is neither. */
  #classEscape(): number[] | undefined {
    const letter = this.#peek(1);
    if (letter === undefined) return undefined;
    const perl = perlClasses[letter];
    if (perl) {
      this.#at += 2;
      return [...perl];
    }
    if (letter !== 'p' && letter !== 'P') return undefined;
    const start = this.#at;
    this.#at += 2;
    let name = this.#peek();
    if (name === undefined) throw regexError('invalid character class range', this.#slice(start));
    this.#at++;
    if (name === '{') {
      const close = this.#pattern.indexOf('}', this.#at);
      if (close < 0) throw regexError('invalid character class range', this.#rest(start));
      name = this.#pattern.slice(this.#at, close);
      this.#at = close + 1;
    }
    const negated = name.startsWith('^');
    const ranges = unicodeClass(negated ? name.slice(1) : name);
    if (!ranges) throw regexError('invalid character class range', this.#slice(start));
    return (letter === 'P') !== negated ? negate(ranges) : [...ranges];
  }

  /** `\n`, `\x41`, `\x{41}`, `\101`, `\.`: one character, consumed. */
  #characterEscape(): number {
    const start = this.#at;
    const c = this.#peek(1);
    if (c === undefined) throw regexError('trailing \\');
    this.#at += 2;
    const control = escapes[c];
    if (control !== undefined) return control;
    if (c === 'x') return this.#hex(start);
    // `\1` alone would be a back-reference; an octal number has a leading zero or more than one digit.
    const octal = /^(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(this.#rest(start + 1));
    if (octal) {
      this.#at = start + 1 + octal[0].length;
      return Number.parseInt(octal[0], 8);
    }
    if (!/[A-Za-z0-9]/.test(c) && c.charCodeAt(0) < 0x80) return c.charCodeAt(0);
    throw regexError('invalid escape sequence', this.#slice(start));
  }

  #hex(start: number): number {
    const two = /^[0-9A-Fa-f]{2}/.exec(this.#rest(this.#at));
    if (two) {
      this.#at += 2;
      return Number.parseInt(two[0], 16);
    }
    // Names what it has read when it gives up: the character that is no digit, or makes the number too big.
    let value = 0;
    let digits = 0;
    if (this.#peek() === '{') {
      for (this.#at++; ; digits++) {
        const c = this.#peek();
        if (c === undefined) break;
        this.#at++;
        if (c === '}' && digits > 0) return value;
        if (!/[0-9A-Fa-f]/.test(c)) break;
        value = value * 16 + Number.parseInt(c, 16);
        if (value > maxByte) break;
      }
    } else
      this.#at = Math.min(
        this.#at + (/^[0-9A-Fa-f]/.test(this.#rest(this.#at)) ? 2 : 1),
        this.#pattern.length,
      );
    throw regexError('invalid escape sequence', this.#slice(start));
  }

  #bracket(): number[] {
    const start = this.#at;
    this.#at++;
    const negated = this.#peek() === '^';
    if (negated) this.#at++;
    const pairs: number[] = [];
    for (let first = true; first || this.#peek() !== ']'; first = false) {
      if (this.#peek() === undefined) throw regexError('missing ]', this.#rest(start));
      const named = this.#namedClass();
      pairs.push(...(named ?? this.#range()));
    }
    this.#at++;
    const ranges = this.#flags.ignoreCase ? foldCase(normalize(pairs)) : normalize(pairs);
    return negated ? negate(ranges) : ranges;
  }

  /** `[:alpha:]`, `\d` or `\pN` inside brackets. */
  #namedClass(): number[] | undefined {
    if (this.#peek() === '\\') return this.#classEscape();
    if (this.#peek() !== '[' || this.#peek(1) !== ':') return undefined;
    const rest = this.#rest(this.#at);
    const close = rest.indexOf(':]', 2);
    if (close < 0) return undefined;
    const text = rest.slice(0, close + 2);
    const name = text.slice(2, -2);
    const ranges = posixClasses[name.replace(/^\^/, '')];
    if (!ranges) throw regexError('invalid character class range', text);
    this.#at += text.length;
    return name.startsWith('^') ? negate(ranges) : [...ranges];
  }

  #range(): number[] {
    const start = this.#at;
    const low = this.#classCharacter();
    if (this.#peek() !== '-' || this.#peek(1) === ']' || this.#peek(1) === undefined) return [low, low];
    this.#at++;
    const high = this.#classCharacter();
    if (high < low) throw regexError('invalid character class range', this.#slice(start));
    return [low, high];
  }

  #classCharacter(): number {
    const c = this.#peek();
    if (c === undefined) throw regexError('missing ]', this.#pattern);
    if (c === '\\') return this.#characterEscape();
    this.#at++;
    return c.charCodeAt(0);
  }
}
