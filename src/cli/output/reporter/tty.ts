import { took } from '../duration.ts';
import { failureLines } from './failure-lines.ts';
import type { Reporter, ReporterOptions } from './reporter.ts';

/** For people: a line a check as it ends, what went wrong below it, a sum at the end. */
export function ttyReporter({ write, style }: ReporterOptions): Reporter {
  return {
    ended(result) {
      const mark = result.ok ? style.good('✔') : style.bad('✘');
      write(`${mark} ${result.name} ${style.dim(`(${took(result.durationMs)})`)}\n`);
      if (!result.ok)
        write(
          failureLines(result)
            .map((line) => `    ${line}\n`)
            .join(''),
        );
    },
    finished(results) {
      if (results.length === 0) {
        write('this sandbox has no checks\n');
        return;
      }
      const failed = results.filter(({ ok }) => !ok).length;
      const passed = results.length - failed;
      const sum = `${passed} passed, ${failed} failed`;
      write(`\n${failed === 0 ? style.good(sum) : style.bad(sum)}\n`);
    },
  };
}
