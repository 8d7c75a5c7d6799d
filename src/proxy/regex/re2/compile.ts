import type { Assertion } from '../syntax.ts';
import { goesOn } from './factor.ts';
import type { Tree } from './tree.ts';

/** An instruction of RE2's program; `-1` is a place to be filled in, 0 is the instruction that fails. */
export interface Instruction {
  op: 'fail' | 'alt' | 'alt-match' | 'byte' | 'capture' | 'empty-width' | 'match' | 'nop';
  out: number;
  /** Of `alt`. */
  out1: number;
  /** Of `byte`: it takes all of them. */
  all: boolean;
}

/** A piece of program: where it begins, what is to be filled in with what follows, whether it may match nothing. */
interface Fragment {
  readonly begin: number;
  readonly holes: readonly (readonly [instruction: number, field: 'out' | 'out1'])[];
  readonly nullable: boolean;
}

export interface Re2Program {
  readonly instructions: Instruction[];
  readonly start: number;
  /** With the `.*?` in front that a search needs. */
  readonly startUnanchored: number;
}

const noMatch: Fragment = { begin: 0, holes: [], nullable: false };

class Compiler {
  readonly instructions: Instruction[] = [{ op: 'fail', out: 0, out1: 0, all: false }];

  add(op: Instruction['op'], out = -1, out1 = -1, all = false): number {
    this.instructions.push({ op, out, out1, all });
    return this.instructions.length - 1;
  }

  one(op: Instruction['op'], nullable: boolean, all = false): Fragment {
    const id = this.add(op, -1, -1, all);
    return { begin: id, holes: [[id, 'out']], nullable };
  }

  patch({ holes }: Fragment, target: number): void {
    for (const [id, field] of holes) this.instructions[id]![field] = target;
  }

  cat(a: Fragment, b: Fragment): Fragment {
    if (a === noMatch || b === noMatch) return noMatch;
    this.patch(a, b.begin);
    // A piece that does nothing is left out.
    const [hole] = a.holes;
    if (this.instructions[a.begin]!.op === 'nop' && a.holes.length === 1 && hole![0] === a.begin) return b;
    return { begin: a.begin, holes: b.holes, nullable: a.nullable && b.nullable };
  }

  alt(a: Fragment, b: Fragment): Fragment {
    if (a === noMatch) return b;
    if (b === noMatch) return a;
    const begin = this.add('alt', a.begin, b.begin);
    return { begin, holes: [...a.holes, ...b.holes], nullable: a.nullable || b.nullable };
  }

  /** A split into `body` and what follows. */
  #split(body: number, greedy: boolean): { id: number; hole: readonly [number, 'out' | 'out1'] } {
    const id = greedy ? this.add('alt', body, -1) : this.add('alt', -1, body);
    return { id, hole: [id, greedy ? 'out1' : 'out'] };
  }

  quest(a: Fragment, greedy: boolean): Fragment {
    if (a === noMatch) return this.one('nop', true);
    const { id, hole } = this.#split(a.begin, greedy);
    return { begin: id, holes: [hole, ...a.holes], nullable: true };
  }

  plus(a: Fragment, greedy: boolean): Fragment {
    if (a === noMatch) return noMatch;
    const { id, hole } = this.#split(a.begin, greedy);
    this.patch(a, id);
    return { begin: a.begin, holes: [hole], nullable: a.nullable };
  }

  star(a: Fragment, greedy: boolean): Fragment {
    if (a === noMatch) return this.one('nop', true);
    if (a.nullable) return this.quest(this.plus(a, greedy), greedy);
    const { id, hole } = this.#split(a.begin, greedy);
    this.patch(a, id);
    return { begin: id, holes: [hole], nullable: true };
  }

  /** One instruction a range; a class that takes both cases of its letters needs the upper ones once. */
  characters(ranges: readonly number[]): Fragment {
    const folds = foldsAscii(ranges);
    let all: Fragment | undefined;
    for (let i = 0; i < ranges.length; i += 2) {
      const [low, high] = [ranges[i]!, ranges[i + 1]!];
      if (folds && low >= 65 && high <= 90) continue;
      const one = this.one('byte', false, low === 0 && high === 255);
      all = all === undefined ? one : this.alt(all, one);
    }
    return all ?? noMatch;
  }

  compile(tree: Tree): Fragment {
    switch (tree.op) {
      case 'empty':
        return this.one('nop', true);
      case 'literal':
        return this.one('byte', false);
      case 'class':
        return this.characters(tree.ranges);
      case 'any':
        return this.one('byte', false, true);
      case 'assertion':
        return this.one('empty-width', true);
      case 'capture': {
        const open = this.one('capture', true);
        const body = this.compile(tree.sub);
        return body === noMatch ? noMatch : this.cat(this.cat(open, body), this.one('capture', true));
      }
      case 'concat':
        return tree.subs.map((sub) => this.compile(sub)).reduce((a, b) => this.cat(a, b));
      case 'alternate':
        return tree.subs.map((sub) => this.compile(sub)).reduce((a, b) => this.alt(a, b));
      case 'star':
        return this.star(this.compile(tree.sub), tree.greedy);
      case 'plus':
        return this.plus(this.compile(tree.sub), tree.greedy);
      case 'quest':
        return this.quest(this.compile(tree.sub), tree.greedy);
      case 'repeat':
        throw new Error('simplify has written repetitions out');
    }
  }
}

function foldsAscii(ranges: readonly number[]): boolean {
  const has = (byte: number): boolean => {
    for (let i = 0; i < ranges.length; i += 2) if (byte >= ranges[i]! && byte <= ranges[i + 1]!) return true;
    return false;
  };
  for (let upper = 65; upper <= 90; upper++) if (has(upper) !== has(upper + 32)) return false;
  return true;
}

/** Takes an anchor off an end of the tree, as far as RE2 looks for one; undefined: there is none. */
function withoutAnchor(tree: Tree, assertion: Assertion, depth = 0): Tree | undefined {
  if (depth >= 4) return undefined;
  if (tree.op === 'assertion' && tree.assertion === assertion) return { op: 'empty' };
  if (tree.op === 'capture') {
    const sub = withoutAnchor(tree.sub, assertion, depth + 1);
    return sub && { op: 'capture', sub };
  }
  if (tree.op !== 'concat') return undefined;
  const at = assertion === 'begin-text' ? 0 : tree.subs.length - 1;
  const sub = withoutAnchor(tree.subs[at]!, assertion, depth + 1);
  return sub && { op: 'concat', subs: tree.subs.with(at, sub) };
}

/**
 * What is left of `^abc…` behind the text it must begin with: RE2 compares that text itself and compiles the rest.
 */
export function behindPrefix(tree: Tree): Tree {
  if (tree.op !== 'concat') return tree;
  const { subs } = tree;
  const isAnchor = (sub: Tree): boolean => sub.op === 'assertion' && sub.assertion === 'begin-text';
  let at = 0;
  while (at < subs.length && isAnchor(subs[at]!)) at++;
  const first = subs[at];
  if (at === 0 || first?.op !== 'literal') return tree;
  at++;
  for (let next = subs[at]; next?.op === 'literal' && goesOn(first, next); next = subs[at]) at++;
  return at === subs.length ? { op: 'empty' } : { op: 'concat', subs: subs.slice(at) };
}

/** Compiles a simplified tree as RE2 does, for a search anywhere in the text. */
export function compileRe2(simplified: Tree): Re2Program {
  const compiler = new Compiler();
  const begun = withoutAnchor(simplified, 'begin-text');
  const tree = begun ?? simplified;
  const body = compiler.compile(withoutAnchor(tree, 'end-text') ?? tree);
  const match: Fragment = { begin: compiler.add('match'), holes: [], nullable: false };
  const whole = compiler.cat(body, match);
  const { instructions } = compiler;
  if (begun !== undefined || whole === noMatch)
    return { instructions, start: whole.begin, startUnanchored: whole.begin };
  const search = compiler.cat(compiler.star(compiler.one('byte', false, true), false), whole);
  return { instructions, start: whole.begin, startUnanchored: search.begin };
}
