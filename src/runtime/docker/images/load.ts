import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { imageArchive } from './archive.ts';
import { EngineError, imageError } from './failure.ts';
import { type KnownImage, layersThere } from './known.ts';
import type { ImagePlan } from './plan.ts';

/**
 * Gives images to the engine; only what it does not have, where it can be spared the rest.
 * @throws LabError `runtime` when a file of the machine changes meanwhile, or the engine cannot store them
 */
export async function loadImages(
  docker: Docker,
  images: readonly ImagePlan[],
  known: readonly KnownImage[],
  signal: AbortSignal,
): Promise<void> {
  const left = leftOut(images, known);
  if (left.size > 0) {
    // Docker takes an archive without layers that it has; Podman does not, and says so at once.
    const taken = await load(docker, images, left, signal).then(
      () => true,
      () => false,
    );
    if (taken || signal.aborted) return;
  }
  await load(docker, images, new Map(), signal);
}

/** Layers that the engine has for every image that they belong to. */
function leftOut(images: readonly ImagePlan[], known: readonly KnownImage[]): Map<string, string> {
  const there = images.map(({ layers }) => ({ layers, has: layersThere(layers, known) }));
  const needed = new Set(
    there.flatMap(({ layers, has }) => layers.filter(({ key }) => !has.has(key))).map(({ key }) => key),
  );
  return new Map(there.flatMap(({ has }) => [...has]).filter(([key]) => !needed.has(key)));
}

async function load(
  docker: Docker,
  images: readonly ImagePlan[],
  left: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<void> {
  const archive = Readable.from(imageArchive(images, left), { objectMode: false });
  let failure: unknown;
  archive.on('error', (error) => {
    failure = error;
  });
  try {
    const answer = await docker.loadImage(archive, { quiet: true, abortSignal: signal } as object);
    await readAnswer(answer as Readable);
  } catch (error) {
    const names = images.map(({ name }) => name).join(', ');
    throw imageError(failure ?? error, `give the engine image ${names}`);
  } finally {
    archive.destroy();
  }
}

/** Engines say what went wrong in the answer, after having said that all is well. */
async function readAnswer(answer: Readable): Promise<void> {
  let text = '';
  for await (const part of answer) text += String(part);
  for (const line of text.split('\n')) {
    const error = errorOf(line);
    if (error !== undefined) throw new EngineError(error);
  }
}

/** The error in a line of an engine's progress, if it is one. */
export function errorOf(line: string): string | undefined {
  if (!line.includes('"error"')) return undefined;
  try {
    const { error, errorDetail } = JSON.parse(line) as { error?: string; errorDetail?: { message?: string } };
    return error ?? errorDetail?.message;
  } catch {
    return line.trim();
  }
}
