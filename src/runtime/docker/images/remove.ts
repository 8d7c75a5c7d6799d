import type Docker from 'dockerode';
import { imageLabel, type KnownImage, knownImages } from './known.ts';

/** Older than this, ms, a container that an image was to be made from is one that was left behind. */
const leftBehind = 60_000;

/** Removes the earlier states of images that were just made, those that no container uses. */
export async function removeReplaced(
  docker: Docker,
  made: readonly { readonly ref: string; readonly labels: Readonly<Record<string, string>> }[],
  known: readonly KnownImage[],
): Promise<void> {
  const lineages = new Set(made.map(({ labels }) => labels[imageLabel.lineage]));
  await removeAll(
    docker,
    known.filter(({ lineage }) => lineages.has(lineage)),
  );
}

/**
 * Removes every image of an owner that no container uses, and what was left of making one.
 * @returns the names of those that are gone
 */
export async function removeUnusedImages(
  docker: Docker,
  owner: string,
  now: number = Date.now(),
): Promise<string[]> {
  const label = [imageLabel.building, `${imageLabel.owner}=${owner}`];
  const containers = await docker.listContainers({ all: true, filters: { label } });
  const old = containers.filter(({ Created }) => Created * 1000 < now - leftBehind);
  await Promise.allSettled(old.map(({ Id }) => docker.getContainer(Id).remove({ force: true })));
  const images = (await knownImages(docker)).filter((image) => image.owner === owner);
  return removeAll(docker, images);
}

/** The engine itself refuses to remove what a container uses, running or not. */
async function removeAll(docker: Docker, images: readonly KnownImage[]): Promise<string[]> {
  const names = images.flatMap(({ id, refs }) => (refs.length > 0 ? refs : [id]));
  const removed: string[] = [];
  // One after the other: engines take layers apart one at a time anyway, and Podman stumbles over two at once.
  for (const name of names) {
    const gone = await docker
      .getImage(name)
      .remove()
      .then(
        () => true,
        () => false,
      );
    if (gone) removed.push(name);
  }
  return removed;
}
