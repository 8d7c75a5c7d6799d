import { LabError } from '../error.ts';
import type { Image } from './image.ts';

/**
 * @param roots folders whose subfolders are images; the first that has the name wins
 * @throws LabError `usage` when there is no such image, DocumentError when its file is wrong
 */
export async function loadImage(name: string, _roots: readonly string[]): Promise<Image> {
  throw new LabError('usage', `no image "${name}"`);
}

/** Names of all images in the roots, sorted. */
export async function listImages(_roots: readonly string[]): Promise<string[]> {
  return [];
}
