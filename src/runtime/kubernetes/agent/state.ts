import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isAlive } from '../../../process/identity.ts';
import type { AgentState } from './config.ts';

/** Puts the state into its file in one move: who reads it sees a whole one. */
export function writeState(file: string, state: AgentState): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(draftOf(file), JSON.stringify(state), { mode: 0o600 });
  renameSync(draftOf(file), file);
}

/** @returns undefined when no agent runs that has written it */
export function readState(file: string): AgentState | undefined {
  try {
    const state = JSON.parse(readFileSync(file, 'utf8')) as AgentState;
    return isAlive(state) ? state : undefined;
  } catch {
    return undefined;
  }
}

/** Takes the state's file away, and a draft of it that was left; neither has to be there. */
export function removeState(file: string): void {
  for (const path of [file, draftOf(file)]) rmSync(path, { force: true });
}

const draftOf = (file: string) => `${file}.new`;
