import { close, openSync, write, writeSync } from 'node:fs';
import type { Clock, Timer } from '../clock.ts';
import type { Counter, Gauge } from '../stats/stats.ts';

/** Bytes that are written at once without waiting for the flush interval. */
const minFlushBytes = 64 * 1024;
/** A reader that has stopped must not eat the proxy's memory: beyond this, entries are dropped and counted. */
const maxPendingBytes = 32 * 1024 * 1024;
/** How long to wait for a pipe that is full, ms. */
const retryMs = 10;
/** How long to wait while another thread writes, ms. */
const lockedMs = 1;

/** `filesystem.…`, as Envoy names them. */
export interface LogFileStats {
  readonly writeBuffered: Counter;
  readonly writeCompleted: Counter;
  readonly writeFailed: Counter;
  readonly flushedByTimer: Counter;
  readonly reopenFailed: Counter;
  readonly writeTotalBuffered: Gauge;
}

/** Keeps the writes of several threads to one file apart. */
export interface FileLock {
  /** False: another thread has it. */
  tryAcquire(path: string): boolean;
  /** Waits for a second at most; false: it still has. */
  acquire(path: string): boolean;
  release(path: string): void;
}

export interface LogFileOptions {
  readonly clock: Clock;
  /** ms an entry waits at most before it is written. */
  readonly flushIntervalMs: number;
  readonly stats: LogFileStats;
  /** Where other threads write to the same files. */
  readonly lock?: FileLock | undefined;
}

/**
 * A file that entries are appended to: buffered, one write at a time, off the event loop. Nothing it does throws
 * once it is open.
 */
export class LogFile {
  readonly #path: string;
  readonly #open: () => number;
  readonly #options: LogFileOptions;
  #fd: number;
  #pending = '';
  #inFlight: Buffer | undefined;
  #timer: Timer | undefined;
  #reopen = false;
  #idle: (() => void) | undefined;

  /**
   * @param open gives the file descriptor; called again to reopen
   * @throws what `open` throws
   */
  constructor(path: string, open: () => number, options: LogFileOptions) {
    this.#path = path;
    this.#open = open;
    this.#options = options;
    this.#fd = open();
  }

  /** Appends a byte string. */
  write(entry: string): void {
    const { stats, clock, flushIntervalMs } = this.#options;
    if (this.#pending.length + entry.length > maxPendingBytes) {
      stats.writeFailed.inc();
      return;
    }
    stats.writeBuffered.inc();
    stats.writeTotalBuffered.add(entry.length);
    this.#pending += entry;
    if (this.#pending.length >= minFlushBytes) this.#flush();
    else
      this.#timer ??= clock.setTimeout(() => {
        this.#timer = undefined;
        stats.flushedByTimer.inc();
        this.#flush();
      }, flushIntervalMs);
  }

  /** Opens the path anew, after what is buffered has gone to the old file: what log rotation asks for. */
  reopen(): void {
    this.#reopen = true;
    this.#flush();
  }

  /** Resolves when all that was written so far is in the file, or could not be written. */
  async flush(): Promise<void> {
    this.#flush();
    if (this.#inFlight === undefined) return;
    await new Promise<void>((resolve) => {
      const before = this.#idle;
      this.#idle = () => {
        before?.();
        resolve();
      };
    });
  }

  /** For the last moment of a process, when nothing asynchronous runs any more. */
  flushSync(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    // What is in flight is in the hands of a thread that finishes before the process ends.
    const rest = Buffer.from(this.#pending, 'latin1');
    this.#pending = '';
    try {
      for (let at = 0; at < rest.length; ) at += writeSync(this.#fd, rest, at);
    } catch {
      this.#options.stats.writeFailed.inc();
    }
  }

  #flush(): void {
    if (this.#inFlight !== undefined) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#reopen) this.#reopenNow();
    if (this.#pending === '') {
      const idle = this.#idle;
      this.#idle = undefined;
      idle?.();
      return;
    }
    const data = Buffer.from(this.#pending, 'latin1');
    this.#pending = '';
    this.#inFlight = data;
    this.#begin(data);
  }

  /** Entries of two threads do not mix: a pipe may take a part of a write, and then of another's. */
  #begin(data: Buffer): void {
    const { lock, clock } = this.#options;
    if (lock?.tryAcquire(this.#path) === false) clock.setTimeout(() => this.#begin(data), lockedMs);
    else this.#writeFrom(data, 0);
  }

  #writeFrom(data: Buffer, at: number): void {
    const { stats, clock } = this.#options;
    write(this.#fd, data, at, data.length - at, null, (error, written) => {
      if (error?.code === 'EAGAIN') {
        clock.setTimeout(() => this.#writeFrom(data, at), retryMs);
        return;
      }
      if (error === null && at + written < data.length) {
        this.#writeFrom(data, at + written);
        return;
      }
      this.#options.lock?.release(this.#path);
      (error === null ? stats.writeCompleted : stats.writeFailed).inc();
      stats.writeTotalBuffered.sub(data.length);
      this.#inFlight = undefined;
      this.#flush();
    });
  }

  #reopenNow(): void {
    // Waits for the entries that came before the request to reopen.
    if (this.#pending !== '') {
      const data = Buffer.from(this.#pending, 'latin1');
      this.#pending = '';
      this.#options.stats.writeTotalBuffered.sub(data.length);
      const locked = this.#options.lock?.acquire(this.#path) === true;
      try {
        for (let at = 0; at < data.length; ) at += writeSync(this.#fd, data, at);
        this.#options.stats.writeCompleted.inc();
      } catch {
        this.#options.stats.writeFailed.inc();
      }
      if (locked) this.#options.lock?.release(this.#path);
    }
    this.#reopen = false;
    let fd: number;
    try {
      fd = this.#open();
    } catch {
      this.#options.stats.reopenFailed.inc();
      return;
    }
    if (fd !== this.#fd && this.#fd > 2) close(this.#fd, () => {});
    this.#fd = fd;
  }

  get path(): string {
    return this.#path;
  }
}

/** Opens for appending; `/dev/stdout` and `/dev/stderr` also where they are sockets, which Linux refuses to open. */
export function openForAppend(path: string): number {
  try {
    return openSync(path, 'a');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENXIO') {
      if (path === '/dev/stdout') return 1;
      if (path === '/dev/stderr') return 2;
    }
    throw error;
  }
}
