import { rmSync } from 'node:fs';
import { basename } from 'node:path';
import { killMarked } from './loopback/marked-processes.ts';
import { identify, isAlive } from './process-identity.ts';
import { readRecord } from './state-folder.ts';

/**
 * Removes what is left of a lab whose supervisor has died; a live one is not touched.
 *
 * @param folder a lab's folder, or a draft of one
 * @returns whether there was something to remove
 */
export async function sweepFolder(folder: string): Promise<boolean> {
  const record = readRecord(folder);
  if (record !== undefined && isAlive(record.process)) return false;
  if (record === undefined && draftIsBeingMade(basename(folder))) return false;
  if (record !== undefined) killMarked(record.mark);
  rmSync(folder, { recursive: true, force: true });
  return true;
}

/** A draft's name is `.PID-STARTTIME`. */
function draftIsBeingMade(name: string): boolean {
  const match = /^\.(\d+)-(\w+)$/.exec(name);
  return match !== null && identify(Number(match[1]))?.startTime.replace(/\W/g, '') === match[2];
}
