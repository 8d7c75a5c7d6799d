import type { Program } from './program.ts';
import type { Assertion } from './syntax.ts';

/** Begin and end of the match, then of each group; -1 where a group took no part. */
export type Captures = readonly number[];

/** Threads of one position, in order of preference: a step each with what it has captured. */
interface Threads {
  readonly steps: number[];
  readonly captures: number[][];
  /** By step: the position it was last added at. */
  readonly added: Int32Array;
}

/**
 * Finds matches with their groups by running all ways through the program side by side (a Pike machine): linear in
 * text and program, and the match a Perl-like engine prefers.
 */
export class PikeMachine {
  readonly #program: Program;

  constructor(program: Program) {
    this.#program = program;
  }

  fullMatch(text: string): boolean {
    return this.#run(text, 0, true) !== undefined;
  }

  /** The leftmost match that begins at or after `from`. */
  search(text: string, from: number): Captures | undefined {
    return this.#run(text, from, false);
  }

  #run(text: string, from: number, whole: boolean): Captures | undefined {
    const { steps, start, slots } = this.#program;
    let now = threads(steps.length);
    let then = threads(steps.length);
    let matched: number[] | undefined;
    for (let at = from; at <= text.length; at++) {
      if (matched === undefined && (!whole || at === from)) {
        const captures = new Array<number>(slots).fill(-1);
        captures[0] = at;
        this.#add(now, start, at, text, captures);
      }
      if (now.steps.length === 0 && (whole || matched !== undefined)) break;
      then.steps.length = 0;
      then.captures.length = 0;
      const byte = at < text.length ? text.charCodeAt(at) & 0xff : -1;
      for (let i = 0; i < now.steps.length; i++) {
        const step = steps[now.steps[i]!]!;
        if (step.op === 'byte') {
          if (byte >= 0 && step.set[byte] === 1) this.#add(then, step.next, at + 1, text, now.captures[i]!);
        } else if (step.op === 'match' && (!whole || at === text.length)) {
          matched = [...now.captures[i]!];
          matched[1] = at;
          // What comes after in the list is less preferred.
          break;
        }
      }
      [now, then] = [then, now];
    }
    return matched;
  }

  /** Adds a step and all it leads to without a byte, preferred ones first. */
  #add(list: Threads, first: number, at: number, text: string, captures: number[]): void {
    const todo: { step: number; captures: number[] }[] = [{ step: first, captures }];
    for (let item = todo.pop(); item !== undefined; item = todo.pop()) {
      if (list.added[item.step] === at + 1) continue;
      list.added[item.step] = at + 1;
      const step = this.#program.steps[item.step]!;
      switch (step.op) {
        case 'split':
          todo.push({ step: step.second, captures: item.captures });
          todo.push({ step: step.first, captures: item.captures });
          break;
        case 'save': {
          const saved = [...item.captures];
          saved[step.slot] = at;
          todo.push({ step: step.next, captures: saved });
          break;
        }
        case 'assert':
          if (holds(step.assertion, text, at)) todo.push({ step: step.next, captures: item.captures });
          break;
        default:
          list.steps.push(item.step);
          list.captures.push(item.captures);
      }
    }
  }
}

function threads(size: number): Threads {
  return { steps: [], captures: [], added: new Int32Array(size) };
}

const newline = 10;

function holds(assertion: Assertion, text: string, at: number): boolean {
  switch (assertion) {
    case 'begin-text':
      return at === 0;
    case 'end-text':
      return at === text.length;
    case 'begin-line':
      return at === 0 || text.charCodeAt(at - 1) === newline;
    case 'end-line':
      return at === text.length || text.charCodeAt(at) === newline;
    case 'word-boundary':
      return isWord(text, at - 1) !== isWord(text, at);
    case 'no-word-boundary':
      return isWord(text, at - 1) === isWord(text, at);
  }
}

function isWord(text: string, at: number): boolean {
  return at >= 0 && at < text.length && /\w/.test(text[at]!);
}
