import { failureLines } from './failure-lines.ts';
import type { Reporter, ReporterOptions } from './reporter.ts';

/** JUnit's XML, as CI systems read it: a suite a lab, a case a check; times in seconds. */
export function junitReporter({ write, lab }: ReporterOptions): Reporter {
  return {
    finished(results) {
      const failed = results.filter(({ ok }) => !ok).length;
      const time = seconds(results.reduce((sum, { durationMs }) => sum + durationMs, 0));
      const counts = `tests="${results.length}" failures="${failed}" errors="0" time="${time}"`;
      const cases = results.map((result) => {
        const head = `    <testcase classname="${xml(lab)}" name="${xml(result.name)}" time="${seconds(result.durationMs)}"`;
        if (result.ok) return `${head}/>\n`;
        const lines = failureLines(result);
        const message = xml(
          lines
            .slice(0, 2)
            .map((line) => line.trim())
            .join(': '),
        );
        return `${head}>\n      <failure message="${message}">${xml(lines.join('\n'))}</failure>\n    </testcase>\n`;
      });
      write(
        `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${counts}>\n` +
          `  <testsuite name="${xml(lab)}" ${counts}>\n${cases.join('')}  </testsuite>\n</testsuites>\n`,
      );
    },
  };
}

const seconds = (ms: number) => (ms / 1000).toFixed(3);

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text for XML 1.0, which has no place for most control characters. */
function xml(text: string): string {
  return text
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f]/g, '�')
    .replace(/[&<>"]/g, (character) => entities[character]!);
}
