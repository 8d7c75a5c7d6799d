import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RECORD_FILE } from '../state-folder.ts';

/** How often to look, in ms. */
const LOOK_MS = 1000;

/** Calls `gone` when a lab's folder has been taken away: nobody could find the lab, or end it, any more. */
export function watchFolder(folder: string, gone: () => void): void {
  const timer = setInterval(() => {
    if (existsSync(join(folder, RECORD_FILE))) return;
    clearInterval(timer);
    gone();
  }, LOOK_MS);
  timer.unref();
}
