import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LogStore } from './log-store.ts';

const texts = (store: LogStore, from = 0) => store.from(from).map(({ text }) => text);

describe('LogStore', () => {
  it('makes lines of chunks, split anywhere, also within a character', () => {
    const bytes = Buffer.from('eins\nzwö\r\n\nvier\n');
    for (let cut = 0; cut <= bytes.length; cut++) {
      const store = new LogStore(() => {});
      store.append('stdout', bytes.subarray(0, cut), 1);
      store.append('stdout', bytes.subarray(cut), 2);
      assert.deepEqual(texts(store), ['eins', 'zwö', '', 'vier'], `cut at ${cut}`);
      assert.deepEqual(store.partial(3), []);
    }
  });

  it('keeps the streams apart and the order together', () => {
    const store = new LogStore(() => {});
    store.append('stdout', Buffer.from('half '), 1);
    store.append('stderr', Buffer.from('error\n'), 2);
    store.append('stdout', Buffer.from('line\n'), 3);
    assert.deepEqual(
      store.from(0).map(({ sequence, stream, time, text }) => [sequence, stream, time, text]),
      [
        [0, 'stderr', 2, 'error'],
        [1, 'stdout', 3, 'half line'],
      ],
    );
  });

  it('shows what has no end yet, and makes a line of it at the end of the stream', () => {
    const store = new LogStore(() => {});
    store.append('stdout', Buffer.from('login: '), 1);
    assert.deepEqual(
      store.partial(5).map(({ text, time }) => [text, time]),
      [['login: ', 5]],
    );
    assert.deepEqual(texts(store), []);
    store.end('stdout', 6);
    assert.deepEqual(texts(store), ['login: ']);
    assert.deepEqual(store.partial(7), []);
    store.end('stdout', 8);
    assert.equal(store.next, 1);
  });

  it('drops the oldest lines beyond its limit, never a new one', () => {
    const store = new LogStore(() => {}, 10_000);
    for (let i = 0; i < 1000; i++) store.append('stdout', Buffer.from(`line ${i}\n`), i);
    const kept = store.from(0);
    assert.equal(kept.at(-1)!.text, 'line 999');
    assert.ok(kept.length > 50 && kept.length < 120, String(kept.length));
    assert.equal(kept[0]!.text, `line ${kept[0]!.sequence}`);
    assert.deepEqual(texts(store, 998), ['line 998', 'line 999']);
    assert.deepEqual(texts(store, 1000), []);
  });

  it('cuts a line that never ends', () => {
    const store = new LogStore(() => {});
    for (let i = 0; i < 10; i++) store.append('stdout', Buffer.alloc(100_000, 'x'), i);
    assert.ok(store.from(0).length >= 3);
    const total = texts(store).join('').length + (store.partial(0)[0]?.text.length ?? 0);
    assert.equal(total, 1_000_000);
  });

  it('tells of each change', () => {
    let count = 0;
    const store = new LogStore(() => count++);
    store.append('stdout', Buffer.from('a\n'), 0);
    store.end('stdout', 0);
    assert.equal(count, 2);
  });
});
