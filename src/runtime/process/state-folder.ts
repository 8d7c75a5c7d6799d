import { readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../../error.ts';
import type { ProcessIdentity } from '../../process/identity.ts';
import type { LabIdentity } from '../node-spec.ts';

/** What a supervisor writes down of itself, so that clients and a later sweep find it. */
export interface SupervisorRecord {
  /** Of the control protocol. */
  readonly version: number;
  readonly identity: LabIdentity;
  readonly mode: 'namespaces' | 'loopback';
  /** ms since the epoch. */
  readonly createdAt: number;
  readonly process: ProcessIdentity;
  /** What holds the namespaces of the lab: when it has ended, the kernel has ended everything in them. */
  readonly holder?: ProcessIdentity;
  /** Present in every process of a loopback lab, as the environment variable `ENVOY_LAB_MARK`. */
  readonly mark: string;
}

export const RECORD_FILE = 'supervisor.json';
export const SOCKET_FILE = 'control.sock';
export const LOG_FILE = 'supervisor.log';

/** Folder of all labs of this runtime. */
export function labsFolder(stateDir: string): string {
  return join(stateDir, 'process');
}

/** Takes the folder of all labs away when there is none in it; who makes the next lab makes it again. */
export function tidyLabsFolder(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Another lab is there, or another was quicker.
  }
}

/** The one folder a lab leaves on the host. */
export function labFolder(stateDir: string, lab: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(lab)) {
    throw new LabError('usage', `a lab cannot be named ${JSON.stringify(lab)}`, {
      hint: 'Use letters, digits, dots, dashes and underscores.',
    });
  }
  return join(labsFolder(stateDir), lab);
}

/** Names of the lab folders there are, alive or not, and of folders half made (they start with a dot). */
export function listFolders(stateDir: string): string[] {
  try {
    return readdirSync(labsFolder(stateDir)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new LabError('runtime', `cannot read ${labsFolder(stateDir)}`, { cause: error });
  }
}

/** The record in a lab folder, or undefined when there is none that can be read. */
export function readRecord(folder: string): SupervisorRecord | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, RECORD_FILE), 'utf8')) as SupervisorRecord;
  } catch {
    return undefined;
  }
}

/** Longest path a Unix socket may have: `sun_path` has 108 bytes on Linux, 104 on macOS, the last one a zero. */
export const SOCKET_PATH_LIMIT = process.platform === 'linux' ? 107 : 103;
