import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BlockWriter } from './block-writer.ts';
import { HpackDecoder } from './decoder.ts';
import { HpackEncoder } from './encoder.ts';
import { decodeBlock, encodeBlock, type Field, tableOf } from './hpack.fake.ts';

// The examples of RFC 7541 Appendix C, as data: bytes, what they mean, and the table after them.

describe('C.1, integers', () => {
  for (const [mask, value, bytes] of [
    [0x1f, 10, '0a'],
    [0x1f, 1337, '1f9a0a'],
    [0xff, 42, '2a'],
  ] as const) {
    it(`writes ${value} as ${bytes}`, () => {
      const block = new BlockWriter();
      block.integer(0, mask, value);
      assert.equal(block.bytes().toString('hex'), bytes);
    });
  }
});

interface Step {
  readonly block: string;
  readonly fields: readonly Field[];
  readonly table: readonly Field[];
}

const www: Field = [':authority', 'www.example.com'];
const noCache: Field = ['cache-control', 'no-cache'];
const custom: Field = ['custom-key', 'custom-value'];
const start: readonly Field[] = [[':method', 'GET'], [':scheme', 'http'], [':path', '/'], www];
const secure: readonly Field[] = [
  [':method', 'GET'],
  [':scheme', 'https'],
  [':path', '/index.html'],
  www,
  custom,
];
const requests = (blocks: readonly [string, string, string]): Step[] => [
  { block: blocks[0], fields: start, table: [www] },
  { block: blocks[1], fields: [...start, noCache], table: [noCache, www] },
  { block: blocks[2], fields: secure, table: [custom, noCache, www] },
];

const found: Field = [':status', '302'];
const redirect: Field = [':status', '307'];
const isPrivate: Field = ['cache-control', 'private'];
const date21: Field = ['date', 'Mon, 21 Oct 2013 20:13:21 GMT'];
const date22: Field = ['date', 'Mon, 21 Oct 2013 20:13:22 GMT'];
const location: Field = ['location', 'https://www.example.com'];
const gzip: Field = ['content-encoding', 'gzip'];
const cookie: Field = ['set-cookie', 'foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1'];
const responses = (blocks: readonly [string, string, string]): Step[] => [
  {
    // The table of these examples holds 256 bytes.
    block: `3fe101${blocks[0]}`,
    fields: [found, isPrivate, date21, location],
    table: [location, date21, isPrivate, found],
  },
  {
    block: blocks[1],
    fields: [redirect, isPrivate, date21, location],
    table: [redirect, location, date21, isPrivate],
  },
  {
    block: blocks[2],
    fields: [[':status', '200'], isPrivate, date22, location, gzip, cookie],
    table: [cookie, gzip, date22],
  },
];

const examples: Readonly<Record<string, readonly Step[]>> = {
  'C.2.1, a literal with indexing': [
    {
      block: '400a637573746f6d2d6b65790d637573746f6d2d686561646572',
      fields: [['custom-key', 'custom-header']],
      table: [['custom-key', 'custom-header']],
    },
  ],
  'C.2.2, a literal without indexing': [
    { block: '040c2f73616d706c652f70617468', fields: [[':path', '/sample/path']], table: [] },
  ],
  'C.2.3, a literal never indexed': [
    { block: '100870617373776f726406736563726574', fields: [['password', 'secret']], table: [] },
  ],
  'C.2.4, an indexed field': [{ block: '82', fields: [[':method', 'GET']], table: [] }],
  'C.3, requests': requests([
    '828684410f7777772e6578616d706c652e636f6d',
    '828684be58086e6f2d6361636865',
    '828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565',
  ]),
  'C.4, requests in Huffman code': requests([
    '828684418cf1e3c2e5f23a6ba0ab90f4ff',
    '828684be5886a8eb10649cbf',
    '828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf',
  ]),
  'C.5, responses': responses([
    '4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d546e1768747470733a2f2f7777772e6578616d706c652e636f6d',
    '4803333037c1c0bf',
    '88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a69707738666f6f3d4153444a4b48514b425a584f5157454f50495541585157454f49553b206d61782d6167653d333630303b2076657273696f6e3d31',
  ]),
  'C.6, responses in Huffman code': responses([
    '488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3',
    '4883640effc1c0bf',
    '88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007',
  ]),
};

for (const [name, steps] of Object.entries(examples)) {
  it(name, () => {
    const decoder = new HpackDecoder();
    for (const { block, fields, table } of steps) {
      assert.deepEqual(decodeBlock(decoder, block), fields);
      assert.deepEqual(tableOf(decoder), table);
    }
  });
}

it('writes the requests of C.4 as they stand there', () => {
  const encoder = new HpackEncoder();
  for (const { block, fields } of examples['C.4, requests in Huffman code']!) {
    assert.equal(encodeBlock(encoder, fields).toString('hex'), block);
  }
});
