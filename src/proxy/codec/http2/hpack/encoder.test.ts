import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { generator } from '../../random.fake.ts';
import { HpackDecoder } from './decoder.ts';
import { HpackEncoder } from './encoder.ts';
import { decodeBlock, encodeBlock, type Field, randomFields, tableOf } from './hpack.fake.ts';

const hex = (encoder: HpackEncoder, ...fields: Field[]) => encodeBlock(encoder, fields).toString('hex');

describe('what it writes is read back', () => {
  for (const size of [0, 40, 100, 4096, 65_536]) {
    it(`with a table of ${size} bytes`, () => {
      const random = generator(size + 7);
      const [encoder, decoder] = [new HpackEncoder(size), new HpackDecoder(size)];
      const repertoire = Array.from({ length: 6 }, () => randomFields(random));
      encoder.setMaxTableSize(size);
      for (let i = 0; i < 3000; i++) {
        const fields = random(8) === 0 ? randomFields(random) : repertoire[random(6)]!;
        assert.deepEqual(decodeBlock(decoder, encodeBlock(encoder, fields)), fields);
      }
      const held = tableOf(decoder).reduce((sum, [name, value]) => sum + name.length + value.length + 32, 0);
      assert.ok(held <= size, `${held} bytes`);
    });
  }

  it('while the peer changes the size of the table', () => {
    const random = generator(99);
    const [encoder, decoder] = [new HpackEncoder(10_000), new HpackDecoder(10_000)];
    const repertoire = Array.from({ length: 6 }, () => randomFields(random));
    for (let i = 0; i < 5000; i++) {
      if (random(10) === 0) {
        for (let times = 1 + random(3); times > 0; times--) {
          encoder.setMaxTableSize([0, 50, 200, 4096, 10_000, 4_294_967_295][random(6)]!);
        }
      }
      const fields = random(8) === 0 ? randomFields(random) : repertoire[random(6)]!;
      assert.deepEqual(decodeBlock(decoder, encodeBlock(encoder, fields)), fields);
    }
  });

  it('blocks of many fields and long ones', () => {
    const [encoder, decoder] = [new HpackEncoder(), new HpackDecoder()];
    const fields = Array.from({ length: 300 }, (_, i): Field => [`x-${i}`, '\xff'.repeat(i * 10)]);
    for (let i = 0; i < 3; i++) assert.deepEqual(decodeBlock(decoder, encodeBlock(encoder, fields)), fields);
    const short: Field[] = [[':status', '200']];
    assert.deepEqual(decodeBlock(decoder, encodeBlock(encoder, short)), short);
  });
});

describe('writes a field', () => {
  it('as its index where the static table has it', () => {
    assert.equal(hex(new HpackEncoder(), [':status', '200'], [':method', 'POST'], [':path', '/']), '888384');
  });

  it('as its index once it was written in full', () => {
    const encoder = new HpackEncoder();
    assert.equal(hex(encoder, ['x-a', '1']), '4003782d610131');
    assert.equal(hex(encoder, ['x-b', '1'], ['x-a', '1']), '4003782d620131bf');
    assert.equal(hex(encoder, ['x-b', '1'], ['x-a', '1']), 'bebf');
  });

  it('with the index of its name where only that is known', () => {
    const encoder = new HpackEncoder();
    hex(encoder, ['x-a', '1']);
    assert.equal(hex(encoder, ['x-a', '2']), '7e0132');
    assert.equal(hex(encoder, ['server', '!']), '760121');
  });

  for (const name of [
    'age',
    'content-length',
    'etag',
    'if-modified-since',
    'if-none-match',
    'location',
    'set-cookie',
    ':path',
  ]) {
    it(`without indexing: ${name}`, () => {
      const encoder = new HpackEncoder();
      const block = hex(encoder, [name, '!']);
      assert.match(block, /^0/);
      assert.equal(hex(encoder, [name, '!']), block);
    });
  }

  it('never to be indexed: what is asked so, credentials, and cookies short enough to guess', () => {
    const encoder = new HpackEncoder();
    encoder.begin();
    encoder.field('x-a', '!', true);
    encoder.field(':status', '200', true);
    assert.equal(encoder.end().toString('hex'), '1003782d61012118821001');
    assert.equal(hex(encoder, ['authorization', '!']), '1f080121');
    assert.match(hex(encoder, ['cookie', 'a'.repeat(19)]), /^1f11/);
    assert.match(hex(encoder, ['cookie', 'a'.repeat(20)]), /^60/);
  });

  it('never to be indexed although a table has it', () => {
    const encoder = new HpackEncoder();
    hex(encoder, ['x-a', '!']);
    assert.equal(hex(encoder, ['x-a', '!']), 'be');
    encoder.begin();
    encoder.field('x-a', '!', true);
    assert.equal(encoder.end().toString('hex'), '1f2f0121');
    assert.equal(hex(encoder, ['x-a', '!']), 'be');
  });

  it('without indexing if it took more than three quarters of the table', () => {
    const encoder = new HpackEncoder();
    const longest = 3072 - 32 - 3;
    assert.match(hex(encoder, ['x-a', '!'.repeat(longest + 1)]), /^00/);
    assert.match(hex(encoder, ['x-a', '!'.repeat(longest)]), /^40/);
  });

  it('without indexing when its name has new values all the time', () => {
    const encoder = new HpackEncoder();
    const blocks = Array.from({ length: 64 }, (_, i) => hex(encoder, ['x-request-id', `!${i}`]));
    assert.equal(blocks.filter((block) => /^(40|7e)/.test(block)).length, 16 + 3);
    // A value that comes again makes up for it.
    assert.match(hex(encoder, ['x-request-id', '!15']), /^[c-f]/);
    assert.match(hex(encoder, ['x-request-id', '!new']), /^7e/);
  });

  it('in Huffman code only where that is shorter', () => {
    assert.equal(hex(new HpackEncoder(), ['age', '0000']), '0f068300000f');
    assert.equal(hex(new HpackEncoder(), ['age', '!!!!']), '0f060421212121');
  });
});

describe('tells of the size of the table', () => {
  const status: Field = [':status', '200'];

  it('nothing while it is the default', () => {
    const encoder = new HpackEncoder();
    encoder.setMaxTableSize(4096);
    encoder.setMaxTableSize(65_536);
    assert.equal(hex(encoder, status), '88');
  });

  it('at the start of the next block, once', () => {
    const encoder = new HpackEncoder();
    encoder.setMaxTableSize(256);
    assert.equal(hex(encoder, status), '3fe10188');
    assert.equal(hex(encoder, status), '88');
  });

  it('the smallest and the last when it was lowered and raised in between', () => {
    const encoder = new HpackEncoder();
    hex(encoder, ['x-a', '1']);
    encoder.setMaxTableSize(256);
    encoder.setMaxTableSize(0);
    encoder.setMaxTableSize(128);
    encoder.setMaxTableSize(4096);
    assert.equal(hex(encoder, ['x-a', '1']), '203fe11f4003782d610131');
  });

  it('only the last when it was raised', () => {
    const encoder = new HpackEncoder(10_000);
    encoder.setMaxTableSize(5000);
    encoder.setMaxTableSize(8000);
    assert.equal(hex(encoder, status), '3fa13e88');
  });

  it('as soon as it wants less than the default itself', () => {
    const encoder = new HpackEncoder(0);
    assert.equal(hex(encoder, status), '2088');
    encoder.setMaxTableSize(4096);
    assert.equal(hex(encoder, ['x-a', '1']), '0003782d610131');
  });
});

describe('a block like the last', () => {
  const fields: Field[] = [
    [':status', '200'],
    ['content-length', '64'],
    ['x-a', '1'],
  ];

  it('is the same bytes, each time for the caller to keep', () => {
    const encoder = new HpackEncoder();
    encodeBlock(encoder, fields);
    const second = encodeBlock(encoder, fields);
    const third = encodeBlock(encoder, fields);
    assert.deepEqual(third, second);
    third.fill(0);
    assert.deepEqual(encodeBlock(encoder, fields), second);
  });

  it('may end earlier, go on longer, or differ anywhere', () => {
    const [encoder, decoder] = [new HpackEncoder(), new HpackDecoder()];
    const more: Field = ['location', '/'];
    for (const block of [
      fields,
      fields,
      fields.slice(0, 2),
      fields.slice(0, 2),
      fields,
      [...fields, more],
      fields,
      [],
      fields,
      [more, ...fields],
      [...fields].reverse(),
      fields,
    ]) {
      assert.deepEqual(decodeBlock(decoder, encodeBlock(encoder, block)), block);
    }
  });

  it('may be given up in between', () => {
    const [encoder, decoder] = [new HpackEncoder(), new HpackDecoder()];
    for (let i = 0; i < 3; i++) decodeBlock(decoder, encodeBlock(encoder, fields));
    encoder.begin();
    encoder.field('location', 'somewhere else');
    const block: Field[] = [['location', 'somewhere else'], ...fields.slice(1)];
    assert.deepEqual(decodeBlock(decoder, encodeBlock(encoder, block)), block);
  });
});
