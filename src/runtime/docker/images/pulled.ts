import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import type { RootfsSpec } from '../../node-spec.ts';
import type { PrepareOptions } from '../../runtime.ts';
import { baseToPull } from './base-image.ts';
import { EngineError, imageError, pullError } from './failure.ts';
import { imageLabel, type KnownImage, knownImages, refOf } from './known.ts';
import { itemsOfFiles, plainEntries } from './layer.ts';
import { errorOf } from './load.ts';
import type { ImageMachine } from './machine.ts';
import { labelsOf, taggedRef } from './plan.ts';
import { removeReplaced } from './remove.ts';
import { type TarEntry, tarStream } from './tar.ts';

export interface PullOptions extends PrepareOptions {
  readonly machine: ImageMachine;
  readonly known: readonly KnownImage[];
  /** Images that are being pulled, by reference: several may start from one. */
  readonly bases: Map<string, Promise<BaseImage>>;
}

/**
 * An image of a registry with the files of a root file system on it: the image itself where there are none. Pulled when
 * the engine does not have it, or when that is asked for.
 *
 * @param why it is not assembled, for whoever is told that it cannot be pulled
 * @returns its reference
 * @throws LabError `runtime` when there is none to pull, its registry does not answer or has it not, or the disk is full
 */
export async function pulledImage(
  docker: Docker,
  rootfs: RootfsSpec,
  why: string,
  options: PullOptions,
): Promise<string> {
  const ref = baseToPull(rootfs, why, options.machine);
  const { bases } = options;
  const pulled = bases.get(ref) ?? baseImage(docker, ref, why, options);
  bases.set(ref, pulled);
  const base = await pulled;
  if (rootfs.files.length === 0) return base.ref;
  const items = itemsOfFiles(rootfs.files);
  const labels = labelsOf(rootfs, options.machine.owner);
  const content = items.map((item) =>
    'content' in item ? { ...item, content: item.content.toString('base64') } : item,
  );
  const own = taggedRef(rootfs.name, [base.id, labels, content]);
  const found = refOf(own, options.known);
  if (found !== undefined) return found;
  try {
    await build(docker, base, own, { labels, entries: plainEntries(items), signal: options.signal });
  } catch (error) {
    throw imageError(error, `make image ${rootfs.name} from ${ref}`);
  }
  await removeReplaced(docker, [{ ref: own, labels }], options.known);
  return refOf(own, await knownImages(docker, options.signal)) ?? own;
}

/** An image that the engine has. */
export interface BaseImage {
  readonly ref: string;
  readonly id: string;
  readonly command: readonly string[];
}

async function baseImage(docker: Docker, ref: string, why: string, options: PullOptions): Promise<BaseImage> {
  const there = options.pull ? undefined : await inspectImage(docker, ref);
  if (there !== undefined) return there;
  try {
    return await pullImage(docker, ref, options);
  } catch (error) {
    throw pullError(ref, why, error);
  }
}

/**
 * Pulls an image, also when the engine has one of that name.
 * @throws what the engine says
 */
export async function pullImage(
  docker: Docker,
  ref: string,
  { tell, signal }: Pick<PullOptions, 'tell' | 'signal'>,
): Promise<BaseImage> {
  tell(`pull image ${ref}`);
  const progress = (await docker.pull(ref, { abortSignal: signal })) as Readable;
  await finished(progress, signal);
  const found = await inspectImage(docker, ref);
  if (found === undefined) throw new Error('the container engine does not have it after pulling it');
  return found;
}

/** An image that the engine has by that name; undefined when it has none. */
export async function inspectImage(docker: Docker, ref: string): Promise<BaseImage | undefined> {
  // What a user of Podman has built has no registry.
  for (const name of [ref, ref.replace(/^docker\.io\/(library\/)?/, 'localhost/')]) {
    try {
      const { Id, Config } = await docker.getImage(name).inspect();
      return { ref: name, id: Id, command: Config?.Cmd ?? [] };
    } catch (error) {
      if ((error as { statusCode?: number }).statusCode !== 404) throw error;
    }
  }
  return undefined;
}

/** Reads an engine's progress to its end, and throws what it ends with. */
async function finished(progress: Readable, signal: AbortSignal): Promise<void> {
  const stop = () => progress.destroy(signal.reason as Error);
  signal.addEventListener('abort', stop, { once: true });
  try {
    let text = '';
    for await (const part of progress) {
      const lines = (text + String(part)).split('\n');
      text = lines.pop()!;
      throwError(lines);
    }
    throwError([text]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function throwError(lines: readonly string[]): void {
  const error = lines.map(errorOf).find((found) => found !== undefined);
  if (error !== undefined) throw new EngineError(error);
}

/** Puts files on an image: a container of it that is never started is given them, and becomes an image. */
async function build(
  docker: Docker,
  base: BaseImage,
  ref: string,
  {
    labels,
    entries,
    signal,
  }: { labels: Readonly<Record<string, string>>; entries: readonly TarEntry[]; signal: AbortSignal },
): Promise<void> {
  const container = await docker.createContainer({
    Image: base.ref,
    Cmd: base.command.length > 0 ? [...base.command] : ['/bin/sh'],
    Labels: { ...labels, [imageLabel.building]: 'yes' },
    abortSignal: signal,
  });
  try {
    const files = Readable.from(tarStream(entries), { objectMode: false });
    await container.putArchive(files, { path: '/', abortSignal: signal });
    const [, name, tag] = /^(.*):([^:]+)$/.exec(ref)!;
    // Podman would take a name without a registry for one of Docker Hub, unlike when it loads an image.
    const repo = (await isPodman(docker)) ? `localhost/${name}` : name;
    await container.commit({ repo, tag, pause: false, abortSignal: signal });
  } finally {
    await container.remove({ force: true }).catch(() => undefined);
  }
}

async function isPodman(docker: Docker): Promise<boolean> {
  const { Components = [] } = (await docker.version()) as { Components?: { Name: string }[] };
  return Components.some(({ Name }) => /podman/i.test(Name));
}
