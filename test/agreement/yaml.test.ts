import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readDocument } from '../../src/document/document.ts';
import { requireOracle } from '../oracle.ts';
import { dumpBootstrap } from './envoy.ts';

const scalars = [
  ...[
    'true',
    'True',
    'tRue',
    'yes',
    'YES',
    'y',
    'Y',
    'on',
    'oN',
    'off',
    'n',
    'No',
    't',
    'f',
    '"true"',
    "'yes'",
  ],
  ...[
    '1',
    '-1',
    '+1',
    '010',
    '-010',
    '09',
    '00',
    '0x1f',
    '0X1F',
    '-0x1F',
    '0x',
    '0o17',
    '0b11',
    '1_000',
    '-0',
  ],
  ...['1.5', '1.0', '1.', '.5', '1e3', '1E5', '.inf', '-.inf', '.nan', 'NaN', '1:30', '08.5', '0777'],
  ...['2147483647', '2147483648', '-2147483648', '-2147483649', '9223372036854775807', '9223372036854775808'],
  ...[
    '0xffffffffff',
    'null',
    '~',
    '',
    'Null',
    'NULL',
    'nUll',
    '""',
    "'null'",
    '2001-12-14',
    '=',
    '<<',
    '.',
    '..',
  ],
  ...[
    '!!str 5',
    '!!str true',
    '!!int "5"',
    '!!bool "true"',
    '!!null ""',
    '!!float 1.5',
    '! 5',
    '!',
    '!foo 5',
  ],
  ...[
    '&a1',
    '!!binary aGk=',
    'a#b',
    'a #b',
    '1 # c',
    'x, y',
    'x]',
    'http://foo:80/x',
    '?x',
    '-x',
    'a\\b',
    '٣',
  ],
  ...['"\\x41\\u00e9\\t\\/"', '"\\U0001F600"', "'it''s'", '"😀"', '"a\\\\b"'],
  ...[
    '[]',
    '{}',
    '[1, [2], yes,]',
    '{a: 1, "b": yes, c}',
    '{a:1}',
    '{"a":1}',
    '[a: 1]',
    '[http://x, a b]',
    '{x: }',
  ],
  ...[
    '|\n      5',
    '|-\n      x\n\n      y\n',
    '>\n      a\n      b',
    '>-\n      true',
    '|+\n      x\n\n',
    'a\n      b',
  ],
  ...['"a\n      b\n\n      c\\\n      d"', '!!set {x, y}', '!!map {a: 1}', '&b1 {p: 1}'],
];

const keys = [
  '1: a',
  'true: b',
  '~: c',
  '1.5: d',
  '"7": e',
  '0x10: f',
  '!ignore x: g',
  '? k\n    : h',
  'l: 1\n    l: 2',
];

const { path, skip } = requireOracle();

it('our YAML is what Envoy makes of it', { skip }, async () => {
  const values = scalars.map((text, i) => `    s${i}: ${text}\n`).join('');
  const named = keys.map((text) => `    ${text}\n`).join('');
  const merges = '    m: &m {p: 1, q: 2}\n    n:\n      <<: *m\n      q: 3\n    o: *m\n';
  const text = `node:
  id: a
  metadata:
${values}${named}${merges}admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}
`;
  const { value } = readDocument(text, 'f', 'envoy');
  const ours = (value as { node: { metadata: Record<string, unknown> } }).node.metadata;
  const { node } = (await dumpBootstrap(path, text)) as { node: { metadata: Record<string, unknown> } };
  for (const [i, scalar] of scalars.entries()) {
    assert.deepEqual(ours[`s${i}`], node.metadata[`s${i}`], scalar);
  }
  assert.deepEqual(ours, node.metadata);
});
