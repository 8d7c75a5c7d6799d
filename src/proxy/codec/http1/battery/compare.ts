import type { Outcome, Verdict } from './case.ts';
import type { ResponseVerdict } from './response-case.ts';

/** What the two verdicts disagree about, in words; undefined when they agree. */
export function disagreement(measured: Verdict, ours: Verdict): string | undefined {
  const pairs = Math.max(measured.outcomes.length, ours.outcomes.length);
  let managed = false;
  for (let i = 0; i < pairs; i++) {
    const expected = measured.outcomes[i];
    const got = ours.outcomes[i];
    if (expected?.kind === 'refused' && !expected.codec) {
      // Above the codec: it must have let the request through, and what follows is not its doing either.
      managed = true;
      if (got === undefined || (got.kind === 'refused' && got.codec))
        return `request ${i}: ${text(expected)}, not ${text(got)}`;
    } else if (text(expected) !== text(got)) {
      if (managed && expected === undefined) continue;
      return `request ${i}: ${text(expected)}, not ${text(got)}`;
    }
  }
  if (!managed && measured.closed !== ours.closed) return `closed: ${measured.closed}, not ${ours.closed}`;
  return undefined;
}

function text(outcome: Outcome | undefined): string {
  if (outcome === undefined) return 'nothing';
  if (outcome.kind === 'refused') return `refused ${outcome.status} ${outcome.details}`;
  return JSON.stringify(outcome);
}

/**
 * The same of a response. How much of a body went on before an error depends on how its bytes came, and a second
 * 1xx is dropped above the codec.
 */
export function responseDisagreement(measured: ResponseVerdict, ours: ResponseVerdict): string | undefined {
  const broken = measured.end === 'protocol_error' && ours.body.startsWith(measured.body);
  const expected = JSON.stringify(broken ? { ...measured, body: ours.body } : measured);
  const got = JSON.stringify({ ...ours, interim: ours.interim.slice(0, 1) });
  return expected === got ? undefined : `${expected}, not ${got}`;
}
