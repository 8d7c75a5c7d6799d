/** What has a time, in ms. */
interface Timed {
  readonly time: number;
}

/** Merges streams that are each in the order of time. */
export async function* mergeByTime<T extends Timed>(streams: readonly AsyncIterable<T>[]): AsyncGenerator<T> {
  const readers = streams.map((stream) => stream[Symbol.asyncIterator]());
  try {
    const heads = await Promise.all(readers.map((reader) => reader.next()));
    for (;;) {
      let first = -1;
      for (const [index, head] of heads.entries()) {
        if (!head.done && (first < 0 || head.value.time < (heads[first]!.value as T).time)) first = index;
      }
      if (first < 0) return;
      yield heads[first]!.value as T;
      heads[first] = await readers[first]!.next();
    }
  } finally {
    await Promise.all(readers.map((reader) => reader.return?.()));
  }
}
