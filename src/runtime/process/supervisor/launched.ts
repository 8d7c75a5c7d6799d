import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { LaunchError } from './container.ts';
import { exitCodeOf } from './exit-code.ts';
import type { Launched } from './isolation.ts';

/**
 * Waits until a launcher says on descriptor 3 that nothing can go wrong any more.
 *
 * @param running called at that moment
 * @throws LaunchError when it ended without saying so
 */
export async function awaitLaunch(
  child: ChildProcess,
  running: (pid: number) => void = () => {},
): Promise<Launched> {
  const exited = exitCodeOf(child);
  const channel = child.stdio[3] as Readable;
  let said = false;
  channel.on('error', () => {});
  channel.once('data', () => {
    said = true;
    if (child.pid !== undefined) running(child.pid);
  });
  // It closes when the command begins: the end of a quick one may be known before what was said is read.
  await once(channel, 'close');
  if (said && child.pid !== undefined) return { process: child, pid: child.pid, exited };
  const code = await exited;
  throw new LaunchError(`its command ended with ${code} before it ran`, code);
}
