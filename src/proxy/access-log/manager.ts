import { LabError } from '../../error.ts';
import type { Clock } from '../clock.ts';
import type { Scope } from '../stats/stats.ts';
import { type FileLock, LogFile, type LogFileOptions, openForAppend } from './log-file.ts';

/** Where a log goes: a path, or a stream the process was born with. */
export type LogDestination = string | { readonly fd: 1 | 2 };

/** Keeps one open file for each path, however many access logs write to it. */
export class AccessLogManager {
  readonly #files = new Map<string, LogFile>();
  readonly #options: LogFileOptions;

  /** @param flushIntervalMs `--file-flush-interval-msec`; Envoy's default is 10 s */
  constructor(clock: Clock, stats: Scope, flushIntervalMs = 10_000, lock?: FileLock) {
    const scope = stats.scope('filesystem');
    this.#options = {
      clock,
      flushIntervalMs,
      lock,
      stats: {
        writeBuffered: scope.counter('write_buffered'),
        writeCompleted: scope.counter('write_completed'),
        writeFailed: scope.counter('write_failed'),
        flushedByTimer: scope.counter('flushed_by_timer'),
        reopenFailed: scope.counter('reopen_failed'),
        writeTotalBuffered: scope.gauge('write_total_buffered'),
      },
    };
  }

  /**
   * The file for a destination, opened at its first use.
   *
   * @throws LabError in Envoy's words when it cannot be opened
   */
  file(destination: LogDestination): LogFile {
    const fd = typeof destination === 'string' ? undefined : destination.fd;
    const path = typeof destination === 'string' ? destination : `fd ${destination.fd}`;
    let file = this.#files.get(path);
    if (file === undefined) {
      try {
        file = new LogFile(path, () => fd ?? openForAppend(path), this.#options);
      } catch (cause) {
        throw new LabError('invalid', `unable to open file '${path}': ${reason(cause)}`, { cause });
      }
      this.#files.set(path, file);
    }
    return file;
  }

  /** SIGUSR1: log rotation has moved the files away. */
  reopen(): void {
    for (const file of this.#files.values()) file.reopen();
  }

  /** Resolves when all that was logged so far is written. */
  async flush(): Promise<void> {
    await Promise.all(Array.from(this.#files.values(), (file) => file.flush()));
  }

  /** For an exit that waits for nothing. */
  flushSync(): void {
    for (const file of this.#files.values()) file.flushSync();
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'No such file or directory',
  EACCES: 'Permission denied',
  EISDIR: 'Is a directory',
  ENOTDIR: 'Not a directory',
  EROFS: 'Read-only file system',
  ENXIO: 'No such device or address',
};

function reason(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return reasons[code] ?? message;
}
