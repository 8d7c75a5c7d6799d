import { isUtf8 } from 'node:buffer';
import type { V1ConfigMap, V1ObjectMeta } from '@kubernetes/client-node';
import { LabError } from '../../../error.ts';

/** What a ConfigMap may hold at most, in bytes (k8s.io/api: `MaxSecretSize`). */
const LIMIT = 1024 * 1024;
/**
 * What one is given at most when there is more than one file, in bytes of text: `kubectl apply` keeps a copy of each object in an
 * annotation of it, and those of an object have 256 KiB in all.
 */
const COMFORTABLE = 200_000;

/** A file that goes into a ConfigMap. */
export interface KeyedFile {
  /** Letters, digits, `-`, `_` and `.`, unique among those it stands with. */
  readonly key: string;
  readonly content: Buffer;
  /** Where it goes, for messages. */
  readonly shown: string;
}

/**
 * ConfigMaps with these files: one, or several with a number each when one would be too large.
 *
 * @param owner such as `service1/app`, for messages
 * @throws LabError `invalid` when a file is larger than any ConfigMap
 */
export function configMaps(
  name: string,
  files: readonly KeyedFile[],
  { owner, metadata }: { readonly owner: string; readonly metadata: V1ObjectMeta },
): V1ConfigMap[] {
  const groups: KeyedFile[][] = [];
  let room = 0;
  for (const file of files) {
    if (file.content.length > LIMIT) throw tooLarge(file, owner);
    const size = sizeOf(file.content);
    if (groups.length === 0 || size > room) {
      groups.push([]);
      room = COMFORTABLE;
    }
    groups.at(-1)!.push(file);
    room -= size;
  }
  return groups.map((group, index) => {
    const own = groups.length === 1 ? name : `${name}-${index + 1}`;
    return configMap({ ...metadata, name: own }, group);
  });
}

function configMap({ name, ...metadata }: V1ObjectMeta, files: readonly KeyedFile[]): V1ConfigMap {
  const texts = files.filter(({ content }) => isText(content));
  const others = files.filter(({ content }) => !isText(content));
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: name!, ...metadata },
    ...(texts.length > 0 && {
      data: Object.fromEntries(texts.map(({ key, content }) => [key, content.toString('utf8')])),
    }),
    ...(others.length > 0 && {
      binaryData: Object.fromEntries(others.map(({ key, content }) => [key, content.toString('base64')])),
    }),
  };
}

function sizeOf(content: Buffer): number {
  return isText(content) ? content.length : Math.ceil(content.length / 3) * 4;
}

/** Whether a string of YAML or JSON can hold it and give it back. */
function isText(content: Buffer): boolean {
  return isUtf8(content) && !content.includes(0) && !(content[0] === 0xef && content[1] === 0xbb);
}

function tooLarge({ content, shown }: KeyedFile, owner: string): LabError {
  const size = (content.length / LIMIT).toFixed(1);
  return new LabError(
    'invalid',
    `${shown} of ${owner} is ${size} MiB, and a ConfigMap of Kubernetes holds 1 MiB`,
    { hint: 'put it into an image of your own, and name that one with image: (docs/export.md)' },
  );
}

/** A key for each path: its last part, with as much before it as it takes to be unique. */
export function keysOf(paths: readonly string[]): Map<string, string> {
  const keys = new Map<string, string>();
  const taken = new Set<string>();
  for (const path of paths) {
    const parts = path.split('/').filter((part) => part !== '');
    let key = '';
    for (let count = 1; count <= parts.length; count++) {
      key = keyOf(parts.slice(-count).join('.'));
      if (!taken.has(key)) break;
    }
    for (let number = 2; taken.has(key); number++) key = keyOf(`${parts.join('.')}.${number}`);
    taken.add(key);
    keys.set(path, key);
  }
  return keys;
}

function keyOf(text: string): string {
  const key = text.replace(/[^A-Za-z0-9._-]/g, '_').slice(-253);
  return key === '.' || key.startsWith('..') ? `_${key.slice(1)}` : key;
}
