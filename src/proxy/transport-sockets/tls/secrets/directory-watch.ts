import { type FSWatcher, statSync, watch } from 'node:fs';
import { dirname } from 'node:path';

/** Which file a path leads to, through symbolic links; undefined: to none. */
function identity(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found && `${found.dev}:${found.ino}`;
}

/**
 * Tells when one of some files is replaced by another that is moved to its place: what Envoy waits for. A file that is
 * written to where it is, is not noticed.
 */
export class DirectoryWatch implements Disposable {
  readonly #watchers: FSWatcher[] = [];

  /**
   * `directory`: the one to watch; without, that of each file, and `onMoved` is called for each of them, as in Envoy.
   *
   * @throws what the file system throws where a directory cannot be watched
   */
  constructor(files: readonly string[], directory: string | undefined, onMoved: () => void) {
    const directories = directory === undefined ? files.map((file) => dirname(file)) : [directory];
    const identities = () => files.map(identity);
    let known = identities();
    const look = (): void => {
      const now = identities();
      const moved = now.some((one, i) => one !== undefined && one !== known[i]);
      known = now;
      if (moved) for (const _ of directories) onMoved();
    };
    for (const one of new Set(directories)) {
      const watcher = watch(one, { persistent: false }, (event) => {
        if (event === 'rename') look();
      });
      // A directory that is gone has nothing more to tell.
      watcher.on('error', () => watcher.close());
      this.#watchers.push(watcher);
    }
  }

  [Symbol.dispose](): void {
    for (const watcher of this.#watchers) watcher.close();
  }
}
