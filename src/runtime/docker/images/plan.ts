import { createHash } from 'node:crypto';
import type { FileSpec, RootfsSpec } from '../../node-spec.ts';
import { type BaseMachine, baseLayer, inBase, isCommon } from './base-layer.ts';
import { imageLabel } from './known.ts';
import { itemsOfFiles, itemsOfMachine, type Layer, layerOf } from './layer.ts';
import { LibrarySearch } from './libraries.ts';
import type { ImageMachine } from './machine.ts';
import { programLayer } from './program-layer.ts';

/** An image to be assembled: which layers, under which name. */
export interface ImagePlan {
  readonly name: string;
  /** `envoy-lab/hello:3f2a…`; the tag is the hash of all that follows. */
  readonly ref: string;
  /** The lowest first. */
  readonly layers: readonly Layer[];
  readonly labels: Readonly<Record<string, string>>;
}

/** Goes up when the same files of a machine would make another image. */
const layout = 1;

/** An ordinary user's PATH often lacks some of them. */
const systemFolders = ['/usr/bin', '/bin', '/usr/sbin', '/sbin'];

/** What images consist of, without reading more of the machine than it takes to see whether it changed. */
export class ImagePlanner {
  readonly #machine: BaseMachine;
  readonly #owner: string;
  readonly #programs = new Map<string, Layer>();
  #base: Layer | undefined;

  constructor({ execPath, env, owner }: ImageMachine) {
    const path = (env.PATH ?? '').split(':').filter((folder) => folder.startsWith('/'));
    this.#machine = { node: execPath, folders: [...path, ...systemFolders], search: new LibrarySearch() };
    this.#owner = owner;
  }

  /** @throws LabError `runtime` when the machine lacks a program, or what that needs */
  plan(rootfs: RootfsSpec): ImagePlan {
    this.#base ??= baseLayer(this.#machine);
    const items = itemsOfFiles(rootfs.files);
    const files = items.length === 0 ? [] : [layerOf(`the files of ${rootfs.name}`, items)];
    const layers = [this.#base, ...this.#programLayers(rootfs), ...machineLayers(rootfs), ...files];
    const labels = labelsOf(rootfs, this.#owner);
    const ref = taggedRef(rootfs.name, [layout, labels, layers.map(({ key }) => key)]);
    return { name: rootfs.name, ref, layers, labels };
  }

  #programLayers({ programs }: RootfsSpec): Layer[] {
    const names = programs.map(({ name }) => name);
    return [...programs]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap(({ name, hostPath }) => {
        if (hostPath === undefined || inBase(name, hostPath, this.#machine)) return [];
        const key = JSON.stringify([name, hostPath]);
        const layer = this.#programs.get(key) ?? programLayer(name, hostPath, names, this.#machine.search);
        this.#programs.set(key, layer);
        return [layer];
      });
  }
}

/** What programs read while they run. */
function machineLayers({ name, machineFiles = [] }: RootfsSpec): Layer[] {
  const items = machineFiles.flatMap(itemsOfMachine);
  return items.length === 0 ? [] : [layerOf(`what the machine has for ${name}`, items)];
}

/** An image's name, as far as engines allow it, with the hash of its content. */
export function taggedRef(name: string, content: unknown): string {
  const allowed = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return `envoy-lab/${allowed || 'image'}:${hashOf(content)}`;
}

export function labelsOf(rootfs: RootfsSpec, owner: string): Readonly<Record<string, string>> {
  return {
    [imageLabel.image]: rootfs.name,
    [imageLabel.owner]: owner,
    [imageLabel.lineage]: hashOf([
      owner,
      rootfs.name,
      rootfs.programs.filter(({ name }) => !isCommon(name)).map(({ name, hostPath }) => [name, hostPath]),
      rootfs.files.map(({ path, from }: FileSpec) => [path, 'hostPath' in from && from.hostPath]),
    ]),
  };
}

function hashOf(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16);
}
