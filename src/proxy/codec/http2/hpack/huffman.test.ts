import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { generator } from '../../random.fake.ts';
import { HpackError } from './hpack-error.ts';
import { codeLengths, codes, endOfString } from './huffman-code.ts';
import { decodeHuffman } from './huffman-decoder.ts';
import { encodeHuffman, huffmanLength } from './huffman-encoder.ts';

function encode(text: string): Buffer {
  const out = Buffer.alloc(huffmanLength(text) + 1, 0x55);
  const end = encodeHuffman(text, out, 0);
  assert.equal(end, out.length - 1);
  assert.equal(out[end], 0x55);
  return out.subarray(0, end);
}

const decode = (data: Buffer) => decodeHuffman(data, 0, data.length);

/** Bits as bytes. */
const bytes = (bits: string) =>
  Buffer.from(
    bits
      .replaceAll(' ', '')
      .match(/.{8}/g)!
      .map((b) => Number.parseInt(b, 2)),
  );
const ones = (count: number) => '1'.repeat(count);

it('has the code of RFC 7541 Appendix B', () => {
  for (const [symbol, code, bits] of [
    [0, 0x1ff8, 13],
    [9, 0xffffea, 24],
    [10, 0x3ffffffc, 30],
    [38, 0xf8, 8],
    [48, 0x0, 5],
    [97, 0x3, 5],
    [122, 0x7b, 7],
    [127, 0xffffffc, 28],
    [195, 0x7fff1, 19],
    [255, 0x3ffffee, 26],
    [endOfString, 0x3fffffff, 30],
  ] as const) {
    assert.deepEqual([codes[symbol], codeLengths[symbol]], [code, bits], String(symbol));
  }
});

it('leaves no bits without a meaning', () => {
  const space = codeLengths.reduce((sum, bits) => sum + 2 ** -bits, 0);
  assert.equal(space, 1);
});

it('gives back every pair of bytes', () => {
  for (let first = 0; first < 256; first++) {
    for (let second = 0; second < 256; second++) {
      const text = String.fromCharCode(first, second);
      if (decode(encode(text)) !== text) assert.fail(`bytes ${first} ${second}`);
    }
  }
});

it('gives back strings of any bytes and lengths', () => {
  const random = generator(1);
  for (let i = 0; i < 2000; i++) {
    const length = i < 1990 ? random(100) : random(70_000);
    const text = Buffer.from(Array.from({ length }, () => random(256))).toString('latin1');
    assert.equal(decode(encode(text)), text);
  }
});

it('reads a part of a buffer only', () => {
  const data = Buffer.concat([Buffer.from([0xff]), encode('www.example.com'), Buffer.from([0x00])]);
  assert.equal(decodeHuffman(data, 1, data.length - 1), 'www.example.com');
});

describe('refuses', () => {
  const [zero, a] = ['00000', '00011'];
  for (const [name, bits] of Object.entries({
    'padding of zeros': `${a} 000`,
    'padding of one zero': `${a} 110`,
    'padding of eight bits': `${a}${a}${a}${a}${a}${a}${zero}${zero} ${ones(8)}`,
    'padding of eleven bits': `${a} ${ones(11)}`,
    'nothing but padding': ones(8),
    'a code without its end': `${ones(12)} 0000`,
    'the end of string where a byte ends': `${a}${a} ${ones(30)}`,
    'the end of string, padded': `${a}${a}${a} ${ones(30)} 111`,
    'the end of string between symbols': `${ones(30)} ${a}${a}`,
    'the end of string alone': ones(32),
  })) {
    it(name, () => assert.throws(() => decode(bytes(bits)), HpackError));
  }

  it('but no padding of up to seven ones', () => {
    assert.equal(decode(bytes(`${a} 111`)), 'a');
    assert.equal(decode(bytes(`${a}${a} 111111`)), 'aa');
    // "&" is eight bits, "X" too: no padding; "0" and "3", eleven: five ones.
    assert.equal(decode(bytes('11111000')), '&');
    assert.equal(decode(bytes(`${zero} 011001 11111`)), '03');
    assert.equal(decode(Buffer.alloc(0)), '');
  });
});
