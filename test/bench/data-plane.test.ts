import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { frontProxy, managerOf, sidecar } from '../../bench/data-plane/bootstrap.ts';
import { parseOptions } from '../../bench/data-plane/options.ts';
import { failed, type Line, medians, tableHead, tableLine } from '../../bench/data-plane/table.ts';
import { cpuSeconds, residentMiB, used } from '../../bench/data-plane/usage.ts';

describe('the table of the data plane', () => {
  const cells = (line: Line) =>
    tableLine(line)
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());

  it('has as many cells in every line as in its head', () => {
    const figure = medians([1], [2]);
    const short = { work: 'a', unit: 'ms', figure };
    const full = { work: 'b', unit: 'requests/s', figure, p99: figure, cpu: figure, busy: figure };
    const counts = [...tableHead, tableLine(short), tableLine(full)].map((line) => line.split('|').length);
    assert.deepEqual(new Set(counts), new Set([11]));
  });

  it('judges the ratio of medians as it is printed', () => {
    const line = { work: 'w', unit: 'requests/s', p99: medians([2], [2.01], { sign: '≤', ratio: 1 }) };
    const just = cells({
      ...line,
      figure: medians([100, 1, 100], [125, 125, 9], { sign: '≥', ratio: 1.25 }),
    });
    assert.deepEqual(just.slice(3, 7), ['100 / 125', '1.25 (≥ 1.25: yes)', '2.00 / 2.01', '1.00 (≤ 1: yes)']);
    const short = cells({ ...line, figure: medians([100], [124], { sign: '≥', ratio: 1.25 }) });
    assert.equal(short[4], '1.24 (≥ 1.25: **no**)');
  });

  it('says what is not supported, which is not what was asked', () => {
    const figure = medians([100], undefined, { sign: '≥', ratio: 0.8 });
    assert.deepEqual(cells({ work: 'w', unit: 'requests/s', figure }).slice(3, 5), [
      '100 / –',
      'not supported (≥ 0.8: **no**)',
    ]);
  });

  it('has a row that failed say why', () => {
    assert.equal(failed('w', new Error('ts: 3 of 4\nmore')), '| w | **failed: ts: 3 of 4** |');
  });
});

describe('the words of the benchmark', () => {
  it('reads rows, rounds, seconds and contenders', () => {
    const words = ['post', '--rounds', '2', '--seconds', '1', '--only', 'ts,envoy', '--builds', '/a,/b'];
    assert.deepEqual(parseOptions(words, ['get', 'post']), {
      rows: ['post'],
      rounds: 2,
      seconds: 1,
      only: ['ts', 'envoy'],
      builds: ['/a', '/b'],
    });
  });

  it('refuses a row that there is not, and a count that is none', () => {
    assert.throws(
      () => parseOptions(['nosuch'], ['get', 'post']),
      /no row named nosuch: there are get, post/,
    );
    assert.throws(() => parseOptions(['--rounds', '0'], []), /--rounds needs a whole number, not 0/);
    assert.throws(() => parseOptions(['--seconds'], []), /--seconds needs a whole number, not undefined/);
  });
});

describe('the configuration of the benchmark', () => {
  it('is that of the sandbox on the loopback, without its access log', () => {
    for (const [bootstrap, listeners] of [
      [frontProxy(1234), ['http', 'https']],
      [sidecar(1234), ['service']],
    ] as const) {
      assert.deepEqual(
        bootstrap.static_resources.listeners.map(({ name }) => name),
        listeners,
      );
      const text = JSON.stringify(bootstrap);
      assert.match(text, /"port_value":1234/);
      assert.doesNotMatch(text, /access_log|0\.0\.0\.0|STRICT_DNS/);
      assert.equal(managerOf(bootstrap).stat_prefix, 'ingress_http');
    }
  });
});

it('counts the CPU time and the memory of a process', () => {
  const before = cpuSeconds([process.pid]);
  let sum = 0;
  while (used(before, cpuSeconds([process.pid]))[0]! < 0.02) sum += readdirSync('/proc').length;
  assert.ok(sum > 0);
  assert.ok(residentMiB([process.pid]) > 10);
});
