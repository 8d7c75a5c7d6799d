/**
 * A YAML or JSON text as it was written: what stands where, and nothing of what it means. Offsets count UTF-16 code
 * units from the start of the text.
 */
export type Tree = ScalarTree | ListTree | MapTree;

export interface ScalarTree {
  readonly kind: 'scalar';
  /** Without quotes, escapes resolved, lines folded. */
  readonly text: string;
  /** Neither in quotes nor in a block. */
  readonly plain: boolean;
  /** As written; `!!str` is `tag:yaml.org,2002:str`. */
  readonly tag?: string | undefined;
  readonly start: number;
}

export interface ListTree {
  readonly kind: 'list';
  readonly items: readonly Tree[];
  readonly start: number;
}

export interface MapTree {
  readonly kind: 'map';
  readonly pairs: readonly PairTree[];
  readonly start: number;
}

export interface PairTree {
  readonly key: Tree;
  readonly value: Tree;
}

/** A problem in a text, at an offset. */
export interface TextError {
  readonly offset: number;
  readonly message: string;
}

const isNull = /^(|~|null|Null|NULL)$/;

/** Whether a scalar is YAML's null. */
export function isNullScalar({ text, plain, tag }: ScalarTree): boolean {
  return plain && tag === undefined && isNull.test(text);
}

/** A map's key as text; undefined when it is a list or a map. */
export function keyText(key: Tree): string | undefined {
  if (key.kind !== 'scalar') return undefined;
  return isNullScalar(key) ? 'null' : key.text;
}

/** Walks as far along the path as the tree goes; the offsets of the last value and its key. */
export function locate(tree: Tree, path: readonly (string | number)[]): { value: number; key: number } {
  let node = tree;
  let key = tree.start;
  for (const step of path) {
    let next: Tree | undefined;
    if (node.kind === 'map') {
      // Where a key is given more than once, the last one counts.
      const pair = node.pairs.findLast((candidate) => keyText(candidate.key) === String(step));
      next = pair?.value;
      if (pair !== undefined) key = pair.key.start;
    } else if (node.kind === 'list') {
      next = node.items[Number(step)];
      if (next !== undefined) key = next.start;
    }
    if (next === undefined) break;
    node = next;
  }
  return { value: node.start, key };
}
