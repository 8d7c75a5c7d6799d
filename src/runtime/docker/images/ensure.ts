import type Docker from 'dockerode';
import { LabError } from '../../../error.ts';
import type { RootfsSpec } from '../../node-spec.ts';
import type { PrepareOptions } from '../../runtime.ts';
import { goArchitecture } from './archive.ts';
import { whyPulled } from './base-image.ts';
import { despiteRemovals, imageError } from './failure.ts';
import { type KnownImage, knownImages, refOf } from './known.ts';
import { loadImages } from './load.ts';
import { type ImageMachine, thisMachine } from './machine.ts';
import { type ImagePlan, ImagePlanner } from './plan.ts';
import { pulledImage } from './pulled.ts';
import { registryImage } from './registry-image.ts';
import { removeReplaced } from './remove.ts';

/** The image of a root file system, by name and content hash, as the engine knows it: `envoy-lab/hello:3f2a…`. */
export interface ImageRef {
  readonly rootfs: RootfsSpec;
  readonly ref: string;
}

/** What every image has, and nothing more: node, a shell, the usual tools. */
export const baseRootfs: RootfsSpec = { name: 'base', programs: [], files: [] };

/**
 * Makes sure that the engine has an image for each root file system: one that is there already, else assembled from the
 * machine's own files, else pulled; one that is used as it is: there already, else pulled.
 *
 * @returns one reference for each of the wanted, in their order
 * @throws LabError `runtime` when an image can be neither assembled nor pulled
 */
export async function ensureImages(
  docker: Docker,
  wanted: readonly RootfsSpec[],
  options: PrepareOptions,
  machine: ImageMachine = thisMachine(),
): Promise<readonly ImageRef[]> {
  try {
    const different = new Map(wanted.map((rootfs) => [JSON.stringify(rootfs), rootfs]));
    const refs = await despiteRemovals(() => ensureAll(docker, different, options, machine));
    return wanted.map((rootfs) => ({ rootfs, ref: refs.get(JSON.stringify(rootfs))! }));
  } catch (error) {
    throw imageError(error, 'prepare images');
  }
}

/** References by the keys of what is wanted. */
async function ensureAll(
  docker: Docker,
  wanted: ReadonlyMap<string, RootfsSpec>,
  options: PrepareOptions,
  machine: ImageMachine,
): Promise<ReadonlyMap<string, string>> {
  const listed = knownImages(docker, options.signal);
  // Asked while the machine is looked at; whoever waits for it is told of a failure.
  listed.catch(() => undefined);
  const plans = new Map<string, ImagePlan>();
  /** Why they are pulled. */
  const pulls = new Map<string, string>();
  const planner = new ImagePlanner(machine);
  for (const [key, rootfs] of wanted) {
    if (rootfs.reference !== undefined) continue;
    const why = whyPulled(rootfs, options.pull, machine);
    if (why === undefined) plans.set(key, planner.plan(rootfs));
    else pulls.set(key, why);
  }
  let known = await listed;
  const missing = [...plans].filter(([, { ref }]) => refOf(ref, known) === undefined);
  const foreign = missing.length === 0 ? undefined : await foreignEngine(docker);
  if (foreign !== undefined) {
    for (const [key] of missing) pulls.set(key, foreign);
  } else if (missing.length > 0) {
    const images = new Map(missing.map(([, plan]) => [plan.ref, plan]));
    known = await assemble(docker, [...images.values()], known, options);
  }
  const pull = { ...options, machine, known, bases: new Map() };
  const refs = [...wanted].map(async ([key, rootfs]) => {
    if (rootfs.reference !== undefined) {
      return [key, await registryImage(docker, rootfs.reference, pull)] as const;
    }
    const why = pulls.get(key);
    const ref =
      why === undefined ? refOf(plans.get(key)!.ref, known) : await pulledImage(docker, rootfs, why, pull);
    if (ref !== undefined) return [key, ref] as const;
    throw new LabError('runtime', `the container engine did not keep image ${rootfs.name}`, {
      hint: 'something else may remove images meanwhile; run the command again',
    });
  });
  return new Map(await Promise.all(refs));
}

/** Makes the images that are missing; returns what the engine has then. */
async function assemble(
  docker: Docker,
  images: readonly ImagePlan[],
  known: readonly KnownImage[],
  { tell, signal }: PrepareOptions,
): Promise<readonly KnownImage[]> {
  tell(
    `assemble ${images.length === 1 ? 'image' : 'images'} ${[...new Set(images.map(({ name }) => name))].join(', ')}`,
  );
  await loadImages(docker, images, known, signal);
  await removeReplaced(docker, images, known);
  return knownImages(docker, signal);
}

/** Why the machine's own programs do not run on this engine, if they do not. */
async function foreignEngine(docker: Docker): Promise<string | undefined> {
  const { Arch, Os } = await docker.version();
  const own = goArchitecture();
  if (Os === 'linux' && Arch === own) return undefined;
  return `the container engine runs ${Os}/${Arch}, this machine is linux/${own}`;
}
