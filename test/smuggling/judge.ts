import { isDeepStrictEqual } from 'node:util';
import { knownDifference } from './known-differences.ts';
import type { Play, Rig, Verdict } from './rig.ts';
import type { Sequence } from './sequence.ts';

/** What is wrong with what came of a sequence. */
export interface Finding {
  readonly play: Play;
  /** For people. */
  readonly text: string;
}

export interface Report {
  readonly sequences: number;
  /** Connections to our proxy: a sequence, cut at one place or nowhere. */
  readonly plays: number;
  readonly findings: readonly Finding[];
}

/** Connections at once. */
const batch = 500;
/** Sequences up to so many bytes are cut at every place, longer ones at both ends and at some places between. */
const everywhere = 2000;
const repetitions = [2, 5];
/** More tell nothing new. */
const enough = 20;

/** Every place to cut a sequence; 0, for none, comes first. HTTP/2 is not cut: its codec's own tests do that. */
export function cutsOf({ bytes, listener }: Sequence): number[] {
  if (listener === 'http2') return [0];
  const all = Array.from({ length: bytes.length }, (_, at) => at);
  if (bytes.length <= everywhere) return all;
  return all.filter((at) => at < 200 || at > bytes.length - 200 || at % 4001 === 0);
}

/**
 * Plays every sequence uncut on both, and cut at every place on ours: whatever the cut, what the client gets, whether
 * the connection ends and what the upstream gets is what came of the whole at Envoy. Without `envoy` it is what came of
 * the whole at ours. Of a request that was refused in the middle of its body the upstream may have seen the head,
 * which depends on when the bytes came: Envoy must have let it through, too, in some cut at the same place.
 */
export async function judge(sequences: readonly Sequence[], ours: Rig, envoy?: Rig): Promise<Report> {
  const expected = new Map<Sequence, Verdict>();
  const whole = sequences.map((sequence) => ({ sequence, cut: 0 }));
  for (const [i, verdict] of (await (envoy ?? ours).play(whole, 2)).entries()) {
    expected.set(sequences[i]!, verdict);
  }
  const plays = sequences.flatMap((sequence) => cutsOf(sequence).map((cut) => ({ sequence, cut })));
  const findings: Finding[] = [];
  for (let at = 0; at < plays.length && findings.length < enough; at += batch) {
    const some = plays.slice(at, at + batch);
    const verdicts = await ours.play(some);
    for (const text of ours.strays.slice(0, 3))
      findings.push({ play: some[0]!, text: `no request of a client: ${text}` });
    const suspects = some.filter(
      ({ sequence }, i) => differs(expected.get(sequence)!, verdicts[i]!) !== undefined,
    );
    findings.push(...(await confirm(suspects, expected, ours, envoy)));
    if (!ours.alive) findings.push({ play: some[0]!, text: 'the proxy died' });
  }
  return { sequences: sequences.length, plays: plays.length, findings };
}

/** Plays them again and again: what differs every time, also from Envoy of the same cut, is a finding. */
async function confirm(
  suspects: readonly Play[],
  expected: ReadonlyMap<Sequence, Verdict>,
  ours: Rig,
  envoy?: Rig,
): Promise<Finding[]> {
  let left: readonly Finding[] = suspects.map((play) => ({ play, text: '' }));
  for (const patience of repetitions) {
    if (left.length === 0) return [];
    const plays = left.map(({ play }) => play);
    const got = await ours.play(plays, patience);
    const same = await envoy?.play(plays, patience);
    left = plays.flatMap((play, i) => {
      const text = differs(expected.get(play.sequence)!, got[i]!);
      if (text === undefined) return [];
      if (same === undefined) return [{ play, text }];
      if (differs(same[i]!, got[i]!) === undefined || knownDifference(play, same[i]!, got[i]!)) return [];
      return [{ play, text: `${text}\n  Envoy, cut so, ${JSON.stringify(same[i])}` }];
    });
  }
  return [...left];
}

/** What the two verdicts disagree about; undefined when they agree. */
export function differs(expected: Verdict, got: Verdict): string | undefined {
  const { partial: before, ...fixed } = expected;
  const { partial: after, ...rest } = got;
  const refused = /^HTTP\/1\.1 4/m.test(got.received) || /RST_STREAM|GOAWAY/.test(got.received);
  const same = refused || isDeepStrictEqual(before, after);
  if (same && isDeepStrictEqual(fixed, rest)) return undefined;
  return `  expected ${JSON.stringify(expected)}\n  got      ${JSON.stringify(got)}`;
}
