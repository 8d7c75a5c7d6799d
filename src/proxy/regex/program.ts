import { regexError } from './error.ts';
import type { Assertion, Node } from './syntax.ts';

/** One step of a program; numbers are indexes of other steps. */
export type Step =
  /** Takes one byte: `set[byte]` is 1 for those it takes. */
  | { readonly op: 'byte'; readonly set: Uint8Array; next: number }
  /** Goes both ways; `first` is preferred. */
  | { readonly op: 'split'; first: number; second: number }
  | { readonly op: 'save'; readonly slot: number; next: number }
  | { readonly op: 'assert'; readonly assertion: Assertion; next: number }
  | { readonly op: 'match' };

/** A compiled pattern; its last step is the match. */
export interface Program {
  readonly steps: readonly Step[];
  readonly start: number;
  /** Places captures are kept in: two a group, and two of the whole match. */
  readonly slots: number;
}

/** More steps than this are no pattern anybody meant; RE2's memory limit is near it. */
const maxSteps = 200_000;

/** Builds back to front: each part is told what follows it. */
class Builder {
  readonly steps: Step[] = [];

  add(step: Step): number {
    if (this.steps.length >= maxSteps) throw regexError('pattern too large - compile failed');
    this.steps.push(step);
    return this.steps.length - 1;
  }

  build(node: Node, next: number): number {
    switch (node.kind) {
      case 'empty':
        return next;
      case 'class': {
        const set = new Uint8Array(256);
        for (let i = 0; i < node.ranges.length; i += 2) set.fill(1, node.ranges[i]!, node.ranges[i + 1]! + 1);
        return this.add({ op: 'byte', set, next });
      }
      case 'assertion':
        return this.add({ op: 'assert', assertion: node.assertion, next });
      case 'group': {
        const close = this.add({ op: 'save', slot: node.index * 2 + 1, next });
        return this.add({ op: 'save', slot: node.index * 2, next: this.build(node.node, close) });
      }
      case 'sequence': {
        let after = next;
        for (let i = node.nodes.length - 1; i >= 0; i--) after = this.build(node.nodes[i]!, after);
        return after;
      }
      case 'choice': {
        let entry = this.build(node.nodes.at(-1)!, next);
        for (let i = node.nodes.length - 2; i >= 0; i--)
          entry = this.add({ op: 'split', first: this.build(node.nodes[i]!, next), second: entry });
        return entry;
      }
      case 'repeat':
        return this.#repeat(node, next);
    }
  }

  #split(taken: number, skipped: number, greedy: boolean): number {
    return this.add({
      op: 'split',
      first: greedy ? taken : skipped,
      second: greedy ? skipped : taken,
    });
  }

  #repeat(node: Extract<Node, { kind: 'repeat' }>, next: number): number {
    let after = next;
    let required = node.min;
    if (node.max === Number.POSITIVE_INFINITY) {
      if (required === 0) after = this.#star(node, next);
      else {
        after = this.#loop(node, next).body;
        required--;
      }
    } else
      for (let i = node.min; i < node.max; i++)
        after = this.#split(this.build(node.node, after), next, node.greedy);
    for (let i = 0; i < required; i++) after = this.build(node.node, after);
    return after;
  }

  /** A body and the split that leads back into it. */
  #loop({ node, greedy }: Extract<Node, { kind: 'repeat' }>, next: number): { body: number; split: number } {
    const split = this.#split(-1, next, greedy);
    const body = this.build(node, split);
    const step = this.steps[split] as Extract<Step, { op: 'split' }>;
    if (greedy) step.first = body;
    else step.second = body;
    return { body, split };
  }

  #star(repeat: Extract<Node, { kind: 'repeat' }>, next: number): number {
    const { body, split } = this.#loop(repeat, next);
    // A body that may be empty needs a split of its own in front, or its ways come in the wrong order.
    return isNullable(repeat.node) ? this.#split(body, next, repeat.greedy) : split;
  }
}

/** Whether the node matches nothing at all. */
function isNullable(node: Node): boolean {
  switch (node.kind) {
    case 'empty':
    case 'assertion':
      return true;
    case 'class':
      return false;
    case 'group':
      return isNullable(node.node);
    case 'sequence':
      return node.nodes.every(isNullable);
    case 'choice':
      return node.nodes.some(isNullable);
    case 'repeat':
      return node.min === 0 || isNullable(node.node);
  }
}

/** Turns a parsed pattern into steps. */
export function compileProgram(node: Node, groups: number): Program {
  const builder = new Builder();
  const match = builder.add({ op: 'match' });
  const start = builder.build(node, match);
  return { steps: builder.steps, start, slots: (groups + 1) * 2 };
}
