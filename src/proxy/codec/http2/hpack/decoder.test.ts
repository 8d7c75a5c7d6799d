import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { generator } from '../../random.fake.ts';
import { BlockComposer } from './block-composer.fake.ts';
import { HpackDecoder, HpackError } from './decoder.ts';
import { decodeBlock, type Field, randomFields, tableOf } from './hpack.fake.ts';

const blockOf = (...parts: string[]) => parts.join('');
/** A literal with indexing of a one-letter name and a value of so many bytes, below 127. */
const entry = (letter: string, length: number) =>
  `4001${Buffer.from(letter).toString('hex')}${length.toString(16).padStart(2, '0')}${'61'.repeat(length)}`;
const field = (letter: string, length: number): Field => [letter, 'a'.repeat(length)];

describe('understands blocks however they are written', () => {
  for (const size of [0, 100, 4096, 65_536]) {
    it(`with a table of up to ${size} bytes`, () => {
      const random = generator(size);
      const composer = new BlockComposer(random, Math.max(size, 4096));
      const decoder = new HpackDecoder(size);
      const repertoire = Array.from({ length: 6 }, () => randomFields(random));
      for (let i = 0; i < 3000; i++) {
        // Much repeats itself, so that what is remembered of blocks is tested too.
        const fields = random(8) === 0 ? randomFields(random) : repertoire[random(6)]!;
        assert.deepEqual(decodeBlock(decoder, composer.compose(fields)), fields);
      }
      assert.deepEqual(tableOf(decoder), composer.table);
    });
  }
});

describe('refuses', () => {
  for (const [name, block] of Object.entries({
    'index 0': '80',
    'an index beyond both tables': 'be',
    'a far index': 'ffffff7f',
    'a name by an index beyond both tables': '7e0161',
    'a name beyond both tables, not indexed': '0f2f0161',
    'an integer that never ends': `ff${'80'.repeat(40)}`,
    'an integer of more than 32 bits': 'ffffffffff7f',
    'an integer padded with too many zeros': 'ff80808080808000',
    'an integer cut off': 'ff',
    'an integer cut off later': 'ff80',
    'a string without a length': '40',
    'a string cut off': '400361',
    'a value cut off': '40016102',
    'no value': '400161',
    'a string longer than any block': '407fffffffff0f61',
    'a table size above what is allowed': '3fe21f',
    'a table size of more than 32 bits': '3fffffffff7f',
    'a table size update after a field': '8220',
    'a table size update in the middle of fields': '823f e1 01 84',
    'Huffman code that ends in the middle': '40 01 61 81 18',
    'Huffman code of nothing but padding': '40 01 61 81 ff',
    'the end of string in Huffman code': '40 01 61 84 ff ff ff ff',
  })) {
    it(name, () => assert.throws(() => decodeBlock(new HpackDecoder(), block), HpackError));
  }
});

describe('takes', () => {
  it('an empty block', () => assert.deepEqual(decodeBlock(new HpackDecoder(), ''), []));

  it('an integer with zeros at its end', () => {
    assert.deepEqual(decodeBlock(new HpackDecoder(), '0f8000 0161'), [['accept-charset', 'a']]);
  });

  it('several table size updates at the start', () => {
    const decoder = new HpackDecoder();
    decodeBlock(decoder, entry('a', 1));
    assert.deepEqual(decodeBlock(decoder, '20 3fe11f 82'), [[':method', 'GET']]);
    assert.deepEqual(tableOf(decoder), []);
  });

  it('a field in the middle of a buffer, and no byte beyond', () => {
    const fields: Field[] = [];
    const sink = { onField: (name: string, value: string) => void fields.push([name, value]) };
    new HpackDecoder().decode(Buffer.from([0xff, 0x82, 0x84, 0xff]), 1, 3, sink);
    assert.deepEqual(fields, [
      [':method', 'GET'],
      [':path', '/'],
    ]);
    const cut = Buffer.from([0x40, 0x01, 0x61, 0x01, 0x62]);
    assert.throws(() => new HpackDecoder().decode(cut, 0, 4, sink), HpackError);
  });
});

describe('a block that comes in parts', () => {
  /** Gives the block byte by byte or so, with what was not whole before. */
  function decodeParts(decoder: HpackDecoder, block: Buffer, random: (below: number) => number): Field[] {
    const fields: Field[] = [];
    const sink = { onField: (name: string, value: string) => void fields.push([name, value]) };
    let rest = Buffer.alloc(0);
    let at = 0;
    while (random(20) > 0) {
      const next = Math.min(block.length, at + random(12));
      rest = Buffer.concat([rest, block.subarray(at, next)]);
      at = next;
      rest = rest.subarray(decoder.decodeSome(rest, 0, rest.length, sink));
    }
    rest = Buffer.concat([rest, block.subarray(at)]);
    decoder.decode(rest, 0, rest.length, sink);
    return fields;
  }

  it('is the same wherever it is cut', () => {
    const random = generator(5);
    const composer = new BlockComposer(random, 4096);
    const decoder = new HpackDecoder();
    for (let i = 0; i < 2000; i++) {
      const fields = randomFields(random);
      const block = composer.compose(fields);
      const read = random(2) === 0 ? decodeParts(decoder, block, random) : decodeBlock(decoder, block);
      assert.deepEqual(read, fields);
    }
    assert.deepEqual(tableOf(decoder), composer.table);
  });

  it('gives a field as soon as it is whole, and says where the next begins', () => {
    const fields: string[] = [];
    const sink = { onField: (name: string) => void fields.push(name) };
    const decoder = new HpackDecoder();
    assert.equal(decoder.decodeSome(Buffer.from('00828440016102', 'hex'), 1, 7, sink), 3);
    assert.deepEqual(fields, [':method', ':path']);
    decoder.decode(Buffer.from('400161026262', 'hex'), 0, 6, sink);
    assert.deepEqual(tableOf(decoder), [['a', 'bb']]);
  });

  it('may break the rules in any of them', () => {
    for (const [first, second] of [
      ['82', '20'],
      ['82', 'be'],
      ['82', 'ff'],
      ['', '4001'],
      ['be', ''],
      ['20 82', '20'],
    ] as const) {
      const decoder = new HpackDecoder();
      const some = Buffer.from(first.replaceAll(' ', ''), 'hex');
      assert.throws(() => {
        decoder.decodeSome(some, 0, some.length, { onField: () => {} });
        decodeBlock(decoder, second);
      }, HpackError);
    }
  });

  it('holds no string longer than any is allowed to be', () => {
    // 65,537 is 127 and 65,410 more.
    const start = Buffer.from('0001617f82ff03', 'hex');
    assert.throws(
      () => new HpackDecoder().decodeSome(start, 0, start.length, { onField: () => {} }),
      HpackError,
    );
    const name = Buffer.from('00ff82ff03', 'hex');
    assert.throws(
      () => new HpackDecoder().decodeSome(name, 0, name.length, { onField: () => {} }),
      HpackError,
    );
    const longest = `000161 7f81ff03 ${'62'.repeat(65_536)}`;
    assert.deepEqual(decodeBlock(new HpackDecoder(), longest), [['a', 'b'.repeat(65_536)]]);
  });

  it('may begin with the table size update that is due, in pieces too', () => {
    const decoder = new HpackDecoder(100);
    decoder.settingsAcknowledged();
    const sink = { onField: () => {} };
    const part = (hex: string) => decoder.decodeSome(Buffer.from(hex, 'hex'), 0, hex.length / 2, sink);
    assert.equal(part(''), 0);
    assert.equal(part('3f'), 0);
    assert.equal(part('3f45'), 2);
    assert.equal(part('20'), 1);
    assert.equal(part('82'), 1);
    assert.throws(() => part('20'), HpackError);
    const other = new HpackDecoder(100);
    other.settingsAcknowledged();
    other.decodeSome(Buffer.alloc(0), 0, 0, sink);
    assert.throws(() => decodeBlock(other, '82'), HpackError);
  });
});

describe('the table', () => {
  it('drops the oldest to stay within its size', () => {
    const decoder = new HpackDecoder();
    // 3f 45 is a size of 100: two entries of 38 bytes fit.
    decodeBlock(decoder, blockOf('3f45', entry('a', 5), entry('b', 5), entry('c', 5)));
    assert.deepEqual(tableOf(decoder), [field('c', 5), field('b', 5)]);
  });

  it('takes an entry of exactly its size', () => {
    const decoder = new HpackDecoder();
    decodeBlock(decoder, blockOf('3f45', entry('a', 5), entry('b', 67)));
    assert.deepEqual(tableOf(decoder), [field('b', 67)]);
  });

  it('is emptied by an entry that is larger', () => {
    const decoder = new HpackDecoder();
    const fields = decodeBlock(decoder, blockOf('3f45', entry('a', 5), entry('b', 68)));
    assert.deepEqual(fields, [field('a', 5), field('b', 68)]);
    assert.deepEqual(tableOf(decoder), []);
  });

  it('keeps a name it has for an entry that drops it', () => {
    const decoder = new HpackDecoder();
    // The name is that of the only entry, which has to go for the new one.
    assert.deepEqual(decodeBlock(decoder, blockOf('3f45', entry('a', 40), `7e28${'62'.repeat(40)}`)), [
      field('a', 40),
      ['a', 'b'.repeat(40)],
    ]);
    assert.deepEqual(tableOf(decoder), [['a', 'b'.repeat(40)]]);
  });

  it('grows with its entries', () => {
    const decoder = new HpackDecoder();
    const letters = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'];
    for (const letter of letters) decodeBlock(decoder, entry(letter, 1));
    assert.deepEqual(tableOf(decoder), letters.map((letter) => field(letter, 1)).reverse());
  });
});

describe('a block that comes again', () => {
  it('means something else once the table has changed', () => {
    const decoder = new HpackDecoder();
    decodeBlock(decoder, entry('a', 1));
    for (let i = 0; i < 3; i++) assert.deepEqual(decodeBlock(decoder, 'be'), [field('a', 1)]);
    decodeBlock(decoder, entry('b', 1));
    for (let i = 0; i < 3; i++) assert.deepEqual(decodeBlock(decoder, 'be'), [field('b', 1)]);
    decodeBlock(decoder, '20');
    assert.throws(() => decodeBlock(decoder, 'be'), HpackError);
  });

  it('changes the size of the table again', () => {
    const decoder = new HpackDecoder();
    for (let i = 0; i < 3; i++) {
      for (let times = 0; times < 3; times++) decodeBlock(decoder, '20 82');
      decodeBlock(decoder, '3fe11f');
    }
    decodeBlock(decoder, '20 82');
    decodeBlock(decoder, entry('a', 1));
    assert.deepEqual(tableOf(decoder), []);
  });

  it('is not taken for one of the same length', () => {
    const decoder = new HpackDecoder();
    for (let i = 0; i < 5; i++) {
      for (let value = 0; value < 256; value++) {
        const block = `8204 02${value.toString(16).padStart(2, '0')}61`;
        assert.deepEqual(decodeBlock(decoder, block)[1], [':path', `${String.fromCharCode(value)}a`]);
      }
    }
  });

  it('is not taken for one of the same checksum', () => {
    const decoder = new HpackDecoder();
    // One more in a byte, and 31 less in the next.
    for (let i = 0; i < 3; i++) {
      assert.deepEqual(decodeBlock(decoder, '04026161'), [[':path', 'aa']]);
      assert.deepEqual(decodeBlock(decoder, '04026242'), [[':path', 'bB']]);
    }
  });

  it('is refused again', () => {
    const decoder = new HpackDecoder();
    for (let i = 0; i < 3; i++) assert.throws(() => decodeBlock(decoder, '82be'), HpackError);
  });
});

describe('once our SETTINGS are acknowledged', () => {
  it('a larger table must be said to be smaller', () => {
    const decoder = new HpackDecoder(100);
    for (let i = 0; i < 3; i++) decodeBlock(decoder, '82');
    decoder.settingsAcknowledged();
    assert.throws(() => decodeBlock(decoder, '82'), HpackError);
  });

  it('what no longer fits is gone', () => {
    const decoder = new HpackDecoder(100);
    decodeBlock(decoder, blockOf(entry('a', 60), entry('b', 60)));
    decoder.settingsAcknowledged();
    assert.deepEqual(decodeBlock(decoder, '3f45 be'), [field('b', 60)]);
    assert.deepEqual(tableOf(decoder), [field('b', 60)]);
    assert.throws(() => decodeBlock(decoder, '3f46'), HpackError);
  });

  it('a table that is small enough already needs no word', () => {
    const decoder = new HpackDecoder(100);
    decodeBlock(decoder, '3f45');
    decoder.settingsAcknowledged();
    assert.deepEqual(decodeBlock(decoder, '82'), [[':method', 'GET']]);
  });

  it('a larger table may be used up to what they say', () => {
    const decoder = new HpackDecoder(5000);
    decoder.settingsAcknowledged();
    assert.deepEqual(decodeBlock(decoder, '3fe926 82'), [[':method', 'GET']]);
    assert.throws(() => decodeBlock(decoder, '3fea26'), HpackError);
  });
});
