import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { LabError } from '../../../error.ts';
import { readLine } from '../protocol/lines.ts';
import { fromWire } from '../protocol/wire-error.ts';
import type { StartReport, SupervisorConfig } from '../supervisor/config.ts';

/**
 * Starts a supervisor, apart from this process, its terminal and its streams; returns when the lab is there.
 *
 * @param command interpreter, its options, and the supervisor's file
 */
export async function startSupervisor(command: readonly string[], config: SupervisorConfig): Promise<void> {
  const [file, ...args] = [...command, 'outer', config.identity.lab];
  const child = spawn(file!, args, {
    cwd: '/',
    env: { PATH: config.path, ENVOY_LAB_SUPERVISOR: JSON.stringify(config) },
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  let complaint = '';
  child.stderr!.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-4000);
  });
  const channel = child.stdio[3] as Readable;
  const line = await Promise.race([readLine(channel), failed]).catch((error: unknown) => {
    throw new LabError('runtime', `cannot start the lab's supervisor: ${(error as Error).message}`, {
      cause: error,
    });
  });
  channel.destroy();
  child.stderr!.destroy();
  child.unref();
  if (line === undefined)
    throw new LabError('runtime', `the lab's supervisor ended at once: ${complaint.trim()}`);
  const report = JSON.parse(line) as StartReport;
  if ('error' in report) throw fromWire(report.error);
}
