import type { ScalarResolver } from './scalar.ts';
import { keyText, type MapTree, type PairTree, type Tree } from './tree.ts';

/** Aliases of aliases can make a short text say more than fits into memory. */
const maxValues = 1_000_000;

export interface PlainDataOptions {
  readonly scalar: ScalarResolver;
  /** `offset` is where in the text. */
  readonly onError: (offset: number, message: string) => void;
  readonly onDuplicate: (pair: PairTree, key: string) => void;
}

/** A tree as plain data. Of a key given more than once the last value stays; what is tagged `!ignore` is left out. */
export function plainData(root: Tree, options: PlainDataOptions): unknown {
  let values = 0;

  const convert = (tree: Tree): unknown => {
    if (++values > maxValues) {
      if (values === maxValues + 1)
        options.onError(tree.start, 'too many values: aliases that grow without end?');
      return null;
    }
    if (tree.kind === 'list') return tree.items.map(convert);
    if (tree.kind === 'map') return convertMap(tree);
    const value = options.scalar(tree);
    if (value === undefined) options.onError(tree.start, `unexpected ${JSON.stringify(tree.text)}`);
    return value;
  };

  const convertMap = (map: MapTree): Record<string, unknown> => {
    const object: Record<string, unknown> = {};
    for (const pair of map.pairs) {
      const key = keyText(pair.key);
      if (key === undefined) {
        options.onError(pair.key.start, 'a key must be text, not a list or a map');
        continue;
      }
      if (pair.key.kind === 'scalar' && pair.key.tag === '!ignore') continue;
      if (Object.hasOwn(object, key)) options.onDuplicate(pair, key);
      const value = convert(pair.value);
      // Plain assignment of "__proto__" would set the prototype.
      if (key !== '__proto__') object[key] = value;
      else
        Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
    }
    return object;
  };

  return convert(root);
}
