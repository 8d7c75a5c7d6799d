import type { Document, Path } from '../document/document.ts';
import type { ProblemList } from '../schema/read.ts';
import type { ImageRules } from './image-rules.ts';
import type { Names } from './names.ts';

/** What turning the file's fields into a Sandbox needs besides the fields. */
export interface Context {
  readonly document: Document;
  readonly problems: ProblemList;
  readonly names: Names;
  /** Absolute path of the sandbox's folder. */
  readonly folder: string;
  readonly images: readonly string[];
  readonly imageRules: ImageRules;
  readonly engines: readonly string[];
  /** What stands at an absolute host path. */
  readonly look: (path: string) => 'file' | 'directory' | undefined;
}

/** The path to item `index` of something that may be written as a list, or without one when there is only one. */
export function itemPath(document: Document, path: Path, index: number): Path {
  let value: unknown = document.value;
  for (const step of path) value = (value as Record<string | number, unknown> | null | undefined)?.[step];
  return Array.isArray(value) ? [...path, index] : path;
}
