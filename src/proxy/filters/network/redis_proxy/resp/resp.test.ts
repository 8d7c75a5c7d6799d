import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RespDecoder } from './decoder.ts';
import { encode, encodeCommand } from './encode.ts';
import { RespError } from './resp-error.ts';
import type { RespValue } from './value.ts';

/** What the bytes come to, in pieces of so many; an error's message ends the list. */
function decode(bytes: string, pieces = bytes.length): (RespValue | string)[] {
  const seen: (RespValue | string)[] = [];
  const decoder = new RespDecoder((value) => seen.push(value));
  const data = Buffer.from(bytes, 'latin1');
  try {
    for (let at = 0; at < data.length; at += pieces) decoder.decode(data.subarray(at, at + pieces));
  } catch (error) {
    assert.ok(error instanceof RespError);
    seen.push(error.message);
  }
  return seen;
}

const bulks = (...texts: string[]): RespValue => ({
  type: 'array',
  items: texts.map((text) => ({ type: 'bulk', text })),
});

describe('what no machine has the memory for', () => {
  /** The message of the error that ends it, of a beginning and pieces that are sent again and again. */
  function endOf(begin: string, piece: string, times: number): string {
    const decoder = new RespDecoder(() => assert.fail('it is no value'));
    const data = Buffer.from(piece);
    try {
      decoder.decode(Buffer.from(begin));
      for (let i = 0; i < times; i++) decoder.decode(data);
    } catch (error) {
      assert.ok(error instanceof RespError);
      return error.message;
    }
    return '';
  }

  test('a value of too many bytes', () => {
    const mebibytes = 'x'.repeat(16 * 1024 * 1024);
    assert.equal(endOf('*1\r\n$500000000\r\n', mebibytes, 15), '');
    assert.equal(endOf('*1\r\n$500000000\r\n', mebibytes, 16), 'value exceeds limit');
  });

  test('values of too many values', () => {
    const array = `*2000000\r\n${'_\r\n'.repeat(2_000_000)}`;
    assert.equal(endOf('*3\r\n', array, 1), '');
    assert.equal(endOf('*3\r\n', array, 2), 'number of values exceeds limit');
  });

  test('a line of too many words', () => {
    const words = 'a '.repeat(1_000_000);
    assert.equal(endOf('', words, 4), '');
    assert.equal(endOf('', words, 5), 'number of words exceeds limit');
  });
});

describe('values', () => {
  const cases: readonly [string, RespValue][] = [
    ['*2\r\n$3\r\nGET\r\n$1\r\na\r\n', bulks('GET', 'a')],
    ['*0\r\n', bulks()],
    ['$-1\r\n', { type: 'null' }],
    ['*-1\r\n', { type: 'null' }],
    ['_\r\n', { type: 'null' }],
    ['$0\r\n\r\n', { type: 'bulk', text: '' }],
    ['$4\r\n\r\n\xff\0\r\n', { type: 'bulk', text: '\r\n\xff\0' }],
    ['+OK\r\n', { type: 'simple', text: 'OK' }],
    ['-ERR no\r\n', { type: 'error', text: 'ERR no' }],
    [':9223372036854775807\r\n', { type: 'integer', value: 9223372036854775807n }],
    [':-9223372036854775808\r\n', { type: 'integer', value: -9223372036854775808n }],
    [
      '%1\r\n+a\r\n:1\r\n',
      {
        type: 'map',
        items: [
          { type: 'simple', text: 'a' },
          { type: 'integer', value: 1n },
        ],
      },
    ],
    ['~1\r\n#t\r\n', { type: 'set', items: [{ type: 'boolean', text: 't' }] }],
    [',-inf\r\n', { type: 'double', text: '-inf' }],
    ['(+12\r\n', { type: 'big', text: '+12' }],
    ['=7\r\ntxt:abc\r\n', { type: 'verbatim', text: 'txt:abc' }],
    ['!3\r\nERR\r\n', { type: 'bulk-error', text: 'ERR' }],
    ['|1\r\n+a\r\n+b\r\n+c\r\n', { type: 'simple', text: 'c' }],
    [
      '*2\r\n*1\r\n:1\r\n*0\r\n',
      { type: 'array', items: [{ type: 'array', items: [{ type: 'integer', value: 1n }] }, bulks()] },
    ],
  ];
  for (const [bytes, value] of cases) {
    test(JSON.stringify(bytes), () => {
      for (let pieces = 1; pieces <= bytes.length; pieces++) {
        assert.deepEqual(decode(bytes + bytes, pieces), [value, value]);
      }
    });
  }

  test('are written as RESP2 has them', () => {
    const written: Readonly<Record<string, string>> = {
      '*-1\r\n': '$-1\r\n',
      '_\r\n': '$-1\r\n',
      '%1\r\n+a\r\n:1\r\n': '*2\r\n+a\r\n:1\r\n',
      '~1\r\n#t\r\n': '*1\r\n:1\r\n',
      ',-inf\r\n': '$4\r\n-inf\r\n',
      '(+12\r\n': '$3\r\n+12\r\n',
      '=7\r\ntxt:abc\r\n': '$3\r\nabc\r\n',
      '!3\r\nERR\r\n': '-ERR\r\n',
      '|1\r\n+a\r\n+b\r\n+c\r\n': '+c\r\n',
    };
    for (const [bytes] of cases) {
      assert.equal(encode(decode(bytes)[0] as RespValue), written[bytes] ?? bytes);
    }
    assert.equal(encodeCommand(['get', 'a']), '*2\r\n$3\r\nget\r\n$1\r\na\r\n');
  });
});

describe('lines', () => {
  const cases: readonly [string, RespValue][] = [
    ['PING\r\n', bulks('PING')],
    ['  get \t a \r\n', bulks('get', 'a')],
    ['get a\nb\r\n', bulks('get', 'a', 'b')],
    ['\r\n', bulks()],
    [`echo "c\\x41\\n\\q" 'a\\'b\\c' ""\r\n`, bulks('echo', 'cA\nq', "a'b\\c", '')],
    ['echo "\\x4g"\r\n', bulks('echo', 'x4g')],
  ];
  for (const [bytes, value] of cases) {
    test(JSON.stringify(bytes), () => {
      for (let pieces = 1; pieces <= bytes.length; pieces++) assert.deepEqual(decode(bytes, pieces), [value]);
    });
  }
});

describe('what is refused', () => {
  const nested = '*1\r\n'.repeat(128);
  const cases: readonly [string, string][] = [
    ['@', 'invalid value type'],
    ['*x', 'invalid integer character'],
    ['*\r\n', 'empty integer'],
    [':\r\n', 'empty integer'],
    ['*-2\r\n', 'negative length'],
    ['%-1\r\n', 'negative length'],
    ['*2000001\r\n', 'length exceeds limit'],
    ['%1000001\r\n', 'array size exceeds limit'],
    ['$536870913\r\n', 'length exceeds limit'],
    [':9223372036854775808\r\n', 'integer overflow'],
    ['$99999999999999999999\r\n', 'integer overflow'],
    [`${nested}*0\r\n`, 'array nesting depth exceeds limit'],
    ['$1\r\nab', 'expected carriage return'],
    ['+a\rb', 'expected new line'],
    ['#x', 'invalid boolean'],
    [', 1\r\n', 'invalid double'],
    ['(x\r\n', 'invalid big'],
    ['_x\r\n', 'invalid null'],
    ['=3\r\nabc\r\n', 'invalid verbatim string'],
    ['a "b\r', 'unbalanced quotes in request'],
    ['a "b"c', 'unbalanced quotes in request'],
    ['a b"', 'unbalanced quotes in request'],
    ["a 'b\r", 'unbalanced quotes in request'],
    ['a "\\\r', 'unbalanced quotes in request'],
  ];
  for (const [bytes, message] of cases) {
    test(JSON.stringify(bytes.slice(-30)), () => {
      for (const pieces of [1, bytes.length]) assert.deepEqual(decode(bytes, pieces), [message]);
    });
  }

  test('what came before is told', () => {
    assert.deepEqual(decode('+a\r\n@'), [{ type: 'simple', text: 'a' }, 'invalid value type']);
  });
});
