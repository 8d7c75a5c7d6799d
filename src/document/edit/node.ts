/**
 * A YAML or JSON text as nodes that may be moved, renamed and added to, and keep their comments while that is done.
 * {@link readEditable} makes them, {@link writeEditable} writes them as YAML.
 */
export type EditNode = EditScalar | EditList | EditMap;

/** What stands round a node and is no data. */
export interface Surroundings {
  /** The comment lines before it, without their `#`. */
  before?: string | undefined;
  /** The comment behind it on its line; of a list or a map, the lines at its end. */
  after?: string | undefined;
  /** A blank line stands before it. */
  blankBefore?: boolean | undefined;
  /** Where it began in the text it was read from; what was made new has none. */
  readonly offset?: number | undefined;
}

/** How a scalar is written. */
export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

export interface EditScalar extends Surroundings {
  readonly kind: 'scalar';
  /** Without quotes, escapes resolved. */
  text: string;
  style: ScalarStyle;
  readonly tag?: string | undefined;
}

export interface EditList extends Surroundings {
  readonly kind: 'list';
  items: EditNode[];
  /** `[a, b]` */
  flow: boolean;
}

export interface EditPair {
  readonly key: EditScalar;
  value: EditNode;
}

/** A map in the order it is written. Keys that are tagged `!ignore` are none to its methods, as to Envoy. */
export class EditMap implements Surroundings {
  readonly kind = 'map';
  pairs: EditPair[];
  /** `{ a: b }` */
  flow: boolean;
  before?: string | undefined;
  after?: string | undefined;
  blankBefore?: boolean | undefined;
  readonly offset: number | undefined;

  constructor(pairs: EditPair[] = [], flow = false, offset?: number) {
    this.pairs = pairs;
    this.flow = flow;
    this.offset = offset;
  }

  pair(key: string): EditPair | undefined {
    return this.pairs.find((pair) => pair.key.text === key && !isIgnored(pair));
  }

  get(key: string): EditNode | undefined {
    return this.pair(key)?.value;
  }

  has(key: string): boolean {
    return this.pair(key) !== undefined;
  }

  /** Puts a value under a key: in its place when the key is there, else at the end. */
  set(key: string, value: EditNode): void {
    const pair = this.pair(key);
    if (pair !== undefined) pair.value = value;
    else this.pairs.push({ key: plainScalar(key), value });
  }

  /** Puts a pair before all others. */
  setFirst(key: string, value: EditNode): void {
    const first = this.pairs[0]?.key;
    const added: EditPair = { key: plainScalar(key), value };
    if (first?.blankBefore) first.blankBefore = false;
    this.pairs.unshift(added);
  }

  /** Gives a key another name, its place, comments and value kept. */
  rename(key: string, to: string): void {
    const pair = this.pair(key);
    if (pair !== undefined) pair.key.text = to;
  }

  /** Puts another key and value in the place of a pair; the comments before the key stay. */
  replace(key: string, to: string, value: EditNode): void {
    const pair = this.pair(key);
    if (pair === undefined) return;
    pair.key.text = to;
    pair.value = value;
  }

  /** Puts a pair into another map, with the comments of its key; nothing when there is none. */
  move(key: string, map: EditMap, to = key): void {
    const pair = this.pair(key);
    if (pair === undefined) return;
    this.pairs.splice(this.pairs.indexOf(pair), 1);
    pair.key.text = to;
    map.pairs.push(pair);
  }

  /** Takes a pair out; the comments before its key go to the next one, or to the end of the map. */
  take(key: string): EditPair | undefined {
    const index = this.pairs.findIndex((pair) => pair.key.text === key && !isIgnored(pair));
    const pair = this.pairs[index];
    if (pair === undefined) return undefined;
    this.pairs.splice(index, 1);
    const before = joinComments(pair.key.before, pair.key.after);
    if (before === undefined) return pair;
    const next = this.pairs[index]?.key;
    if (next !== undefined) next.before = joinComments(before, next.before);
    else this.after = joinComments(this.after, before);
    pair.key.before = undefined;
    pair.key.after = undefined;
    return pair;
  }

  /** Takes a pair out for good: the comment behind it stays too. */
  drop(key: string): EditPair | undefined {
    const pair = this.pair(key);
    if (pair === undefined) return undefined;
    pair.key.after = joinComments(pair.key.after, pair.value.after);
    pair.value.after = undefined;
    return this.take(key);
  }
}

/** Whether Envoy drops the pair unread. */
export function isIgnored({ key }: EditPair): boolean {
  return key.tag === '!ignore';
}

/** Two comments as one. */
export function joinComments(first: string | undefined, second: string | undefined): string | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return `${first}\n${second}`;
}

/** A scalar that needs no quotes: a key, a number, an enum's value. */
export function plainScalar(text: string): EditScalar {
  return { kind: 'scalar', text, style: 'plain' };
}

/** A map of what is given; `undefined` members are left out. */
export function newMap(members: Readonly<Record<string, EditNode | undefined>> = {}): EditMap {
  const pairs = Object.entries(members).flatMap(([key, value]): EditPair[] =>
    value === undefined ? [] : [{ key: plainScalar(key), value }],
  );
  return new EditMap(pairs);
}

export function newList(items: EditNode[]): EditList {
  return { kind: 'list', items, flow: false };
}

/** The items of a list; one value in place of a list is a list of it, as protobuf reads it. */
export function itemsOf(node: EditNode): EditNode[] {
  return node.kind === 'list' ? node.items : [node];
}

/** The same of a list that is to be taken apart: the comments round it go to its first and last item. */
export function takeItems(node: EditNode): EditNode[] {
  const items = itemsOf(node);
  if (node.kind !== 'list') return items;
  const first = items[0];
  const last = items.at(-1);
  if (first !== undefined) first.before = joinComments(node.before, first.before);
  if (last !== undefined) last.after = joinComments(last.after, node.after);
  return items;
}

/** A list's item as a part of a new one: the comment before it stays before the whole of it. */
export function wrapItem(item: EditNode, wrap: (item: EditNode) => EditMap): EditMap {
  const { before, blankBefore } = item;
  item.before = undefined;
  item.blankBefore = undefined;
  const wrapped = wrap(item);
  wrapped.before = before;
  wrapped.blankBefore = blankBefore;
  return wrapped;
}

/** Puts what stands round a node that goes round the one that takes its place. */
export function inherit<Node extends EditNode>(from: Surroundings, to: Node): Node {
  to.before = joinComments(from.before, to.before);
  to.after = joinComments(to.after, from.after);
  if (from.blankBefore) to.blankBefore = true;
  return to;
}
