/** What RE2 does to the branches of an alternation while it parses: common beginnings are taken out, characters joined. */
import { normalize, type Ranges } from '../syntax.ts';
import { classTree, empty, equal, isRepetition, join, type Literal, type Tree } from './tree.ts';

/** The branches after factoring, in RE2's three rounds. */
export function factor(branches: readonly Tree[]): Tree[] {
  if (branches.length < 2) return [...branches];
  const rounds = [commonStrings, commonFirsts, joinCharacters];
  return rounds.reduce<Tree[]>((subs, round) => round(subs), [...branches]);
}

/** Literals a branch begins with. */
function leadingString(tree: Tree): Literal[] {
  if (tree.op === 'literal') return [tree];
  if (tree.op !== 'concat') return [];
  const leading: Literal[] = [];
  for (const sub of tree.subs) {
    if (sub.op !== 'literal' || (leading[0] !== undefined && !goesOn(leading[0], sub))) break;
    leading.push(sub);
  }
  return leading;
}

/** Whether a literal belongs to the string that `first` begins. */
export function goesOn(first: Literal, next: Literal): boolean {
  return next.fold === first.fold && next.apart === undefined;
}

function dropFirst(tree: Tree, count: number): Tree {
  if (tree.op !== 'concat') return empty;
  return join('concat', tree.subs.slice(count));
}

/** `abc|abd` is `ab(?:c|d)`. */
function commonStrings(subs: Tree[]): Tree[] {
  const result: Tree[] = [];
  for (let start = 0; start < subs.length; ) {
    let prefix = leadingString(subs[start]!);
    let end = start + 1;
    for (; end < subs.length; end++) {
      const shared = sharedStart(prefix, leadingString(subs[end]!));
      if (shared.length === 0) break;
      prefix = shared;
    }
    result.push(takeOut(prefix, subs.slice(start, end)));
    start = end;
  }
  return result;
}

function sharedStart(a: readonly Literal[], b: readonly Literal[]): Literal[] {
  let length = 0;
  while (length < a.length && length < b.length && equal(a[length]!, b[length]!)) length++;
  return a.slice(0, length);
}

/** One tree of branches that all begin with `prefix`; a lone branch stays as it is. */
function takeOut(prefix: readonly Tree[], run: readonly Tree[]): Tree {
  if (run.length === 1) return run[0]!;
  const rests = run.map((sub) => dropFirst(sub, prefix.length));
  return join('concat', [...prefix, join('alternate', rests)]);
}

/** Whether a first piece may be taken out: it takes one way, always of the same length. */
function isSimple(tree: Tree): boolean {
  const single = (one: Tree): boolean => one.op === 'class' || one.op === 'any';
  if (tree.op === 'assertion' || single(tree)) return true;
  return tree.op === 'repeat' && tree.min === tree.max && (single(tree.sub) || tree.sub.op === 'literal');
}

/** `[a-c]x|[a-c]y` is `[a-c](?:x|y)`. */
function commonFirsts(subs: Tree[]): Tree[] {
  const first = (tree: Tree): Tree => (tree.op === 'concat' ? tree.subs[0]! : tree);
  const result: Tree[] = [];
  for (let start = 0; start < subs.length; ) {
    const leading = first(subs[start]!);
    let end = start + 1;
    if (isSimple(leading)) while (end < subs.length && equal(first(subs[end]!), leading)) end++;
    result.push(takeOut([leading], subs.slice(start, end)));
    start = end;
  }
  return result;
}

/** Branches that are one character each are one class. */
function joinCharacters(subs: Tree[]): Tree[] {
  const isCharacter = ({ op }: Tree): boolean => op === 'literal' || op === 'class';
  const result: Tree[] = [];
  for (let start = 0; start < subs.length; ) {
    let end = start + 1;
    if (isCharacter(subs[start]!)) while (end < subs.length && isCharacter(subs[end]!)) end++;
    const run = subs.slice(start, end);
    result.push(run.length === 1 ? run[0]! : classTree(normalize(run.flatMap(rangesOf))));
    start = end;
  }
  // `.` with the flag s takes in the characters beside it.
  const any = result.findIndex(({ op }) => op === 'any');
  const around = (i: number): boolean => Math.abs(i - any) === 1 && isCharacter(result[i]!);
  return any < 0 ? result : result.filter((_sub, i) => !around(i));
}

function rangesOf(tree: Tree): Ranges {
  if (tree.op === 'class') return tree.ranges;
  if (tree.op !== 'literal') return [];
  const { byte, fold } = tree;
  return fold ? [byte - 32, byte - 32, byte, byte] : [byte, byte];
}

/** Whether `next` only goes on with what `repeated` repeats: `a*` before `a`, `a+` or `a{2}`. */
export function continues(repeated: Tree, next: Tree): boolean {
  if (!isRepetition(repeated)) return false;
  const { sub } = repeated;
  if (sub.op !== 'literal' && sub.op !== 'class' && sub.op !== 'any') return false;
  if (isRepetition(next)) return next.greedy === repeated.greedy && equal(next.sub, sub);
  return equal(next, sub);
}
