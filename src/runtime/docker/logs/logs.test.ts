import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Entry, readEntry } from './entry.ts';
import { Gathering } from './gather.ts';
import { Lines } from './lines.ts';
import { mergeByTime } from './merge.ts';
import { Seen } from './seen.ts';

const entry = (time: number, text: string, stream: 'stdout' | 'stderr' = 'stdout'): Entry => ({
  stream,
  stamp: new Date(time).toISOString(),
  time,
  coarse: false,
  bytes: Buffer.from(text),
});

describe('entries', () => {
  const read = (text: string) => {
    const { bytes, ...rest } = readEntry({ stream: 'stdout', bytes: Buffer.from(text) }, 7);
    return { ...rest, text: String(bytes) };
  };

  it('have their time taken off, as Docker and as Podman write it', () => {
    const docker = '2026-11-22T21:43:03.289186499Z';
    assert.deepEqual(read(`${docker} a b\n`), {
      stream: 'stdout',
      stamp: docker,
      time: Date.parse('2026-11-22T21:43:03.289Z'),
      coarse: false,
      text: 'a b\n',
    });
    const podman = read('2026-11-22T22:43:03+01:00 \n');
    assert.deepEqual(
      [podman.time, podman.coarse, podman.text],
      [Date.parse('2026-11-22T21:43:03Z'), true, '\n'],
    );
  });

  it('without a time have that of the reading', () => {
    assert.deepEqual(read('no time here\n'), {
      stream: 'stdout',
      stamp: '',
      time: 7,
      coarse: false,
      text: 'no time here\n',
    });
  });
});

describe('lines', () => {
  const texts = (lines: Lines, entries: readonly Entry[]) =>
    entries.flatMap((one) => lines.add(one)?.text ?? []);
  const piece = 'x'.repeat(16 * 1024);

  it('are put together from the pieces of each stream, characters too', () => {
    const half = Buffer.from('ü');
    const pieces = [
      entry(1, piece),
      entry(1, 'between\n', 'stderr'),
      {
        ...entry(1, ''),
        bytes: Buffer.concat([Buffer.from('y'.repeat(16 * 1024 - 1)), half.subarray(0, 1)]),
      },
      { ...entry(1, ''), bytes: Buffer.concat([half.subarray(1), Buffer.from('\r\n')]) },
    ];
    assert.deepEqual(texts(new Lines(false), pieces), ['between', `${piece}${'y'.repeat(16 * 1024 - 1)}ü`]);
  });

  it('without an end are the last of a life in Docker, and begun in Podman', () => {
    assert.deepEqual(texts(new Lines(false), [entry(1, 'last'), entry(2, 'next\n')]), ['last', 'next']);
    const podman = new Lines(true);
    assert.deepEqual(texts(podman, [entry(1, 'login: ')]), []);
    assert.deepEqual(
      podman.begun().map(({ text }) => text),
      ['login: '],
    );
    assert.deepEqual(texts(podman, [entry(2, 'me\n')]), ['login: me']);
    assert.deepEqual(texts(podman, [entry(3, 'rest')]), []);
    assert.deepEqual(podman.flush(), [{ stream: 'stdout', time: 3, coarse: false, text: 'rest' }]);
    assert.deepEqual(podman.flush(), []);
  });

  it('without measure are cut', () => {
    const lines = new Lines(true);
    const cut = texts(
      lines,
      Array.from({ length: 17 }, () => entry(1, piece)),
    );
    assert.deepEqual(
      cut.map(({ length }) => length),
      [256 * 1024],
    );
    assert.equal(lines.begun()[0]?.text.length, 16 * 1024);
  });
});

describe('what was seen', () => {
  it('is not taken again, however often the same was there', () => {
    const seen = new Seen();
    assert.equal(seen.resume(), undefined);
    const first = [entry(10_000, 'a'), entry(10_000, 'a'), entry(10_400, 'b'), entry(10_300, 'c', 'stderr')];
    assert.ok(first.every((one) => seen.take(one)));
    assert.equal(seen.resume(), 9);
    const again = [...first, entry(10_000, 'a'), entry(10_400, 'b', 'stderr'), entry(13_000, 'd')];
    assert.deepEqual(
      again.map((one) => seen.take(one)),
      [false, false, false, false, true, true, true],
    );
    assert.equal(seen.resume(), 12);
    assert.deepEqual(
      [entry(13_000, 'd'), entry(13_000, 'd')].map((one) => seen.take(one)),
      [false, true],
    );
  });

  it('begins where it was begun on purpose', () => {
    const seen = new Seen();
    seen.take(entry(10_500, 'tail'));
    seen.startAt(entry(10_500, 'tail'));
    seen.resume();
    const again = [entry(10_100, 'older'), entry(10_500, 'tail'), entry(10_600, 'newer')];
    assert.deepEqual(
      again.map((one) => seen.take(one)),
      [false, false, true],
    );
    assert.equal(new Seen(5).resume(), 5);
  });

  it('stays small', () => {
    const seen = new Seen();
    for (let index = 0; index < 50_000; index++) assert.ok(seen.take(entry(index * 10, String(index))));
    seen.resume();
    assert.equal(seen.take(entry(49_999 * 10, '49999')), false);
  });
});

describe('several streams', () => {
  async function* of(...times: number[]) {
    for (const time of times) yield { time };
  }

  it('are merged by time', async () => {
    const merged: number[] = [];
    for await (const { time } of mergeByTime([of(1, 4, 5), of(), of(2, 3, 6)])) merged.push(time);
    assert.deepEqual(merged, [1, 2, 3, 4, 5, 6]);
  });

  it('are gathered as they come, without running ahead of the reader', async () => {
    let given = 0;
    async function* endless() {
      for (; ; given++) yield { time: given };
    }
    const gathering = new Gathering<{ time: number }>();
    gathering.add(endless());
    let read = 0;
    for await (const _ of gathering.read(() => false)) {
      if (++read === 5000) break;
    }
    gathering.close();
    assert.ok(given <= 7000, String(given));
  });

  it('end with the last, or pass on what fails', async () => {
    const gathering = new Gathering<{ time: number }>();
    gathering.add(of(1, 2));
    gathering.add(of(3));
    const read: number[] = [];
    for await (const { time } of gathering.read(() => false)) read.push(time);
    assert.deepEqual(read.sort(), [1, 2, 3]);
    const failing = new Gathering<{ time: number }>();
    // biome-ignore lint/correctness/useYield: it fails before it gives anything
    async function* broken(): AsyncGenerator<{ time: number }> {
      throw new Error('broken');
    }
    failing.add(broken());
    await assert.rejects(failing.read(() => true).next(), { message: 'broken' });
  });
});
