import type { Span, UpTimings } from '../../lab/timings.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

/**
 * Where the time of `up` went, as a table: its phases, and below the one that does the plan the steps that waited for each
 * other longest, with the containers they started. Times are from the start of the command.
 *
 * @param toolMs ms from the start of the command until `up` began
 */
export function timingsText(timings: UpTimings, toolMs: number, style: Style): string {
  const row = (name: string, { from, ms }: Span) => [name, milliseconds(from), milliseconds(ms)] as const;
  const shifted = ({ from, ms }: Span): Span => ({ from: from + toolMs, ms });
  const longest = timings.chain.flatMap((id) => {
    const step = timings.steps.find((each) => each.id === id);
    if (step === undefined) return [];
    const [first = '', ...rest] = step.text.split('\n');
    const more = rest.length > 0 ? ` and ${rest.length} more` : '';
    return [row(`  ${first}${more}`, shifted(step))];
  });
  const rows = timings.phases.flatMap((phase) => [
    row(phase.phase, shifted(phase)),
    ...(phase.phase === 'do the plan' ? longest : []),
  ]);
  return table(style, ['PHASE', 'FROM', 'TOOK'], [row('start envoy-lab', { from: 0, ms: toolMs }), ...rows]);
}

/** The same for `--json`: ms, with all steps and containers. */
export function timingsJson(timings: UpTimings, toolMs: number): unknown {
  const rounded = <T extends Span>(spans: readonly T[]) =>
    spans.map(({ from, ms, ...rest }) => ({ ...rest, from: tenth(from + toolMs), ms: tenth(ms) }));
  return {
    phases: rounded([{ phase: 'start envoy-lab', from: -toolMs, ms: toolMs }, ...timings.phases]),
    steps: rounded(timings.steps),
    chain: timings.chain,
    containers: rounded(timings.containers),
  };
}

const tenth = (ms: number) => Math.round(ms * 10) / 10;
const milliseconds = (ms: number) => `${Math.round(ms)} ms`;
