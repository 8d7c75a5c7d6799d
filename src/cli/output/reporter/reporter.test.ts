import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CheckResult } from '../../../check/result.ts';
import { fakeIo } from '../../io.fake.ts';
import { styleFor } from '../style.ts';
import { type ReporterName, reporterFor } from './reporter.ts';

const results: readonly CheckResult[] = [
  { name: 'answers', ok: true, durationMs: 51.4, steps: [], restoreFailures: [] },
  {
    name: 'shares #1 <evenly>',
    ok: false,
    durationMs: 1200,
    steps: [
      { what: 'scale web=3', ok: true, durationMs: 900, failures: [], command: undefined },
      {
        what: 'curl http://web/',
        ok: false,
        durationMs: 300,
        command: 'envoy-lab curl http://web/',
        failures: [{ what: 'status', expected: '200', actual: '503', detail: ['no healthy upstream'] }],
      },
    ],
    restoreFailures: ['could not scale web back to 1'],
  },
];

function report(name: ReporterName, reported = results): string {
  const { io } = fakeIo();
  let text = '';
  const reporter = reporterFor(name, {
    write: (part) => (text += part),
    style: styleFor(io.stdout, {}),
    lab: 'demo',
  });
  for (const result of reported) reporter.ended?.(result);
  reporter.finished(reported);
  return text;
}

describe('reporters', () => {
  it('tty', () => {
    assert.equal(
      report('tty'),
      `✔ answers (51 ms)
✘ shares #1 <evenly> (1.2 s)
    curl http://web/
      status
        expected: 200
        actual:   503
        no healthy upstream
      by hand: envoy-lab curl http://web/
    not put back: could not scale web back to 1

1 passed, 1 failed
`,
    );
    assert.equal(report('tty', []), 'this sandbox has no checks\n');
  });

  it('tap', () => {
    assert.equal(
      report('tap'),
      `TAP version 14
ok 1 - answers
  ---
  duration_ms: 51
  ...
not ok 2 - shares \\#1 <evenly>
  ---
  duration_ms: 1200
  message: |-
    curl http://web/
      status
        expected: 200
        actual:   503
        no healthy upstream
      by hand: envoy-lab curl http://web/
    not put back: could not scale web back to 1
  ...
1..2
`,
    );
  });

  it('junit', () => {
    const xml = report('junit');
    assert.match(
      xml,
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<testsuites tests="2" failures="1" errors="0" time="1.251">/,
    );
    assert.match(xml, /<testcase classname="demo" name="answers" time="0.051"\/>/);
    assert.match(
      xml,
      /name="shares #1 &lt;evenly&gt;" time="1.200">\n {6}<failure message="curl http:\/\/web\/: status">/,
    );
    assert.match(xml, /actual: {3}503/);
  });

  it('json', () => {
    const { lab, passed, failed, checks } = JSON.parse(report('json'));
    assert.deepEqual([lab, passed, failed, checks.length], ['demo', 1, 1, 2]);
    assert.equal(checks[1].steps[1].failures[0].actual, '503');
  });
});
