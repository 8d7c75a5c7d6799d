import { randomBytes } from 'node:crypto';
import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { LabError } from '../error.ts';
import { isAlive, ownIdentity, type ProcessIdentity } from '../process/identity.ts';
import { inFolder } from './make-folder.ts';
import { writeError } from './write-error.ts';

/** Who holds a lab's lock. */
export interface LockHolder extends ProcessIdentity {
  /** What it is doing, such as `up` or `scale service1=3`. */
  readonly command: string;
  /** ms since the epoch. */
  readonly since: number;
}

export interface LockOptions {
  readonly command: string;
  /** Milliseconds to wait for another holder before giving up. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Told once who is waited for, each time it is another. */
  readonly describe?: (holder: string) => void;
}

const pollMs = 40;

/**
 * Takes the lock of a file path, waiting for whoever holds it. A holder that died, or that lived before the last boot,
 * is taken over from. Disposing gives it back.
 *
 * @throws LabError `runtime` when the wait is over or the file cannot be written, `interrupted` when the signal aborts
 */
export async function takeLock(path: string, options: LockOptions): Promise<AsyncDisposable> {
  const holder: LockHolder = { ...ownIdentity(), command: options.command, since: Date.now() };
  const content = `${JSON.stringify({ ...holder, token: randomBytes(8).toString('hex') })}\n`;
  const deadline = Date.now() + options.timeoutMs;
  let told: string | undefined;
  for (;;) {
    if (await createWith(path, content)) {
      return { [Symbol.asyncDispose]: () => release(path, content) };
    }
    const found = await readHolder(path);
    if (found === undefined) continue;
    if (found.holder === undefined || !isAlive(found.holder)) {
      await takeAway(path, found.content);
      continue;
    }
    if (told !== found.content) options.describe?.(describeHolder(found.holder));
    told = found.content;
    if (Date.now() >= deadline) {
      throw new LabError(
        'runtime',
        `another command still works on this lab: ${describeHolder(found.holder)}`,
        {
          hint: 'wait for it to end, or end it',
        },
      );
    }
    try {
      await delay(pollMs, undefined, { signal: options.signal });
    } catch {
      throw new LabError('interrupted', 'interrupted while waiting for the lab');
    }
  }
}

/** `"up" (pid 4711, since 14:03:05)`. */
export function describeHolder(holder: LockHolder): string {
  return `"${holder.command}" (pid ${holder.pid}, since ${new Date(holder.since).toTimeString().slice(0, 8)})`;
}

/** A lock appears with its content or not at all: it is written aside and then linked. */
async function createWith(path: string, content: string): Promise<boolean> {
  const aside = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    await inFolder(aside, () => writeFile(aside, content, { mode: 0o600 }));
    await link(aside, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw writeError(path, error);
  } finally {
    await unlink(aside).catch(() => undefined);
  }
}

async function readHolder(path: string): Promise<{ content: string; holder?: LockHolder } | undefined> {
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
  try {
    return { content, holder: JSON.parse(content) as LockHolder };
  } catch {
    return { content };
  }
}

/** Takes a stale lock away; if another command was faster and the lock is already new, it is put back. */
async function takeAway(path: string, stale: string): Promise<void> {
  const aside = `${path}.stale.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, 'utf8').catch(() => '')) !== stale)
    await link(aside, path).catch(() => undefined);
  await unlink(aside).catch(() => undefined);
}

async function release(path: string, content: string): Promise<void> {
  if ((await readFile(path, 'utf8').catch(() => '')) === content) await unlink(path).catch(() => undefined);
}
