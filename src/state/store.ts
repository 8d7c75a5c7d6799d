import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type LockOptions, takeLock } from './lock.ts';
import { inFolder } from './make-folder.ts';
import { writeError } from './write-error.ts';

/** What is written down of a lab so that later commands know where to look; its runtime stays the truth. */
export interface LabRecord {
  readonly version: 1;
  readonly lab: string;
  readonly sandbox: string;
  /** Folder of the sandbox. */
  readonly folder: string;
  readonly runtime: string;
  /** The engine it runs on, when the runtime can have several: a socket's address. */
  readonly endpoint?: string;
  /** ms since the epoch. */
  readonly createdAt: number;
  /** Of the boot in which it was started. */
  readonly bootId: string;
  /** What each certificate authority last signed, as a hash by its name. */
  readonly certs: Readonly<Record<string, string>>;
}

/** The state folder: one JSON file and at times one lock a lab. */
export class StateStore {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** The record of a lab, or undefined when there is none or it cannot be read. */
  read(lab: string): LabRecord | undefined {
    try {
      const record = JSON.parse(readFileSync(this.#file(lab), 'utf8')) as LabRecord;
      return record.version === 1 && record.lab === lab ? record : undefined;
    } catch {
      return undefined;
    }
  }

  /** All records, by lab name. */
  list(): LabRecord[] {
    let names: string[];
    try {
      names = readdirSync(this.folder);
    } catch {
      return [];
    }
    return names
      .filter((name) => name.endsWith('.json'))
      .map((name) => this.read(name.slice(0, -'.json'.length)))
      .filter((record) => record !== undefined)
      .sort((a, b) => (a.lab < b.lab ? -1 : 1));
  }

  /**
   * Writes the record whole or not at all.
   * @throws LabError `runtime` when the disk is full or the folder cannot be written
   */
  async write(record: LabRecord): Promise<void> {
    const file = this.#file(record.lab);
    const aside = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
    try {
      const text = `${JSON.stringify(record, undefined, 2)}\n`;
      await inFolder(aside, () => writeFile(aside, text, { mode: 0o600 }));
      await rename(aside, file);
    } catch (error) {
      await rm(aside, { force: true }).catch(() => undefined);
      throw writeError(file, error);
    }
  }

  async remove(lab: string): Promise<void> {
    await rm(this.#file(lab), { force: true });
  }

  /** Takes a lab's lock (see {@link takeLock}). Giving it back leaves no empty folder. */
  async lock(lab: string, options: LockOptions): Promise<AsyncDisposable> {
    const lock = await takeLock(join(this.folder, `${lab}.lock`), options);
    return {
      [Symbol.asyncDispose]: async () => {
        await lock[Symbol.asyncDispose]();
        await this.tidy();
      },
    };
  }

  /** Takes the folder away when nothing is in it; who needs it makes it again. */
  async tidy(): Promise<void> {
    await rmdir(this.folder).catch(() => undefined);
  }

  #file(lab: string): string {
    return join(this.folder, `${lab}.json`);
  }
}
