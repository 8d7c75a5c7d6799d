/** How many instructions RE2's program for a pattern has, after it has laid them out in lists. */
import type { Node } from '../syntax.ts';
import { behindPrefix, compileRe2, type Instruction, type Re2Program } from './compile.ts';
import { simplify } from './simplify.ts';
import { treeOf } from './tree.ts';

/** RE2::ProgramSize() of the pattern. */
export function re2ProgramSize(node: Node): number {
  const program = compileRe2(simplify(behindPrefix(treeOf(node))));
  // A pattern that cannot match is the failing instruction alone.
  if (program.start === 0 && program.startUnanchored === 0) return 1;
  optimize(program);
  return flatSize(program);
}

/** Steps over instructions that do nothing, and marks loops over everything before a match. */
function optimize({ instructions, start }: Re2Program): void {
  const matches = (id: number): boolean => {
    let at = instructions[id]!;
    while (at.op === 'capture' || at.op === 'nop') at = instructions[at.out]!;
    return at.op === 'match';
  };
  const target = (id: number): number => {
    let at = id;
    while (at > 0 && instructions[at]!.op === 'nop') at = instructions[at]!.out;
    return at;
  };
  for (const [id, step] of instructions.entries()) {
    if (id === 0) continue;
    if (step.out > 0) step.out = target(step.out);
    if (step.out1 > 0) step.out1 = target(step.out1);
  }
  // From the start alone: the loop in front of a search is not looked at.
  for (const id of reachable(instructions, [start])) {
    const step = instructions[id]!;
    if (step.op !== 'alt') continue;
    const loops = (branch: number): boolean => {
      const { op, all, out } = instructions[branch]!;
      return op === 'byte' && all && out === id;
    };
    if ((loops(step.out) && matches(step.out1)) || (matches(step.out) && loops(step.out1)))
      step.op = 'alt-match';
  }
}

function reachable(instructions: readonly Instruction[], from: readonly number[]): Set<number> {
  const seen = new Set<number>();
  const todo = [...from];
  for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
    if (id <= 0 || seen.has(id)) continue;
    seen.add(id);
    const { op, out, out1 } = instructions[id]!;
    if (op !== 'match' && op !== 'fail') todo.push(out);
    if (op === 'alt' || op === 'alt-match') todo.push(out1);
  }
  return seen;
}

/** Instructions that are reached from `root` without taking anything, up to the roots of other lists. */
function listOf(root: number, roots: ReadonlySet<number>, instructions: readonly Instruction[]) {
  const own = new Set<number>();
  /** Jumps to other lists: an instruction each. */
  let jumps = 0;
  const todo = [root];
  for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
    if (own.has(id)) continue;
    own.add(id);
    if (id !== root && roots.has(id)) {
      jumps++;
      continue;
    }
    const { op, out, out1 } = instructions[id]!;
    if (op === 'nop') todo.push(out);
    if (op === 'alt' || op === 'alt-match') todo.push(out1, out);
  }
  return { own, jumps };
}

/** RE2's Prog::Flatten, counting only. */
function flatSize({ instructions, start, startUnanchored }: Re2Program): number {
  const all = reachable(instructions, [startUnanchored, start]);
  const roots = new Set([0, startUnanchored, start]);
  const predecessors = new Map<number, number[]>();
  for (const id of all) {
    const { op, out, out1 } = instructions[id]!;
    if (op === 'alt' || op === 'alt-match')
      for (const next of [out, out1]) predecessors.set(next, [...(predecessors.get(next) ?? []), id]);
    else if (op === 'byte' || op === 'capture' || op === 'empty-width') roots.add(out);
  }
  // What is reached from several lists gets one of its own. RE2 looks from the last root to the first.
  const order = Array.from(roots).sort((a, b) => b - a);
  for (const root of order) {
    if (root === startUnanchored || root === start) continue;
    const { own } = listOf(root, roots, instructions);
    for (const id of own) if ((predecessors.get(id) ?? []).some((from) => !own.has(from))) roots.add(id);
  }
  let size = 0;
  for (const root of roots) {
    const { own, jumps } = listOf(root, roots, instructions);
    size += jumps;
    for (const id of own) {
      if (id !== root && roots.has(id)) continue;
      const { op } = instructions[id]!;
      if (op !== 'alt' && op !== 'nop') size++;
    }
  }
  return size;
}
