import { continues } from './factor.ts';
import { empty, join, type Repetition, type Tree } from './tree.ts';

const infinite = Number.POSITIVE_INFINITY;

/** Least and most repetitions; of something that is no repetition, once. */
function bounds(tree: Tree): { min: number; max: number } {
  switch (tree.op) {
    case 'star':
      return { min: 0, max: infinite };
    case 'plus':
      return { min: 1, max: infinite };
    case 'quest':
      return { min: 0, max: 1 };
    case 'repeat':
      return { min: tree.min, max: tree.max };
    default:
      return { min: 1, max: 1 };
  }
}

/** `a*a+` is `a{1,}`: runs of the same character are counted together. */
function coalesce(subs: readonly Tree[]): Tree[] {
  const result = [...subs];
  for (let i = 0; i + 1 < result.length; i++) {
    const [first, second] = [result[i]!, result[i + 1]!];
    if (!continues(first, second)) continue;
    const { sub, greedy } = first as Repetition;
    const [a, b] = [bounds(first), bounds(second)];
    result[i] = empty;
    result[i + 1] = { op: 'repeat', sub, greedy, min: a.min + b.min, max: a.max + b.max };
  }
  return result;
}

/** Counted repetitions written out: `x{2,4}` is `xx(x(x)?)?`. */
function writeOut(tree: Extract<Tree, { op: 'repeat' }>): Tree {
  const { sub, greedy } = tree;
  // To ask twice whether this is the beginning is to ask once.
  const once = isAssertion(sub);
  const min = once ? Math.min(1, tree.min) : tree.min;
  const max = once && tree.max !== infinite ? Math.min(1, tree.max) : tree.max;
  const copies = (count: number): Tree[] => new Array<Tree>(count).fill(sub);
  if (max === infinite) {
    if (min === 0) return { op: 'star', sub, greedy };
    return joined([...copies(min - 1), { op: 'plus', sub, greedy }]);
  }
  if (max === 0) return empty;
  let optional: Tree | undefined;
  for (let i = min; i < max; i++)
    optional = { op: 'quest', sub: optional === undefined ? sub : joined([sub, optional]), greedy };
  return joined([...copies(min), ...(optional === undefined ? [] : [optional])]);
}

function isAssertion(tree: Tree): boolean {
  if (tree.op === 'concat' || tree.op === 'alternate') return tree.subs.every(isAssertion);
  return tree.op === 'assertion';
}

const joined = (subs: readonly Tree[]): Tree => join('concat', subs);

/** RE2's Simplify: what its compiler can take. */
export function simplify(tree: Tree): Tree {
  switch (tree.op) {
    case 'capture':
      return { op: 'capture', sub: simplify(tree.sub) };
    case 'concat':
      return { op: 'concat', subs: coalesce(tree.subs).map(simplify) };
    case 'alternate':
      return { op: 'alternate', subs: tree.subs.map(simplify) };
    case 'star':
    case 'plus':
    case 'quest': {
      const sub = simplify(tree.sub);
      return sub.op === 'empty' ? empty : { ...tree, sub };
    }
    case 'repeat':
      return writeOut({ ...tree, sub: simplify(tree.sub) });
    default:
      return tree;
  }
}
