import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FrameType } from './frame.ts';
import { Outbox } from './outbox.ts';

/** What comes out; `taken`: whether the kernel has it at once. */
function flush(outbox: Outbox, taken: boolean): Buffer[] {
  const pieces: Buffer[] = [];
  outbox.flush({
    write: (data) => {
      pieces.push(data);
      return taken;
    },
  });
  return pieces;
}

describe('the outbox of an HTTP/2 connection', () => {
  it('lets SETTINGS and PING go before all else, in one piece', () => {
    const outbox = new Outbox();
    outbox.rstStream(1, 8);
    outbox.settings([4, 5]);
    outbox.pingAck(Buffer.from('12345678'), 0);
    const [piece, ...more] = flush(outbox, true);
    assert.equal(
      piece!.toString('hex'),
      `000006040000000000000400000005000008060100000000${Buffer.from('12345678').toString('hex')}00000403000000000100000008`,
    );
    assert.deepEqual(more, []);
    assert.ok(outbox.empty);
  });

  it('does not write again what a socket still holds', () => {
    const outbox = new Outbox();
    outbox.windowUpdate(1, 7);
    const [first] = flush(outbox, false);
    const before = Buffer.from(first!);
    outbox.windowUpdate(3, 9);
    flush(outbox, true);
    assert.ok(first!.equals(before));
  });

  it('takes more than a slab, in order', () => {
    const outbox = new Outbox();
    for (let i = 0; i < 10; i++) outbox.frame(FrameType.data, 0, 1, Buffer.alloc(16_384, i));
    const bytes = Buffer.concat(flush(outbox, true));
    assert.equal(bytes.length, 10 * (16_384 + 9));
    for (let i = 0; i < 10; i++) assert.equal(bytes[i * (16_384 + 9) + 9], i);
  });

  it('drops what a failed dispatch has added', () => {
    const outbox = new Outbox();
    outbox.windowUpdate(1, 7);
    const kept = outbox.size;
    for (let i = 0; i < 6; i++) outbox.frame(FrameType.data, 0, 1, Buffer.alloc(16_384));
    outbox.settingsAck();
    outbox.cut(kept, 0);
    assert.equal(Buffer.concat(flush(outbox, true)).toString('hex'), '00000408000000000100000007');
  });
});
