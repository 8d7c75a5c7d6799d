import { createHash } from 'node:crypto';
import { imageLabel, writeLayers } from './known.ts';
import type { Layer } from './layer.ts';
import type { ImagePlan } from './plan.ts';
import { type TarEntry, tarSize, tarStream } from './tar.ts';

/** Where programs of an image are looked for. */
const imagePath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Images as one archive in the format of `docker save`, every layer once; streamed, so that no image is ever in memory.
 * Equal images make equal bytes, so that whoever loads the same at the same time does no harm.
 *
 * @param left diff ids, by key, of layers that are left out: Docker does not look at those it has
 */
export function imageArchive(
  images: readonly ImagePlan[],
  left: ReadonlyMap<string, string>,
): AsyncGenerator<Buffer> {
  return tarStream(archiveEntries(images, left));
}

/** Each entry is asked for when those before it are written: hashes of layers are known by then. */
function* archiveEntries(
  images: readonly ImagePlan[],
  left: ReadonlyMap<string, string>,
): Generator<TarEntry> {
  const layers = new Map(images.flatMap((image) => image.layers).map((layer) => [layer.key, layer]));
  const diffIds = new Map(left);
  for (const layer of layers.values()) {
    if (!left.has(layer.key)) yield layerEntry(layer, (diffId) => diffIds.set(layer.key, diffId));
  }
  const manifest: object[] = [];
  for (const image of images) {
    const config = Buffer.from(JSON.stringify(configOf(image, diffIds)));
    const name = `${createHash('sha256').update(config).digest('hex')}.json`;
    manifest.push({ Config: name, RepoTags: [image.ref], Layers: image.layers.map(layerPath) });
    yield { path: name, kind: 'file', mode: 0o644, from: { content: config } };
  }
  const content = Buffer.from(JSON.stringify(manifest));
  yield { path: 'manifest.json', kind: 'file', mode: 0o644, from: { content } };
}

const layerPath = ({ key }: Layer) => `${key}.tar`;

function layerEntry(layer: Layer, done: (diffId: string) => void): TarEntry {
  const entries = layer.entries();
  const read = async function* () {
    const hash = createHash('sha256');
    for await (const part of tarStream(entries)) {
      hash.update(part);
      yield part;
    }
    done(`sha256:${hash.digest('hex')}`);
  };
  return { path: layerPath(layer), kind: 'file', mode: 0o644, from: { size: tarSize(entries), read } };
}

/** The image's configuration (OCI image specification, "Image Configuration"). */
function configOf({ layers, labels }: ImagePlan, diffIds: ReadonlyMap<string, string>): object {
  const created = '1970-01-01T00:00:00Z';
  return {
    architecture: goArchitecture(),
    os: 'linux',
    created,
    config: {
      Env: [`PATH=${imagePath}`],
      Cmd: ['sh'],
      WorkingDir: '/',
      Labels: { ...labels, [imageLabel.layers]: writeLayers(layers, diffIds) },
    },
    rootfs: { type: 'layers', diff_ids: layers.map(({ key }) => diffIds.get(key)!) },
    history: layers.map(({ name }) => ({ created, created_by: `envoy-lab: ${name}` })),
  };
}

/** The machine's, in the words of engines. */
export function goArchitecture(arch: string = process.arch): string {
  const names: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };
  return names[arch] ?? arch;
}
