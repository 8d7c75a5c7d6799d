import { closeSync, writeSync } from 'node:fs';
import { toWire } from '../protocol/wire-error.ts';
import type { InnerConfig, StartReport, SupervisorConfig } from './config.ts';
import { runInner } from './inner.ts';
import { runOuter } from './outer.ts';

// The supervisor's own program. A client starts `outer` with descriptor 3 as a pipe and reads one line from it; `outer`
// starts `inner` in the lab's namespaces.

const [role, json] = process.argv.slice(2);
if (role === 'inner') {
  await runInner(JSON.parse(json!) as InnerConfig, process);
} else {
  let report: StartReport = { ready: true };
  try {
    await runOuter(JSON.parse(json!) as SupervisorConfig, process);
  } catch (error) {
    report = { error: toWire(error) };
  }
  try {
    writeSync(3, `${JSON.stringify(report)}\n`);
    closeSync(3);
  } catch {
    // Whoever started it has gone; the lab stays, as after any other end of its client.
  }
  if ('error' in report) process.exit(1);
}
