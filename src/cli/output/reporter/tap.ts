import { failureLines } from './failure-lines.ts';
import type { Reporter, ReporterOptions } from './reporter.ts';

/** Test Anything Protocol, version 14. */
export function tapReporter({ write }: ReporterOptions): Reporter {
  let count = 0;
  let begun = false;
  // Only once there is something to tell: names that mean no check are an error without a report.
  const begin = () => {
    if (!begun) write('TAP version 14\n');
    begun = true;
  };
  return {
    started: begin,
    ended(result) {
      begin();
      count++;
      write(`${result.ok ? 'ok' : 'not ok'} ${count} - ${escapeName(result.name)}\n`);
      const lines = [`duration_ms: ${Math.round(result.durationMs)}`];
      if (!result.ok) lines.push('message: |-', ...failureLines(result).map((line) => `  ${line}`));
      write(['---', ...lines, '...'].map((line) => `  ${line}\n`).join(''));
    },
    finished(results) {
      begin();
      write(`1..${results.length}\n`);
    },
  };
}

/** `#` begins a directive. */
function escapeName(name: string): string {
  return name.replace(/[\\#]/g, '\\$&').replace(/\s+/g, ' ');
}
