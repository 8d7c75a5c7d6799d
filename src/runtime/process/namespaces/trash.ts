import { execFile } from 'node:child_process';

/** How long folders are collected before they are removed together, in ms. */
const COLLECT_MS = 50;

/** Removes folders later and in another process: a container's has dozens of entries, and nobody waits for them. */
export class Trash {
  #folders: string[] = [];
  #timer: NodeJS.Timeout | undefined;

  add(folder: string): void {
    this.#folders.push(folder);
    this.#timer ??= setTimeout(() => this.#empty(), COLLECT_MS).unref();
  }

  #empty(): void {
    const folders = this.#folders;
    this.#folders = [];
    this.#timer = undefined;
    // They lie on the lab's own tmpfs: what is left of them goes with the lab.
    execFile('rm', ['-rf', '--', ...folders], () => {});
  }
}
