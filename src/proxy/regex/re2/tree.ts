import type { Assertion, Node, Ranges } from '../syntax.ts';
import { factor } from './factor.ts';

/**
 * A pattern as RE2 holds it between parsing and compiling. It exists only to count: Envoy refuses patterns whose
 * program has more than so many instructions, so how many RE2 makes has to be known.
 */
export type Tree =
  | { readonly op: 'empty' }
  | Literal
  | { readonly op: 'class'; readonly ranges: Ranges }
  | { readonly op: 'any' }
  | { readonly op: 'assertion'; readonly assertion: Assertion }
  | { readonly op: 'capture'; readonly sub: Tree }
  | { readonly op: 'concat' | 'alternate'; readonly subs: readonly Tree[] }
  | Repetition;

export interface Literal {
  readonly op: 'literal';
  readonly byte: number;
  /** Either case. */
  readonly fold: boolean;
  /** Does not go on the string of the literal before it: one of them came out of a group. */
  readonly apart?: true;
}

export type Repetition =
  | { readonly op: 'star' | 'plus' | 'quest'; readonly sub: Tree; readonly greedy: boolean }
  | {
      readonly op: 'repeat';
      readonly sub: Tree;
      readonly greedy: boolean;
      readonly min: number;
      /** Infinity: no limit. */
      readonly max: number;
    };

export const empty: Tree = { op: 'empty' };

export function equal(a: Tree, b: Tree): boolean {
  const plain = (key: string, value: unknown): unknown => (key === 'apart' ? undefined : value);
  return JSON.stringify(a, plain) === JSON.stringify(b, plain);
}

export function isRepetition(tree: Tree): tree is Repetition {
  return tree.op === 'star' || tree.op === 'plus' || tree.op === 'quest' || tree.op === 'repeat';
}

/** A concatenation or alternation without ones of its kind in it, or what it comes to with fewer parts. */
export function join(op: 'concat' | 'alternate', subs: readonly Tree[]): Tree {
  const flat: Tree[] = [];
  let apart = false;
  for (const sub of subs) {
    const nested = sub.op === op ? (sub as { subs: readonly Tree[] }).subs : [sub];
    if (nested.length > 1) apart = flat.length > 0;
    nested.forEach((one, i) => {
      flat.push(i === 0 && apart && one.op === 'literal' ? { ...one, apart } : one);
    });
    apart = nested.length > 1;
  }
  const parts = op === 'alternate' ? factor(flat) : flat;
  if (parts.length === 0) return empty;
  return parts.length === 1 ? parts[0]! : { op, subs: parts };
}

/** A class; of one letter a literal. */
export function classTree(ranges: Ranges): Tree {
  const [low = 0, high = 0, other, otherHigh] = ranges;
  if (ranges.length === 2 && low === 0 && high === 255) return { op: 'any' };
  if (ranges.length === 2 && low === high) return { op: 'literal', byte: low, fold: false };
  const bothCases =
    ranges.length === 4 &&
    low === high &&
    other === otherHigh &&
    other === low + 32 &&
    low >= 65 &&
    low <= 90;
  return bothCases ? { op: 'literal', byte: other!, fold: true } : { op: 'class', ranges };
}

/** RE2 parses `x**` to `x*` and `x+?` of a group to `x*`, when both are greedy or neither is. */
function repetition(sub: Tree, min: number, max: number, greedy: boolean): Tree {
  const op =
    max === 1 && min === 0
      ? 'quest'
      : max !== Number.POSITIVE_INFINITY || min > 1
        ? 'repeat'
        : min === 0
          ? 'star'
          : 'plus';
  if (op === 'repeat') return { op, sub, min, max, greedy };
  if (isRepetition(sub) && sub.op !== 'repeat' && sub.greedy === greedy)
    return sub.op === op ? sub : { op: 'star', sub: sub.sub, greedy };
  return { op, sub, greedy };
}

/** The tree RE2's parser makes of a pattern. */
export function treeOf(node: Node): Tree {
  switch (node.kind) {
    case 'empty':
      return empty;
    case 'class':
      return classTree(node.ranges);
    case 'assertion':
      return { op: 'assertion', assertion: node.assertion };
    case 'group':
      return { op: 'capture', sub: treeOf(node.node) };
    case 'sequence':
      return join('concat', node.nodes.map(treeOf));
    case 'choice':
      return join('alternate', node.nodes.map(treeOf));
    case 'repeat':
      return repetition(treeOf(node.node), node.min, node.max, node.greedy);
  }
}
