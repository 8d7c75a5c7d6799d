import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../../../error.ts';
import { identify, isAlive } from '../../../process/identity.ts';
import { PROTOCOL_VERSION } from '../protocol/messages.ts';
import { labFolder, labsFolder, RECORD_FILE, readRecord, type SupervisorRecord } from '../state-folder.ts';
import type { SupervisorConfig } from './config.ts';

/**
 * Makes the lab's folder, with this process as its owner. It appears whole or not at all: the record is written into
 * a folder of another name, whose renaming fails when the lab exists.
 *
 * @throws LabError `runtime` when a lab of that name runs, or the folder cannot be written
 */
export function claimFolder(
  config: SupervisorConfig,
  createdAt: number,
  mark: string = randomUUID(),
): string {
  const { stateDir, identity, mode } = config;
  const folder = labFolder(stateDir, identity.lab);
  const process_ = identify(process.pid);
  if (process_ === undefined) throw new LabError('runtime', 'cannot read the start time of a process');
  const record: SupervisorRecord = {
    version: PROTOCOL_VERSION,
    identity,
    mode,
    createdAt,
    process: process_,
    mark,
  };
  // The name says whose it is, so that a sweep can tell a folder being made from one left behind.
  const draft = join(labsFolder(stateDir), `.${process_.pid}-${process_.startTime.replace(/\W/g, '')}`);
  try {
    mkdirSync(draft, { recursive: true, mode: 0o700 });
    writeFileSync(join(draft, RECORD_FILE), JSON.stringify(record), { mode: 0o600 });
  } catch (error) {
    discard(draft);
    throw new LabError(
      'runtime',
      `cannot write the lab's state below ${stateDir}: ${(error as Error).message}`,
      { hint: 'Set XDG_STATE_HOME to a folder that can be written.', cause: error },
    );
  }
  clearDead(folder, `${draft}old`);
  try {
    renameSync(draft, folder);
  } catch (error) {
    discard(draft);
    throw new LabError('runtime', `a lab named ${identity.lab} runs already`, { cause: error });
  }
  return folder;
}

/** Takes away the folder of a lab whose supervisor has died; moved aside first, since another may be doing the same. */
function clearDead(folder: string, aside: string): void {
  const old = readRecord(folder);
  if (old === undefined || isAlive(old.process)) return;
  try {
    renameSync(folder, aside);
    const moved = readRecord(aside);
    if (moved !== undefined && isAlive(moved.process)) renameSync(aside, folder);
    else rmSync(aside, { recursive: true, force: true });
  } catch {
    // The other was quicker.
  }
}

function discard(draft: string): void {
  try {
    rmSync(draft, { recursive: true, force: true });
  } catch {
    // What keeps it from being written keeps it from being removed; there is nothing in it.
  }
}

/** Writes down what holds the lab's namespaces. */
export function recordHolder(folder: string, pid: number | undefined): void {
  const record = readRecord(folder);
  const holder = pid === undefined ? undefined : identify(pid);
  if (record === undefined || holder === undefined) return;
  const draft = join(folder, `${RECORD_FILE}.new`);
  writeFileSync(draft, JSON.stringify({ ...record, holder }), { mode: 0o600 });
  renameSync(draft, join(folder, RECORD_FILE));
}
