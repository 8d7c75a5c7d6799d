import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { generator } from '../../random.fake.ts';
import { BlockComposer } from './block-composer.fake.ts';
import { HpackDecoder, HpackError } from './decoder.ts';
import { decodeBlock, randomFields } from './hpack.fake.ts';

/** Few enough for every run; `FUZZ_ROUNDS=1000000` for a night. */
const rounds = Number(process.env.FUZZ_ROUNDS ?? 6000);

/** Decodes, or refuses by the one error there is; the fields, or undefined. */
function attempt(decoder: HpackDecoder, block: Buffer): ReturnType<typeof decodeBlock> | undefined {
  try {
    return decodeBlock(decoder, block);
  } catch (error) {
    assert.ok(error instanceof HpackError, `${block.toString('hex')}: ${error}`);
    return undefined;
  }
}

describe('any bytes are fields or an HpackError', () => {
  it('random ones', () => {
    const random = generator(1);
    for (let i = 0; i < rounds; i++) {
      const decoder = new HpackDecoder(random(3) === 0 ? random(9000) : 4096);
      for (let blocks = 1 + random(4); blocks > 0; blocks--) {
        attempt(decoder, Buffer.from(Array.from({ length: random(60) }, () => random(256))));
      }
    }
  });

  it('good ones with something changed, as the blocks before them were good', () => {
    const random = generator(2);
    let refused = 0;
    for (let i = 0; i < rounds / 10; i++) {
      const composer = new BlockComposer(random, 4096);
      const decoder = new HpackDecoder();
      for (let blocks = random(10); blocks > 0; blocks--) {
        const fields = randomFields(random);
        assert.deepEqual(decodeBlock(decoder, composer.compose(fields)), fields);
      }
      const block = composer.compose(randomFields(random));
      for (let times = 1 + random(3); times > 0 && block.length > 0; times--) {
        block[random(block.length)] = random(2) === 0 ? random(256) : 0xff;
      }
      if (
        attempt(decoder, random(3) === 0 ? block.subarray(0, random(block.length + 1)) : block) === undefined
      )
        refused++;
    }
    assert.ok(refused > rounds / 100, `only ${refused} were refused`);
  });
});

it('the same blocks are the same fields, whatever was remembered of them', () => {
  const random = generator(3);
  // Blocks of few kinds of fields: many come again, a few change the table.
  const quiet = ['82', '84', '88', 'be', 'bf', 'c0', '00016100', '0f3f00', '1e026162', '00016101ff'];
  const adding = ['4001610162', '7e0162', '7f0000'];
  // A block with a table size update, here to the size it has, is not remembered.
  const sameSize = Buffer.from('3fe11f', 'hex');
  let read = 0;
  for (let i = 0; i < rounds / 4; i++) {
    const blocks = Array.from({ length: 5 }, () => {
      const kinds = random(4) === 0 ? [...quiet, ...adding] : quiet;
      return Buffer.from(
        Array.from({ length: 1 + random(4) }, () => kinds[random(kinds.length)]!).join(''),
        'hex',
      );
    });
    blocks[0] = Buffer.from(adding[0]!.repeat(3), 'hex');
    const [decoder, forgetful] = [new HpackDecoder(), new HpackDecoder()];
    for (let turn = 0; turn < 40; turn++) {
      const block = blocks[turn === 0 || random(20) === 0 ? 0 : 1 + random(4)]!;
      const fields = attempt(decoder, block);
      assert.deepEqual(fields, attempt(forgetful, Buffer.concat([sameSize, block])), block.toString('hex'));
      if (fields === undefined) break;
      read++;
    }
  }
  assert.ok(read > rounds, `only ${read} blocks were read`);
});
