import { closeSync, writeSync } from 'node:fs';
import { closeInherited } from '../../../process/inherited.ts';
import { toWire } from '../protocol/wire-error.ts';
import type { InnerConfig, StartReport, SupervisorConfig } from './config.ts';

// The supervisor's own program. A client starts `outer` with descriptor 3 as a pipe and reads one line from it; `outer`
// starts `inner` in the lab's namespaces. Each half loads only its own code. The lab's name is there for `ps`.

/** Where the client waits for the report. */
const REPORT_FD = 3;

const config: unknown = JSON.parse(process.env.ENVOY_LAB_SUPERVISOR ?? 'null');
delete process.env.ENVOY_LAB_SUPERVISOR;
delete process.env.ENVOY_LAB_BOOT;
// Nobody reads it once the client has its report; a warning must not end the lab.
process.stderr.on('error', () => {});
if (process.argv[2] === 'inner') void startInner(config as InnerConfig);
else void startOuter(config as SupervisorConfig);

async function startInner(config: InnerConfig): Promise<void> {
  const { runInner } = await import('./inner.ts');
  await runInner(config, process);
}

async function startOuter(config: SupervisorConfig): Promise<void> {
  closeInherited([REPORT_FD]);
  let report: StartReport = { ready: true };
  try {
    if (config.mode === 'loopback') await (await import('./loopback.ts')).runLoopback(config, process);
    else await (await import('./outer.ts')).runOuter(config, process);
  } catch (error) {
    report = { error: toWire(error) };
  }
  try {
    writeSync(REPORT_FD, `${JSON.stringify(report)}\n`);
    closeSync(REPORT_FD);
  } catch {
    // Whoever started it has gone; the lab stays, as after any other end of its client.
  }
  if ('error' in report) process.exit(1);
}
