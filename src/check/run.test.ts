import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LabError } from '../error.ts';
import type { Check, Step } from '../sandbox/check.ts';
import { curlResult, expectation, step } from './fixture.ts';
import type { CheckResult } from './result.ts';
import { runChecks } from './run.ts';
import type { CheckTarget } from './target.ts';

const at = { file: 'sandbox.yaml', line: 1, column: 1 };
const check = (...steps: readonly Step[]): Check => ({ name: 'it', at, steps });
const curl = (parts: Partial<Step> = {}): Step =>
  step({ action: { kind: 'curl', words: ['http://web/'], from: undefined }, ...parts });
const ok = expectation({ status: [{ from: 200, to: 200 }] });

/** A target that writes down what it is asked, and answers from a script. */
function scripted(answers: Partial<CheckTarget> = {}): CheckTarget & { readonly calls: string[] } {
  const calls: string[] = [];
  const counts = new Map([['web', 1]]);
  const down = new Set<string>();
  const replicas = (node: string): string[] =>
    /-\d+$/.test(node) ? [node] : Array.from({ length: counts.get(node) ?? 1 }, (_, i) => `${node}-${i + 1}`);
  return {
    calls,
    replicas: async (node) => replicas(node),
    running: async (replica) => !down.has(replica),
    curl: async ({ words, from }) => {
      calls.push(`curl ${words.join(' ')}${from ? ` from ${from}` : ''}`);
      return [curlResult()];
    },
    exec: async ({ node, argv }) => {
      calls.push(`exec ${node} ${argv.join(' ')}`);
      return { exitCode: 0, stdout: '', stderr: '', timeMs: 1 };
    },
    scale: async (wanted) => {
      for (const [node, count] of Object.entries(wanted)) {
        calls.push(`scale ${node}=${count}`);
        counts.set(node, count);
      }
    },
    stop: async (node) => {
      calls.push(`stop ${node}`);
      for (const replica of replicas(node)) down.add(replica);
    },
    start: async (node) => {
      calls.push(`start ${node}`);
      for (const replica of replicas(node)) down.delete(replica);
    },
    kill: async ({ node, container, killSignal }) => {
      calls.push(`kill ${node}/${container ?? '*'} ${killSignal}`);
      for (const replica of replicas(node)) down.add(replica);
    },
    waitReady: async (nodes) => void calls.push(`ready ${nodes.join(',')}`),
    stats: async () => new Map(),
    logs: async () => [],
    ...answers,
  };
}

async function run(target: CheckTarget, ...steps: readonly Step[]): Promise<CheckResult> {
  const [result] = await runChecks([check(...steps)], target, { signal: new AbortController().signal });
  return result!;
}

describe('steps', () => {
  it('run in order, until one fails', async () => {
    const target = scripted();
    const result = await run(
      target,
      curl({ expect: ok }),
      curl({ expect: expectation({ status: [{ from: 404, to: 404 }] }) }),
      curl(),
    );
    assert.equal(result.ok, false);
    assert.deepEqual(
      result.steps.map(({ what, ok }) => [what, ok]),
      [
        ['curl http://web/', true],
        ['curl http://web/', false],
      ],
    );
    assert.equal(result.steps[1]!.command, 'envoy-lab curl http://web/');
    assert.deepEqual(target.calls, ['curl http://web/', 'curl http://web/']);
  });

  it('of every kind', async () => {
    const target = scripted();
    const result = await run(
      target,
      curl({ action: { kind: 'curl', words: ['-v', 'http://web/'], from: 'db' } }),
      step({ action: { kind: 'exec', node: 'web', container: 'app', argv: ['echo', 'a b'] } }),
      step({ action: { kind: 'pause', ms: 1 } }),
      step({ action: { kind: 'ready', nodes: ['web', 'db'] } }),
    );
    assert.ok(result.ok);
    assert.deepEqual(target.calls, ['curl -v http://web/ from db', 'exec web echo a b', 'ready web,db']);
    assert.deepEqual(
      result.steps.map(({ what, command }) => [what, command]),
      [
        ['curl -v http://web/ from db', 'envoy-lab curl --from db -v http://web/'],
        ["exec web/app echo 'a b'", "envoy-lab exec --container app web echo 'a b'"],
        ['wait 1 ms', undefined],
        ['wait until web, db are ready', undefined],
      ],
    );
  });

  it('repeat, some at a time, and tell the same failure once', async () => {
    let now = 0;
    let most = 0;
    let count = 0;
    const target = scripted({
      curl: async () => {
        most = Math.max(most, ++now);
        await new Promise(setImmediate);
        now--;
        return [curlResult({ status: count++ < 7 ? 200 : 503 })];
      },
    });
    const result = await run(target, curl({ repeat: 10, parallel: 4, expect: ok }));
    assert.equal(count, 10);
    assert.equal(most, 4);
    assert.equal(result.steps[0]!.what, 'curl http://web/, 10 times, 4 at a time');
    assert.deepEqual(
      result.steps[0]!.failures.map(({ expected, actual }) => [expected, actual]),
      [['200', '503 (3 of 10 times)']],
    );
  });

  it('are done again while eventually lasts', async () => {
    let count = 0;
    const target = scripted({ curl: async () => [curlResult({ status: ++count < 3 ? 503 : 200 })] });
    assert.ok((await run(target, curl({ eventuallyMs: 5000, expect: ok }))).ok);
    assert.equal(count, 3);
  });

  it('fail when eventually is over', async () => {
    const target = scripted({ curl: async () => [curlResult({ status: 503 })] });
    const result = await run(target, curl({ eventuallyMs: 120, expect: ok }));
    assert.equal(result.ok, false);
    assert.ok(result.durationMs >= 100 && result.durationMs < 2000);
  });

  it('fail with the reason when the lab cannot do them', async () => {
    const target = scripted({
      curl: () =>
        Promise.reject(new LabError('runtime', 'web-1 is stopped', { hint: 'envoy-lab start web' })),
    });
    assert.deepEqual((await run(target, curl())).steps[0]!.failures, [
      { what: 'curl', expected: 'no error', actual: 'web-1 is stopped', detail: ['envoy-lab start web'] },
    ]);
  });

  it('are not quiet about a fault of this program', async () => {
    const target = scripted({ curl: () => Promise.reject(new TypeError('oops')) });
    await assert.rejects(run(target, curl()), /oops/);
  });
});

describe('stats', () => {
  const stats = (mode: 'value' | 'increase', value: number) =>
    expectation({
      stats: [{ node: 'web', container: undefined, name: 'rq', mode, match: { op: '==', value } }],
    });
  const counting = (start: number, names = ['rq']) => {
    let rq = start;
    return scripted({
      curl: async () => {
        rq++;
        return [curlResult()];
      },
      stats: async () => new Map(names.map((name) => [name, rq])),
    });
  };

  it('are compared by value, or by what the step added', async () => {
    assert.ok((await run(counting(5), curl({ expect: stats('value', 6) }))).ok);
    assert.ok((await run(counting(5), curl({ repeat: 3, expect: stats('increase', 3) }))).ok);
  });

  it('are waited for', async () => {
    let looks = 0;
    const target = scripted({ stats: async () => new Map([['rq', ++looks < 4 ? 0 : 1]]) });
    assert.ok((await run(target, curl({ expect: stats('value', 1) }))).ok);
  });

  it('fail with the value, and the name that may have been meant', async () => {
    const result = await run(counting(5, ['rqs']), curl({ expect: stats('value', 1) }));
    assert.deepEqual(result.steps[0]!.failures, [
      {
        what: 'stat rq of web',
        expected: '1',
        actual: '0 (there is no such stat)',
        detail: ['did you mean "rqs"?'],
      },
    ]);
  });
});

describe('logs', () => {
  const log = (op: '==' | '>=', value: number) =>
    expectation({
      logs: [
        { node: 'web', container: 'app', line: { kind: 'contains', text: 'GET' }, count: { op, value } },
      ],
    });
  const printing = (lines: readonly string[], after = 0) => {
    let looks = 0;
    return scripted({
      logs: async () =>
        (looks++ < after ? [] : lines).map((text) => ({ node: 'web-1', container: 'app', text })),
    });
  };

  it('are waited for', async () => {
    assert.ok((await run(printing(['GET /'], 2), curl({ expect: log('>=', 1) }))).ok);
  });

  it('of a line that must not come need some patience', async () => {
    assert.equal((await run(printing(['GET /'], 2), curl({ expect: log('==', 0) }))).ok, false);
    assert.ok((await run(printing(['POST /']), curl({ expect: log('==', 0) }))).ok);
  });

  it('fail with the last lines', async () => {
    const result = await run(printing(['POST /', 'PUT /']), curl({ expect: log('>=', 1) }));
    assert.deepEqual(result.steps[0]!.failures, [
      {
        what: 'log of web/app',
        expected: 'a line that contains "GET"',
        actual: '0 of 2 lines since the step began',
        detail: ['web-1/app: POST /', 'web-1/app: PUT /'],
      },
    ]);
  });
});

describe('what a check changed is put back', () => {
  const scale = step({ action: { kind: 'scale', replicas: { web: 3 } } });
  const stop = step({ action: { kind: 'stop', nodes: ['web'] } });
  const start = step({ action: { kind: 'start', nodes: ['web'] } });
  const kill = step({ action: { kind: 'kill', nodes: ['web'], container: 'app', signal: 'SIGKILL' } });
  const failing = curl({ expect: expectation({ status: [{ from: 404, to: 404 }] }) });

  it('when it passes, and when it fails', async () => {
    for (const last of [curl(), failing]) {
      const target = scripted();
      const result = await run(target, scale, stop, kill, last);
      assert.equal(result.ok, last !== failing);
      assert.deepEqual(
        target.calls.filter((call) => !call.startsWith('curl')),
        ['scale web=3', 'stop web', 'kill web/app SIGKILL', 'scale web=1', 'start web-1', 'ready web-1'],
      );
    }
  });

  it('but not what it put back itself', async () => {
    const target = scripted();
    assert.ok(
      (await run(target, scale, step({ action: { kind: 'scale', replicas: { web: 1 } } }), stop, start)).ok,
    );
    assert.deepEqual(target.calls, ['scale web=3', 'scale web=1', 'stop web', 'start web']);
  });

  it('to stopped, when it was stopped before', async () => {
    const target = scripted();
    await target.stop('web', new AbortController().signal);
    target.calls.length = 0;
    assert.ok((await run(target, start)).ok);
    assert.deepEqual(target.calls, ['start web', 'stop web-1']);
  });

  it('before an interrupted run ends', async () => {
    const abort = new AbortController();
    const target = scripted({
      curl: async ({ signal }) => {
        abort.abort();
        signal.throwIfAborted();
        return [];
      },
    });
    await assert.rejects(
      runChecks([check(stop, curl())], target, { signal: abort.signal }),
      (error) => error instanceof LabError && error.code === 'interrupted',
    );
    assert.deepEqual(target.calls, ['stop web', 'start web-1', 'ready web-1']);
  });

  it('or the check fails and says so', async () => {
    const target = scripted({ start: () => Promise.reject(new LabError('runtime', 'no memory')) });
    const result = await run(target, stop);
    assert.equal(result.ok, false);
    assert.deepEqual(result.restoreFailures, ['could not start web-1 again: no memory']);
  });
});

it('progress is told check by check', async () => {
  const told: string[] = [];
  const checks = ['a', 'b'].map((name) => ({ ...check(curl()), name }));
  const results = await runChecks(checks, scripted(), {
    signal: new AbortController().signal,
    observer: {
      checkStarted: ({ name }) => told.push(`start ${name}`),
      checkEnded: ({ name, ok }) => told.push(`end ${name} ${ok}`),
    },
  });
  assert.equal(results.length, 2);
  assert.deepEqual(told, ['start a', 'end a true', 'start b', 'end b true']);
});
