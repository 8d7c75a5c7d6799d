import { rmSync } from 'node:fs';
import { basename } from 'node:path';
import { hasEnded, identify, isAlive, killProcess } from '../../process/identity.ts';
import { killMarked } from './loopback/marked-processes.ts';
import { readRecord } from './state-folder.ts';

/** How long the kernel may take to end what holds a lab's namespaces, in ms. */
const HOLDER_MS = 1000;

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
  if (record !== undefined) {
    killMarked(record.mark);
    // The kernel is about to end it: its parent has died.
    if (record.holder !== undefined && !(await hasEnded(record.holder, HOLDER_MS))) {
      killProcess(record.holder);
      await hasEnded(record.holder, HOLDER_MS);
    }
  }
  rmSync(folder, { recursive: true, force: true });
  return true;
}

/** A draft's name is `.PID-STARTTIME`. */
function draftIsBeingMade(name: string): boolean {
  const match = /^\.(\d+)-(\w+)$/.exec(name);
  return match !== null && identify(Number(match[1]))?.startTime.replace(/\W/g, '') === match[2];
}
