import type Docker from 'dockerode';
import { despiteRemovals } from './failure.ts';
import type { Layer } from './layer.ts';

/** Labels of our images: what they are is read from the engine, nothing is kept beside it. */
export const imageLabel = {
  /** The image's name: `hello`. */
  image: 'io.envoy-lab.image',
  owner: 'io.envoy-lab.image-owner',
  /** Equal in all states of one image over time: what is made new replaces what has the same. */
  lineage: 'io.envoy-lab.image-lineage',
  /** `KEY=DIFFID` of every layer, the lowest first. */
  layers: 'io.envoy-lab.image-layers',
  /** Of a container that an image is made from. */
  building: 'io.envoy-lab.image-building',
} as const;

/** An image of ours that the engine has. */
export interface KnownImage {
  readonly id: string;
  /** As the engine writes them; Podman puts `localhost/` before. None: another has taken its name. */
  readonly refs: readonly string[];
  readonly name: string;
  readonly owner: string;
  readonly lineage: string;
  readonly layers: readonly { readonly key: string; readonly diffId: string }[];
}

/** Every image of ours, of all owners; one request, unless images are removed meanwhile. */
export async function knownImages(docker: Docker, signal?: AbortSignal): Promise<readonly KnownImage[]> {
  const filters = { label: [imageLabel.image] };
  const images = await despiteRemovals(() =>
    docker.listImages({ filters, ...(signal && { abortSignal: signal }) }),
  );
  return images.map(({ Id, RepoTags, Labels }) => ({
    id: Id,
    refs: (RepoTags ?? []).filter((ref) => !ref.includes('<none>')),
    name: Labels?.[imageLabel.image] ?? '',
    owner: Labels?.[imageLabel.owner] ?? '',
    lineage: Labels?.[imageLabel.lineage] ?? '',
    layers: readLayers(Labels?.[imageLabel.layers] ?? ''),
  }));
}

/** What the engine calls an image of ours. */
export function refOf(ref: string, known: readonly KnownImage[]): string | undefined {
  return known
    .flatMap(({ refs }) => refs)
    .find((found) => found.replace(/^(localhost|docker\.io)\//, '') === ref);
}

/**
 * Layers of an image that the engine has, by key: those up to the first that it does not have in the same place.
 * A layer is the engine's only together with all below it.
 */
export function layersThere(layers: readonly Layer[], known: readonly KnownImage[]): Map<string, string> {
  const there = new Map<string, string>();
  for (const image of known) {
    for (const [index, { key }] of layers.entries()) {
      const same = image.layers[index];
      if (same?.key !== key) break;
      there.set(key, same.diffId);
    }
  }
  return there;
}

export function writeLayers(layers: readonly Layer[], diffIds: ReadonlyMap<string, string>): string {
  return layers.map(({ key }) => `${key}=${diffIds.get(key)}`).join(' ');
}

function readLayers(text: string): KnownImage['layers'] {
  return text.split(' ').flatMap((word) => {
    const [, key, diffId] = /^(\w+)=(\S+)$/.exec(word) ?? [];
    return key === undefined || diffId === undefined ? [] : [{ key, diffId }];
  });
}
