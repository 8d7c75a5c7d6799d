import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parse } from 'yaml';
import { readDocument } from './document.ts';

/** YAML, and what Envoy 1.40 shows of it as a Struct in its config_dump. */
const measured: readonly (readonly [string, unknown])[] = [
  ['true', true],
  ['True', true],
  ['TRUE', true],
  ['tRue', 'tRue'],
  ['yes', true],
  ['Y', true],
  ['on', true],
  ['oN', 'oN'],
  ['off', false],
  ['n', false],
  ['t', 't'],
  ['"true"', 'true'],
  ["'yes'", 'yes'],
  ['1', 1],
  ['-1', -1],
  ['+1', 1],
  ['-0', 0],
  ['010', 8],
  ['-010', -8],
  ['09', '09'],
  ['00', 0],
  ['0x1f', 31],
  ['-0x1F', -31],
  ['0x', '0x'],
  ['0o17', '0o17'],
  ['0b11', '0b11'],
  ['1_000', '1_000'],
  ['1.5', '1.5'],
  ['1.0', '1.0'],
  ['1e3', '1e3'],
  ['.5', '.5'],
  ['.inf', '.inf'],
  ['.nan', '.nan'],
  ['1:30', '1:30'],
  ['2147483647', 2147483647],
  ['2147483648', '2147483648'],
  ['-2147483649', '-2147483649'],
  ['0xffffffffff', '1099511627775'],
  ['9223372036854775808', '9223372036854775808'],
  ['2001-12-14', '2001-12-14'],
  ['null', null],
  ['~', null],
  ['', null],
  ['NULL', null],
  ['nUll', 'nUll'],
  ['""', ''],
  ['"5"', '5'],
  ['!!str 5', 5],
  ['!!int "5"', 5],
  ['!!bool "true"', true],
  ['!!null ""', ''],
  ['!!str', ''],
  ['! 5', '5'],
  ['!foo 5', 5],
  ['&a', null],
  ['{x, y: }', { x: null, y: null }],
  ['<<', '<<'],
  ['http://a:80/b#c', 'http://a:80/b#c'],
  ['>-\n  true', 'true'],
  ['|\n  5', '5\n'],
];

it('reads scalars as yaml-cpp and Envoy do', () => {
  for (const [text, expected] of measured) {
    const { value } = readDocument(`a: ${text}\n`, 'f', 'envoy');
    assert.deepEqual(value, { a: expected }, text);
  }
});

it('reads keys as text, and drops what is tagged !ignore', () => {
  const text = '1: a\ntrue: b\n~: c\n1.5: d\n!ignore x: &v e\ny: *v\n"<<": f\n';
  assert.deepEqual(readDocument(text, 'f', 'envoy').value, {
    1: 'a',
    true: 'b',
    null: 'c',
    1.5: 'd',
    y: 'e',
    '<<': 'f',
  });
});

it('has no merge keys', () => {
  const { value } = readDocument('a: &x {p: 1}\nb:\n  <<: *x\n  q: 2\n', 'f', 'envoy');
  assert.deepEqual(value, { a: { p: 1 }, b: { '<<': { p: 1 }, q: 2 } });
});

it('reads scalars as the library does where Envoy has no say', () => {
  const scalars = `0 1 -1 +1 007 0o17 0x1F -0x1F 1.5 -1.5 .5 5. 1e3 1.5E-3 +.5e1 1_000 .inf -.INF +.Inf .nan .NaN -.nan
    true True TRUE tRue false no yes on null Null NULL nULL ~ 0b1 1a a1 1.2.3 12345678901234567890 '5' "true"`;
  for (const text of scalars.split(/\s+/)) {
    assert.deepEqual(readDocument(`a: ${text}\nb:\n`, 'f').value, parse(`a: ${text}\nb:\n`), text);
  }
});

it('reads YAML 1.2 where Envoy has no say', () => {
  const { value } = readDocument('a: yes\nb: 010\nc: 1.5\nd: 0o17\n', 'f');
  assert.deepEqual(value, { a: 'yes', b: 10, c: 1.5, d: 15 });
});
