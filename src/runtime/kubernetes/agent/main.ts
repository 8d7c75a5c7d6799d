import { closeSync, writeSync } from 'node:fs';
import { closeInherited } from '../../../process/inherited.ts';
import type { AgentConfig, AgentReport } from './config.ts';
import { runAgent } from './run.ts';

// The agent's own program. The client that starts it reads one report from descriptor 3. The lab's name is there for `ps`.

/** Where the client waits for the report. */
const REPORT_FD = 3;

let told = false;

function tell(report: AgentReport): void {
  if (told) return;
  told = true;
  try {
    writeSync(REPORT_FD, JSON.stringify(report));
    closeSync(REPORT_FD);
  } catch {
    // Whoever started it has gone; the lab stays.
  }
}

const config = JSON.parse(process.env.ENVOY_LAB_AGENT ?? 'null') as AgentConfig;
delete process.env.ENVOY_LAB_AGENT;
closeInherited([REPORT_FD]);
try {
  await runAgent(config, () => tell({ ready: true }));
} catch (error) {
  tell({ error: (error as Error).message });
  process.exit(1);
}
