/** A thing to time. `run` is what is timed; `before` and `after` are not. */
export interface Contender {
  readonly name: string;
  before?(): Promise<void>;
  run(): Promise<void>;
  after?(): Promise<void>;
}

/** Times in ms of one contender, a round each. */
export interface Timing {
  readonly name: string;
  readonly times: readonly number[];
}

/**
 * Times all contenders in turn, round after round, so that a machine whose speed drifts drifts for all of them. The
 * first round warms up and does not count.
 */
export async function interleave(contenders: readonly Contender[], rounds: number): Promise<Timing[]> {
  const times = contenders.map((): number[] => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [index, contender] of contenders.entries()) {
      await contender.before?.();
      const start = performance.now();
      await contender.run();
      const time = performance.now() - start;
      await contender.after?.();
      if (round > 0) times[index]!.push(time);
    }
  }
  return contenders.map(({ name }, index) => ({ name, times: times[index]! }));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** A Markdown table: median, spread and ratio to the peer, which is the timing of that name. */
export function table(timings: readonly Timing[], peer: string): string {
  const base = median(timings.find(({ name }) => name === peer)!.times);
  const rows = timings.map(({ name, times }) => {
    const [low, high] = [Math.min(...times), Math.max(...times)];
    const middle = median(times);
    return `| ${name} | ${middle.toFixed(0)} | ${low.toFixed(0)} – ${high.toFixed(0)} | ${(middle / base).toFixed(2)} |`;
  });
  return [`| what | median ms | least – most | ratio to \`${peer}\` |`, '|---|---|---|---|', ...rows].join(
    '\n',
  );
}
