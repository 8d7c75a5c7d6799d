import type Docker from 'dockerode';
import type { RootfsSpec } from '../node-spec.ts';
import type { PrepareOptions } from '../runtime.ts';
import { ensureImages } from './images/ensure.ts';

/** What holders start from, and commands without an image of their own. */
export const base: RootfsSpec = { name: 'base', programs: [], files: [] };

/** The images of one engine that this process has made sure of, by what is in them. */
export class ImageStore {
  readonly #docker: Docker;
  readonly #ensure: typeof ensureImages;
  readonly #refs = new Map<string, Promise<string>>();

  constructor(docker: Docker, ensure: typeof ensureImages = ensureImages) {
    this.#docker = docker;
    this.#ensure = ensure;
  }

  /** Makes sure of them all at once, and of the base; anew each time, as files change and images may be removed. */
  async prepare(wanted: readonly RootfsSpec[], options: PrepareOptions): Promise<void> {
    const all = new Map([base, ...wanted].map((rootfs) => [JSON.stringify(rootfs), rootfs]));
    const ensured = this.#ensure(this.#docker, [...all.values()], options);
    for (const [index, key] of [...all.keys()].entries()) {
      const ref = ensured.then((refs) => refs[index]!.ref);
      this.#refs.set(key, ref);
      // One that failed is tried again by whoever asks next.
      ref.catch(() => this.#refs.delete(key));
    }
    await ensured;
  }

  /** The image of a root file system, as the engine knows it; made now when nobody has prepared it. */
  async refs(wanted: readonly RootfsSpec[]): Promise<(rootfs: RootfsSpec) => string> {
    const all = [base, ...wanted];
    if (all.some((rootfs) => !this.#refs.has(JSON.stringify(rootfs)))) {
      await this.prepare(wanted, { pull: false, tell: () => {}, signal: new AbortController().signal });
    }
    const known = new Map<string, string>();
    for (const rootfs of all) {
      const key = JSON.stringify(rootfs);
      known.set(key, await this.#refs.get(key)!);
    }
    return (rootfs) => known.get(JSON.stringify(rootfs))!;
  }
}
