import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CurlResult } from '../curl/curl.ts';
import type { Expectation } from '../sandbox/check.ts';
import { checkAnswer } from './answer.ts';
import { curlResult, expectation } from './fixture.ts';
import type { Failure } from './result.ts';

const curl = (expect: Partial<Expectation>, result: Partial<CurlResult>): Failure[] =>
  checkAnswer(expectation(expect), { kind: 'curl', result: curlResult(result) });

const brief = (failures: readonly Failure[]): string[] =>
  failures.map(({ what, expected, actual }) => `${what}: expected ${expected}, got ${actual}`);

describe('the status', () => {
  const status = [
    { from: 200, to: 200 },
    { from: 400, to: 499 },
  ];
  it('is one of those accepted', () => {
    assert.deepEqual(curl({ status }, { status: 200 }), []);
    assert.deepEqual(curl({ status }, { status: 404 }), []);
    assert.deepEqual(curl({}, { status: 500 }), []);
  });
  it('or fails with the body to see why', () => {
    const [failure, ...more] = curl({ status }, { status: 503, body: 'no healthy\nupstream' });
    assert.deepEqual(more, []);
    assert.deepEqual(failure, {
      what: 'status',
      expected: '200 or 4xx',
      actual: '503',
      detail: ['no healthy', 'upstream'],
    });
  });
});

describe('headers', () => {
  const headers = new Map([
    ['server', ['envoy']],
    ['set-cookie', ['a=1', 'b=2']],
  ]);
  it('are exact, match, or are absent', () => {
    assert.deepEqual(
      curl(
        {
          headers: [
            { name: 'server', match: { kind: 'equals', text: 'envoy' } },
            { name: 'server', match: { kind: 'regex', source: '^ENV', flags: 'i' } },
            { name: 'set-cookie', match: { kind: 'equals', text: 'b=2' } },
            { name: 'set-cookie', match: { kind: 'equals', text: 'a=1, b=2' } },
            { name: 'x-powered-by', match: null },
          ],
        },
        { headers },
      ),
      [],
    );
  });
  it('fail with what is there', () => {
    const failures = curl(
      {
        headers: [
          { name: 'server', match: { kind: 'equals', text: 'env' } },
          { name: 'x-none', match: { kind: 'regex', source: '.', flags: '' } },
          { name: 'set-cookie', match: null },
        ],
      },
      { headers },
    );
    assert.deepEqual(brief(failures), [
      'header server: expected "env", got "envoy"',
      'header x-none: expected matches /./, got absent',
      'header set-cookie: expected absent, got "a=1", "b=2"',
    ]);
  });
});

describe('the body', () => {
  it('contains or matches', () => {
    const body = 'Hello\nworld';
    assert.deepEqual(
      curl(
        {
          body: [
            { kind: 'contains', text: 'lo\nwo' },
            { kind: 'regex', source: '^world$', flags: 'm' },
          ],
        },
        { body },
      ),
      [],
    );
    assert.deepEqual(brief(curl({ body: [{ kind: 'contains', text: 'x' }] }, { body })), [
      'body: expected contains "x", got "Hello\\nworld"',
    ]);
    assert.deepEqual(brief(curl({ body: [{ kind: 'contains', text: 'x' }] }, { body: '' })), [
      'body: expected contains "x", got nothing',
    ]);
  });
  it('is shown in its first lines when it is long', () => {
    const body = Array.from({ length: 20 }, (_, i) => `line ${i} ${'.'.repeat(300)}`).join('\n');
    const [failure] = curl({ body: [{ kind: 'contains', text: 'x' }] }, { body });
    assert.equal(failure!.detail.length, 9);
    assert.equal(failure!.detail[0]!.length, 160);
    assert.equal(failure!.detail[8], '… 12 more lines');
  });
});

describe('JSON', () => {
  const body = JSON.stringify({ items: [{ name: 'a', n: 1, none: null }], deep: { x: [1, 2] } });
  const at = (
    text: string,
    path: readonly (string | number)[],
    value: Expectation['json'][number]['value'],
  ) => ({
    text,
    path,
    value,
  });
  it('has values at paths', () => {
    const json = [
      at('items[0].name', ['items', 0, 'name'], { kind: 'equals', data: 'a' }),
      at('items[0].n', ['items', 0, 'n'], { kind: 'regex', source: '^1$', flags: '' }),
      at('items[0].none', ['items', 0, 'none'], null),
      at('nothing.here', ['nothing', 'here'], null),
      at('deep', ['deep'], { kind: 'equals', data: { x: [1, 2] } }),
    ];
    assert.deepEqual(curl({ json }, { body }), []);
  });
  it('or fails with what is there', () => {
    const json = [
      at('items[0].n', ['items', 0, 'n'], { kind: 'equals', data: '1' }),
      at('items[1]', ['items', 1], { kind: 'regex', source: '.', flags: '' }),
      at('deep', ['deep'], null),
    ];
    assert.deepEqual(brief(curl({ json }, { body })), [
      'json items[0].n: expected "1", got 1',
      'json items[1]: expected matches /./, got absent',
      'json deep: expected absent, got {"x":[1,2]}',
    ]);
    const [failure] = curl({ json }, { body: '<html>' });
    assert.equal(failure!.expected, 'JSON');
    assert.deepEqual(failure!.detail, ['<html>']);
  });
});

describe('without an answer', () => {
  it('only that is told', () => {
    const failures = curl(
      { status: [{ from: 200, to: 200 }], body: [{ kind: 'contains', text: 'x' }] },
      { exitCode: 7, status: 0, stderr: 'curl: (7) Failed to connect\n' },
    );
    assert.deepEqual(failures, [
      { what: "curl's exit code", expected: '0', actual: '7', detail: ['curl: (7) Failed to connect'] },
    ]);
  });
  it('unless that was expected', () => {
    assert.deepEqual(curl({ exitCode: 7 }, { exitCode: 7, status: 0 }), []);
    assert.equal(curl({ exitCode: 7 }, { exitCode: 0 }).length, 1);
  });
});

it('time has a limit', () => {
  assert.deepEqual(curl({ timeMs: 100 }, { timeMs: 100 }), []);
  assert.deepEqual(brief(curl({ timeMs: 100 }, { timeMs: 250.4 })), [
    'time: expected at most 100 ms, got 250 ms',
  ]);
});

it('a command has an exit code, stdout and stderr', () => {
  const result = { exitCode: 0, stdout: '{"a":1}\n', stderr: 'warning', timeMs: 1 };
  const expect = expectation({
    stdout: [{ kind: 'contains', text: '"a"' }],
    stderr: [{ kind: 'equals', text: 'warning' }],
    json: [{ path: ['a'], text: 'a', value: { kind: 'equals', data: 1 } }],
  });
  assert.deepEqual(checkAnswer(expect, { kind: 'exec', result }), []);
  assert.deepEqual(checkAnswer(expect, { kind: 'exec', result: { ...result, exitCode: 3, stderr: '' } }), [
    { what: 'exit code', expected: '0', actual: '3', detail: ['{"a":1}'] },
  ]);
});
