/** Tests many candidates at once: whether each still shows what is looked for. */
export type Test = (candidates: readonly Buffer[]) => Promise<readonly boolean[]>;

/** Most candidates tested at once, and most rounds. */
const most = { candidates: 200, rounds: 60 };

/** Takes away as many bytes as can go while `test` still says yes: runs of them, ever shorter. */
export async function minimise(bytes: Buffer, test: Test): Promise<Buffer> {
  let best = bytes;
  let rounds = 0;
  for (let size = Math.ceil(best.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    while (rounds++ < most.rounds && best.length > 1) {
      const step = Math.max(size, Math.ceil(best.length / most.candidates));
      const starts = Array.from({ length: Math.ceil(best.length / step) }, (_, i) => i * step);
      const candidates = starts.map((at) => Buffer.concat([best.subarray(0, at), best.subarray(at + step)]));
      const found = (await test(candidates)).indexOf(true);
      if (found < 0) break;
      best = candidates[found]!;
    }
  }
  return best;
}
