import type { Path } from '../../document/document.ts';
import { formatPath } from '../../document/problem.ts';
import { jsonName } from './message.ts';
import { isObject } from './value.ts';

/**
 * The path of a value in the file, given its path in the message that was read from it: keys may be in
 * lowerCamelCase there, one value may stand for a list of it, a TypedStruct has its fields one level down.
 */
export function writtenPath(root: unknown, path: Path): { path: Path; text: string } {
  const written: (string | number)[] = [];
  let value = root;
  for (const step of path) {
    if (typeof step === 'number') {
      if (!Array.isArray(value)) continue;
      written.push(step);
      value = value[step];
      continue;
    }
    let object = isObject(value) ? value : {};
    if (String(object['@type']).endsWith('.TypedStruct') && isObject(object.value)) {
      written.push('value');
      object = object.value;
    }
    const key = !(step in object) && jsonName(step) in object ? jsonName(step) : step;
    written.push(key);
    value = object[key];
  }
  return { path: written, text: formatPath(written) };
}
