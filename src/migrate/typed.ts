import { EditMap, type EditNode, newMap } from '../document/edit/node.ts';
import { newText } from '../document/edit/read.ts';
import { envoyValueOf } from '../document/edit/write.ts';

export const typeUrl = 'type.googleapis.com/';

/** Maps that were a v2 `config` and have a v3 `@type` by now: what is in them is still v2. */
const adopted = new WeakSet<EditMap>();

/** What was a v2 `config` as an Any of this v3 type; nothing and null are an empty one. */
export function typedConfig(type: string, config?: EditNode): EditMap {
  const map = asMap(config);
  map.take('@type');
  map.setFirst('@type', newText(`${typeUrl}${type}`));
  // A "@type" in braces makes a long line of it.
  map.flow = false;
  adopted.add(map);
  return map;
}

/** Whether the content of an Any is v2 although its type is not. */
export function isAdopted(map: EditMap): boolean {
  return adopted.has(map);
}

/** A map, where nothing and null stand for an empty one. */
export function asMap(node: EditNode | undefined): EditMap {
  if (node instanceof EditMap) return node;
  const map = newMap();
  if (node === undefined) return map;
  map.before = node.before;
  map.after = node.after;
  return map;
}

/** Whether a message has nothing in it, or is null. */
export function isEmpty(node: EditNode): boolean {
  return node instanceof EditMap ? node.pairs.length === 0 : textOf(node) === 'null';
}

/** A scalar's text; undefined of all else. */
export function textOf(node: EditNode | undefined): string | undefined {
  return node?.kind === 'scalar' ? node.text : undefined;
}

/** Whether a boolean is set, as Envoy reads it. */
export function isTrue(node: EditNode | undefined): boolean {
  if (node?.kind !== 'scalar') return false;
  const value = envoyValueOf(node);
  return value === true || (typeof value === 'string' && value.toLowerCase() === 'true');
}
