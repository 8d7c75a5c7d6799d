import { type Engine, envoyEngine, tsEngine } from '../conformance/proxy.ts';
import { differences, printDifferences } from './difference.ts';
import { type Input, withBytes } from './input.ts';
import { minimise } from './minimise.ts';
import { isKnownClass } from './parser-classes.ts';
import { parserDifference } from './parser-difference.ts';
import { Random } from './random.ts';
import { Rig } from './rig.ts';
import { splitDifference } from './splits.ts';

export interface Finding {
  /** Which judge found it; `death` and `stray` are Envoy's neighbours: a proxy died, or wrote what is no message. */
  readonly by: 'split' | 'llhttp' | 'envoy' | 'death' | 'stray';
  readonly input: Input;
  /** What is wrong, for people. */
  readonly text: string;
}

/** How patient each repetition is: a difference that a slow machine makes goes away. */
const repetitions = [2, 5];

/** The three judges of an input: our codec in many splits, llhttp, and Envoy beside our data plane. */
export class Judges implements AsyncDisposable {
  readonly #engines: readonly Engine[];
  #rig: Rig;

  private constructor(engines: readonly Engine[], rig: Rig) {
    this.#engines = engines;
    this.#rig = rig;
  }

  /** `binary`: the real Envoy's path. */
  static async start(binary: string, ts: Engine = tsEngine()): Promise<Judges> {
    const engines = [envoyEngine(binary), ts];
    return new Judges(engines, await Rig.start(engines));
  }

  /** What there is to say against our reading of the inputs; only what comes back every time. */
  async judge(inputs: readonly Input[], seed: number): Promise<Finding[]> {
    const findings: Finding[] = [];
    for (const [i, input] of inputs.entries()) {
      const finding = await judgeCodec(input, seed + i);
      if (finding !== undefined) findings.push(finding);
    }
    return [...findings, ...(await this.compare(inputs))];
  }

  /** The same finding of fewer bytes. */
  async minimise(finding: Finding): Promise<Finding> {
    const { by, input } = finding;
    if (by === 'death' || by === 'stray') return finding;
    const bytes = await minimise(input.bytes, async (candidates) => {
      const inputs = candidates.map((candidate) => withBytes(input, candidate));
      if (by === 'envoy') return (await this.#rig.play(inputs)).map((seen, i) => differ(inputs[i]!, seen));
      const found: boolean[] = [];
      for (const one of inputs) found.push((await judgeCodec(one, 0))?.by === by);
      return found;
    });
    const smaller = (await this.judge([withBytes(input, bytes)], 0)).find((one) => one.by === by);
    return smaller ?? finding;
  }

  /** The part of `judge` that needs proxies. */
  async compare(inputs: readonly Input[]): Promise<Finding[]> {
    const seen = await this.#rig.play(inputs);
    if (!this.#rig.alive) {
      await this.#restart();
      return this.#blame(inputs, 'death', (rig) => !rig.alive);
    }
    const strayed = (rig: Rig) => rig.strays.some((list) => list.length > 0);
    if (strayed(this.#rig)) return this.#blame(inputs, 'stray', strayed);
    const findings: Finding[] = [];
    for (const [i, input] of inputs.entries()) {
      if (!differ(input, seen[i]!)) continue;
      const text = await this.#confirm(input);
      if (text !== undefined) findings.push({ by: 'envoy', input, text });
    }
    return findings;
  }

  /** Plays it alone, again and again; undefined unless it differs every time. */
  async #confirm(input: Input): Promise<string | undefined> {
    let text = '';
    for (const patience of repetitions) {
      const [[envoy, ts] = []] = await this.#rig.play([input], patience);
      const found = differences(input, envoy!, ts!);
      if (found.length === 0) return undefined;
      text = printDifferences(found);
    }
    return text;
  }

  /** Which of the inputs did what `happened` sees; nothing when it does not happen again. */
  async #blame(
    inputs: readonly Input[],
    by: 'death' | 'stray',
    happened: (rig: Rig) => boolean,
  ): Promise<Finding[]> {
    let suspects = inputs;
    let text = '';
    for (let last = false; !last; ) {
      last = suspects.length === 1;
      const half = suspects.slice(0, Math.ceil(suspects.length / 2));
      await this.#rig.play(half, 2);
      const guilty = happened(this.#rig);
      if (guilty) text = `${by}: ${JSON.stringify(this.#rig.strays).slice(0, 2000)}`;
      if (!this.#rig.alive) await this.#restart();
      if (!last) suspects = guilty ? half : suspects.slice(half.length);
      else if (!guilty) return [];
    }
    return [{ by, input: suspects[0]!, text }];
  }

  async #restart(): Promise<void> {
    await this.#rig[Symbol.asyncDispose]();
    this.#rig = await Rig.start(this.#engines);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#rig[Symbol.asyncDispose]();
  }
}

/** The judges that need no proxy. */
export async function judgeCodec(
  input: Input,
  seed: number,
  everywhere = false,
): Promise<Finding | undefined> {
  const split = splitDifference(input, new Random(seed), everywhere);
  if (split !== undefined) return { by: 'split', input, text: split };
  const parser = await parserDifference(input);
  if (parser === undefined || isKnownClass(input, parser)) return undefined;
  return { by: 'llhttp', input, text: `not in test/fuzz/parser-classes.ts: ${parser}` };
}

function differ(input: Input, [envoy, ts]: Awaited<ReturnType<Rig['play']>>[number]): boolean {
  return differences(input, envoy!, ts!).length > 0;
}
