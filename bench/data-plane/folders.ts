import { mkdtempSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let root: string | undefined;

/** A new folder; all of them go when this process ends, also by Ctrl-C. */
export function newFolder(): Promise<string> {
  root ??= makeRoot();
  return mkdtemp(join(root, ''));
}

function makeRoot(): string {
  const folder = mkdtempSync(join(tmpdir(), 'envoy-lab-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
  return `${folder}/`;
}
