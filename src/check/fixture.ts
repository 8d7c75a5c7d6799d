import type { CurlResult } from '../curl/curl.ts';
import type { Expectation, Step } from '../sandbox/check.ts';

/** Data for the tests of this folder. */

const at = { file: 'sandbox.yaml', line: 1, column: 1 };

export function expectation(parts: Partial<Expectation> = {}): Expectation {
  return {
    status: [],
    headers: [],
    body: [],
    json: [],
    timeMs: undefined,
    exitCode: undefined,
    stdout: [],
    stderr: [],
    stats: [],
    logs: [],
    spread: undefined,
    ...parts,
  };
}

export function step(parts: Partial<Step> & Pick<Step, 'action'>): Step {
  return { at, repeat: 1, parallel: 1, eventuallyMs: undefined, expect: expectation(), ...parts };
}

export function curlResult(parts: Partial<CurlResult> = {}): CurlResult {
  return {
    exitCode: 0,
    status: 200,
    headers: new Map(),
    body: '',
    timeMs: 1,
    stderr: '',
    command: 'curl http://web/',
    ...parts,
  };
}
