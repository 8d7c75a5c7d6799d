import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);

/** Runs the built CLI against a state folder of its own; its stdout. */
export async function cli(stateHome: string, ...args: string[]): Promise<string> {
  const env = { ...process.env, XDG_STATE_HOME: stateHome, NO_COLOR: '1' };
  const { stdout } = await run(process.execPath, [`${root}bin/envoy-lab.js`, ...args], {
    env,
    maxBuffer: 1 << 26,
  });
  return stdout;
}

/** What everything is compared with: the start of an empty Node. */
export async function emptyNode(): Promise<void> {
  await run(process.execPath, ['-e', '0']);
}
