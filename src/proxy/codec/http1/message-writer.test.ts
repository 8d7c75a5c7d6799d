import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MessageWriter } from './message-writer.ts';

const head = 'HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n';
const body = (text: string, length = 5000) => Buffer.alloc(length, text);

/** What was written: as it was then, and the memory itself. */
function sink(taken: boolean) {
  const texts: string[] = [];
  const kept: Buffer[] = [];
  const more: boolean[] = [];
  return {
    texts,
    kept,
    more,
    write(data: Buffer, follows = false) {
      texts.push(data.toString('latin1'));
      kept.push(data);
      more.push(follows);
      return taken;
    },
  };
}

describe('message writer', () => {
  it('writes a head and its body as one piece', () => {
    for (const length of [1, 100, 5000, 16 * 1024]) {
      const out = sink(true);
      const writer = new MessageWriter(out);
      writer.head(head, false);
      writer.body(body('b', length), false, true);
      assert.deepEqual(out.texts, [head + 'b'.repeat(length)]);
    }
  });

  it('writes a longer body behind its head, uncopied, and says that it follows', () => {
    const out = sink(true);
    const writer = new MessageWriter(out);
    const data = body('b', 16 * 1024 + 1);
    writer.head(head, false);
    writer.body(data, true, true);
    assert.deepEqual(out.texts, [`${head}4001\r\n`, data.toString(), '\r\n0\r\n\r\n']);
    assert.equal(out.kept[1], data);
    assert.deepEqual(out.more, [true, true, false]);
  });

  it('uses the same memory for the next long message of a sink that has taken all, whoever writes it', () => {
    const out = sink(true);
    for (const text of ['a', 'b']) {
      const writer = new MessageWriter(out);
      writer.head(head, false);
      writer.body(body(text), false, true);
    }
    assert.equal(out.kept[0]!.buffer, out.kept[1]!.buffer);
    assert.deepEqual(out.texts, [head + 'a'.repeat(5000), head + 'b'.repeat(5000)]);
  });

  it('leaves what it wrote to a sink that keeps it, whatever is written later', () => {
    const slow = sink(false);
    const fast = sink(true);
    const [one, two] = [new MessageWriter(slow), new MessageWriter(fast)];
    for (const text of ['a', 'b', 'c']) {
      one.head(head, false);
      one.body(body(text), false, true);
      two.head(head, false);
      two.body(body('z'), false, true);
    }
    assert.deepEqual(
      slow.kept.map((data) => data.toString('latin1')),
      ['a', 'b', 'c'].map((text) => head + text.repeat(5000)),
    );
  });

  it('sends a head without its body at the end of the tick', async () => {
    const out = sink(true);
    new MessageWriter(out).head(head, false);
    assert.deepEqual(out.texts, []);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(out.texts, [head]);
  });
});
