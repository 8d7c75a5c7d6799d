import { statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, posix, resolve } from 'node:path';
import type * as z from 'zod';
import { type Document, readDocument } from '../document/document.ts';
import { DocumentError } from '../document/problem.ts';
import { didYouMean } from '../document/suggest.ts';
import { LabError } from '../error.ts';
import { readSchema } from '../schema/read.ts';
import type { Image } from './image.ts';
import { imageFile } from './image-schema.ts';
import { machinePaths } from './machine-paths.ts';

/** The name of the file that makes a folder an image. */
export const IMAGE_FILE = 'image.yaml';

/** Where the images of a sandbox are: in its own folder first, then among the built-in ones. */
export function imageRootsFor(sandboxFolder: string, roots: readonly string[]): readonly string[] {
  return [join(sandboxFolder, 'images'), ...roots];
}

/**
 * @param roots folders whose subfolders are images; the first that has the name wins
 * @throws LabError `usage` when there is no such image, DocumentError when its file is wrong
 */
export async function loadImage(name: string, roots: readonly string[]): Promise<Image> {
  for (const root of roots) {
    const folder = join(root, name);
    const file = join(folder, IMAGE_FILE);
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text !== undefined) return resolveImage(readDocument(text, file), name, folder);
  }
  throw new LabError('usage', `no image "${name}"`, { hint: didYouMean(name, await listImages(roots)) });
}

/** Names of all images in the roots, sorted. */
export async function listImages(roots: readonly string[]): Promise<string[]> {
  const found = await Promise.all(roots.map(imagesIn));
  return [...new Set(found.flat())].sort();
}

async function imagesIn(root: string): Promise<string[]> {
  const names = await readdir(root).catch(() => []);
  return names.filter((name) => exists(join(root, name, IMAGE_FILE)));
}

function resolveImage(document: Document, name: string, folder: string): Image {
  const { value: fields, problems } = readSchema(imageFile, document);
  const image = fields && build(fields, name, folder);
  for (const host of Object.keys(fields?.files ?? {})) {
    if (exists(resolve(folder, host))) continue;
    problems.add(['files', host], `no such file: ${host}`, { hint: `looked in ${folder}`, key: true });
  }
  if (problems.all.length > 0 || !image) throw new DocumentError(document.file, problems.all);
  return image;
}

function build(fields: z.output<typeof imageFile>, name: string, folder: string): Image {
  const [program] = fields.command;
  return {
    name,
    summary: fields.summary,
    folder,
    command: fields.command,
    env: fields.env ?? {},
    files: Object.entries(fields.files ?? {}).map(([host, inside]) => ({
      hostPath: resolve(folder, host),
      path: posix.normalize(inside).replace(/(.)\/$/, '$1'),
    })),
    workdir: fields.workdir,
    user: fields.user,
    ready: fields.ready,
    ports: fields.ports ?? [],
    programs: fields.programs ?? (program === undefined || program.includes('/') ? [] : [program]),
    machine: {
      folders: (fields.machine?.folders ?? []).flatMap(machinePaths),
      files: (fields.machine?.files ?? []).flatMap(machinePaths),
    },
    base: fields.base,
  };
}

function exists(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}
