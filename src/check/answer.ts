import type { CurlResult } from '../curl/curl.ts';
import type { Expectation, HeaderExpectation, TextMatch } from '../sandbox/check.ts';
import { checkJson } from './json.ts';
import { describeText, matchesText } from './match.ts';
import type { Failure } from './result.ts';
import { firstLines, shorten } from './shorten.ts';
import type { CheckExecResult } from './target.ts';

/** What one run of curl or of a command gave back. */
export type Answer =
  | { readonly kind: 'curl'; readonly result: CurlResult }
  | { readonly kind: 'exec'; readonly result: CheckExecResult };

/** Everything about one answer that is not as expected; spreads, stats and logs are looked at elsewhere. */
export function checkAnswer(expect: Expectation, { kind, result }: Answer): Failure[] {
  const exit = checkExitCode(expect.exitCode ?? 0, kind, result);
  // Without an answer everything else would fail too, and say less.
  if (exit.length > 0) return exit;
  return [
    ...(kind === 'curl' ? checkResponse(expect, result) : checkTexts('stdout', expect.stdout, result.stdout)),
    ...checkTexts('stderr', expect.stderr, result.stderr),
    ...checkJson(expect.json, kind === 'curl' ? result.body : result.stdout),
    ...checkTime(expect.timeMs, result.timeMs),
  ];
}

function checkExitCode(expected: number, kind: Answer['kind'], result: Answer['result']): Failure[] {
  if (result.exitCode === expected) return [];
  const what = kind === 'curl' ? "curl's exit code" : 'exit code';
  const said = result.stderr.trim() === '' && 'stdout' in result ? result.stdout : result.stderr;
  const detail = firstLines(said.trim());
  return [{ what, expected: String(expected), actual: String(result.exitCode), detail }];
}

function checkResponse(expect: Expectation, result: CurlResult): Failure[] {
  const status = checkStatus(expect.status, result);
  return [
    ...status,
    ...expect.headers.flatMap((header) => checkHeader(header, result)),
    // What the body says is shown with the status already.
    ...(status.length > 0
      ? checkTexts('body', expect.body, result.body).map(withoutDetail)
      : checkTexts('body', expect.body, result.body)),
  ];
}

function checkStatus(accepted: Expectation['status'], { status, body }: CurlResult): Failure[] {
  if (accepted.length === 0 || accepted.some(({ from, to }) => status >= from && status <= to)) return [];
  const expected = accepted.map(({ from, to }) => (from === to ? String(from) : `${String(from)[0]}xx`));
  const actual = status === 0 ? 'no answer' : String(status);
  return [{ what: 'status', expected: expected.join(' or '), actual, detail: firstLines(body) }];
}

function checkHeader({ name, match }: HeaderExpectation, { headers }: CurlResult): Failure[] {
  const values = headers.get(name);
  const failure = (expected: string): Failure[] => [
    {
      what: `header ${name}`,
      expected,
      actual:
        values === undefined ? 'absent' : shorten(values.map((value) => JSON.stringify(value)).join(', ')),
      detail: [],
    },
  ];
  if (match === null) return values === undefined ? [] : failure('absent');
  // Several lines of one name mean the same as one line with commas (RFC 9110, 5.3).
  const candidates = values === undefined ? [] : [...values, values.join(', ')];
  return candidates.some((value) => matchesText(match, value)) ? [] : failure(describeText(match));
}

function checkTexts(what: string, matches: readonly TextMatch[], text: string): Failure[] {
  const failed = matches.filter((match) => !matchesText(match, text));
  const actual = text === '' ? 'nothing' : `${text.length} characters`;
  return failed.map((match, index) => ({
    what,
    expected: describeText(match),
    actual: text.length > 0 && text.length <= 80 ? JSON.stringify(text) : actual,
    detail: index === 0 && text.length > 80 ? firstLines(text) : [],
  }));
}

function checkTime(limitMs: number | undefined, timeMs: number): Failure[] {
  if (limitMs === undefined || timeMs <= limitMs) return [];
  return [
    { what: 'time', expected: `at most ${limitMs} ms`, actual: `${Math.round(timeMs)} ms`, detail: [] },
  ];
}

function withoutDetail(failure: Failure): Failure {
  return { ...failure, detail: [] };
}
