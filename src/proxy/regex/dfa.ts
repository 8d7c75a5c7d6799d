import type { Program } from './program.ts';

/** States kept before all are forgotten: bounds memory whatever the pattern and the texts. */
const maxStates = 1000;
const dead = 0;

/**
 * Decides whole-text matches by a deterministic automaton whose states are made when a text first needs them: one
 * table look-up a byte, and never more than one pass, so no text can make it slow. For patterns whose only
 * assertions are the text's begin and end.
 */
export class LazyDfa {
  readonly #program: Program;
  /** Bytes that no step tells apart have the same class. */
  readonly #classOf: Uint8Array;
  readonly #classes: number;
  #byKey = new Map<string, number>();
  #stepsOf: (readonly number[])[] = [];
  #accepting: boolean[] = [];
  /** `next[state * classes + class]`; -1: not known yet. */
  #next: number[] = [];
  #start = -1;

  constructor(program: Program) {
    this.#program = program;
    const { classOf, classes } = byteClasses(program);
    this.#classOf = classOf;
    this.#classes = classes;
    this.#reset();
  }

  /** Whether this automaton can decide for the program. */
  static handles(program: Program): boolean {
    return program.steps.every(
      (step) => step.op !== 'assert' || step.assertion === 'begin-text' || step.assertion === 'end-text',
    );
  }

  fullMatch(text: string): boolean {
    let state = this.#start;
    for (let i = 0; i < text.length; i++) {
      const at = state * this.#classes + this.#classOf[text.charCodeAt(i) & 0xff]!;
      let next = this.#next[at]!;
      if (next < 0) next = this.#follow(state, text.charCodeAt(i) & 0xff, at);
      if (next === dead) return false;
      state = next;
    }
    return this.#accepting[state]!;
  }

  #reset(): void {
    this.#byKey = new Map();
    this.#stepsOf = [];
    this.#accepting = [];
    this.#next = [];
    this.#state(new Set());
    this.#start = this.#state(this.#closure([this.#program.start], 'begin-text'));
  }

  #follow(state: number, byte: number, at: number): number {
    const after: number[] = [];
    for (const id of this.#stepsOf[state]!) {
      const step = this.#program.steps[id]!;
      if (step.op === 'byte' && step.set[byte] === 1) after.push(step.next);
    }
    const steps = this.#closure(after, undefined);
    if (this.#stepsOf.length >= maxStates) {
      this.#reset();
      return this.#state(steps);
    }
    const next = this.#state(steps);
    this.#next[at] = next;
    return next;
  }

  #state(steps: ReadonlySet<number>): number {
    const ids = Array.from(steps).sort((a, b) => a - b);
    const key = ids.join();
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const state = this.#stepsOf.length;
    this.#byKey.set(key, state);
    this.#stepsOf.push(ids);
    const atEnd = this.#closure(ids, 'end-text');
    this.#accepting.push(Array.from(atEnd).some((id) => this.#program.steps[id]!.op === 'match'));
    for (let i = 0; i < this.#classes; i++) this.#next.push(-1);
    return state;
  }

  /** All steps reached without a byte where `holds` is true; steps that take bytes, wait for an end or match. */
  #closure(from: readonly number[], holds: 'begin-text' | 'end-text' | undefined): Set<number> {
    const reached = new Set<number>();
    const seen = new Set<number>();
    const todo = [...from];
    for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
      if (seen.has(id)) continue;
      seen.add(id);
      const step = this.#program.steps[id]!;
      if (step.op === 'split') todo.push(step.second, step.first);
      else if (step.op === 'save') todo.push(step.next);
      else if (step.op === 'assert') {
        if (step.assertion === holds) todo.push(step.next);
        else if (step.assertion === 'end-text') reached.add(id);
      } else reached.add(id);
    }
    return reached;
  }
}

/** Bytes by the sets they are in. */
function byteClasses({ steps }: Program): { classOf: Uint8Array; classes: number } {
  let classOf = new Uint8Array(256);
  let classes = 1;
  for (const step of steps) {
    if (step.op !== 'byte') continue;
    const renamed = new Map<number, number>();
    const refined = new Uint8Array(256);
    for (let byte = 0; byte < 256; byte++) {
      const key = classOf[byte]! * 2 + step.set[byte]!;
      let name = renamed.get(key);
      if (name === undefined) {
        name = renamed.size;
        renamed.set(key, name);
      }
      refined[byte] = name;
    }
    classOf = refined;
    classes = renamed.size;
  }
  return { classOf, classes };
}
