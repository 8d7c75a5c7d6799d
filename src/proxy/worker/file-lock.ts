import type { FileLock } from '../access-log/log-file.ts';

const locks = 64;
/** How long a write that cannot be put off waits for another thread's, ms. */
const longestWait = 1000;

/** A lock for each log file, in shared memory: paths that fall on one lock only wait a little more. */
export class SharedFileLock implements FileLock {
  readonly #memory: Int32Array;

  constructor(memory: Int32Array) {
    this.#memory = memory;
  }

  static createMemory(): Int32Array {
    return new Int32Array(new SharedArrayBuffer(locks * Int32Array.BYTES_PER_ELEMENT));
  }

  tryAcquire(path: string): boolean {
    return Atomics.compareExchange(this.#memory, at(path), 0, 1) === 0;
  }

  acquire(path: string): boolean {
    const until = performance.now() + longestWait;
    while (!this.tryAcquire(path)) {
      const left = until - performance.now();
      if (left <= 0) return false;
      Atomics.wait(this.#memory, at(path), 1, left);
    }
    return true;
  }

  release(path: string): void {
    Atomics.store(this.#memory, at(path), 0);
    Atomics.notify(this.#memory, at(path), 1);
  }
}

function at(path: string): number {
  let hash = 0;
  for (let i = 0; i < path.length; i++) hash = (hash * 31 + path.charCodeAt(i)) | 0;
  return Math.abs(hash) % locks;
}
