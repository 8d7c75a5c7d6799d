import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type YAMLMap,
  type Document as YamlDocument,
} from 'yaml';
import { keyText, type ScalarResolver } from './scalar.ts';

/** Beyond this many values a file is an attack with aliases of aliases, not a config. */
const maxValues = 1_000_000;

export interface PlainDataOptions {
  readonly scalar: ScalarResolver;
  /** `offset` is where in the text. */
  readonly onError: (offset: number, message: string) => void;
  readonly onDuplicate: (offset: number, key: string) => void;
}

/** A YAML tree as plain data. An alias is a copy of what its anchor named when the alias was read. */
export function plainData(document: YamlDocument, options: PlainDataOptions): unknown {
  const anchors = new Map<string, Node>();
  const open = new Set<Node>();
  let values = 0;

  const convert = (node: unknown): unknown => {
    if (node === null || node === undefined) return null;
    if (++values > maxValues) {
      if (values === maxValues + 1) options.onError(0, 'too many values: aliases that grow without end?');
      return null;
    }
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target !== undefined && !open.has(target)) return convert(target);
      const why = target === undefined ? 'names no anchor before it' : 'stands inside of what it names';
      options.onError(node.range?.[0] ?? 0, `the alias *${node.source} ${why}`);
      return null;
    }
    const { anchor } = node as Node & { anchor?: string };
    if (anchor !== undefined) anchors.set(anchor, node as Node);
    if (isScalar(node)) {
      const value = options.scalar(node);
      if (value === undefined) {
        options.onError(node.range?.[0] ?? 0, `unexpected ${JSON.stringify(node.source ?? '')}`);
      }
      return value;
    }
    open.add(node as Node);
    const value = isSeq(node) ? node.items.map(convert) : isMap(node) ? convertMap(node) : null;
    open.delete(node as Node);
    return value;
  };

  const convertMap = (map: YAMLMap): Record<string, unknown> => {
    const object: Record<string, unknown> = {};
    for (const pair of map.items) {
      const keyNode = pair.key as (Node & { tag?: string }) | null;
      const offset = keyNode?.range?.[0] ?? map.range?.[0] ?? 0;
      const key = keyText(isAlias(keyNode) ? anchors.get(keyNode.source) : keyNode);
      const value = convert(pair.value);
      if (key === undefined) options.onError(offset, 'a key must be text, not a list or a map');
      else if (keyNode?.tag !== '!ignore') {
        if (Object.hasOwn(object, key)) options.onDuplicate(offset, key);
        // Plain assignment of "__proto__" would set the prototype.
        if (key === '__proto__') {
          Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
        } else object[key] = value;
      }
    }
    return object;
  };

  return convert(document.contents);
}
