import type { LogExpectation } from '../sandbox/check.ts';
import { describeNumber, describeText, matchesNumber, matchesText } from './match.ts';
import type { Failure } from './result.ts';
import { shorten } from './shorten.ts';
import type { CheckLogLine, CheckTarget } from './target.ts';

const SHOWN = 5;

/** Lines printed since `since` by the nodes that the expectations name, in their order. */
export async function readLogs(
  expectations: readonly LogExpectation[],
  target: CheckTarget,
  since: number,
  signal: AbortSignal,
): Promise<(readonly CheckLogLine[])[]> {
  return Promise.all(expectations.map(({ node, container }) => target.logs(node, container, since, signal)));
}

/** Log expectations that do not hold for the lines, which are in the order of the expectations. */
export function compareLogs(
  expectations: readonly LogExpectation[],
  lines: readonly (readonly CheckLogLine[])[],
): Failure[] {
  return expectations.flatMap(({ node, container, line, count }, index) => {
    const all = lines[index]!;
    const matching = all.filter(({ text }) => matchesText(line, text)).length;
    if (matchesNumber(count, matching)) return [];
    const wanted = count.op === '>=' && count.value === 1 ? 'a line' : `${describeNumber(count)} lines`;
    return [
      {
        what: `log of ${container === undefined ? node : `${node}/${container}`}`,
        expected: `${wanted} that ${describeText(line)}`,
        actual: `${matching} of ${all.length} lines since the step began`,
        detail: all.slice(-SHOWN).map((each) => shorten(`${each.node}/${each.container}: ${each.text}`)),
      },
    ];
  });
}

/** Whether more lines could make it untrue, so that one has to wait before it may be called true. */
export function mayBecomeUntrue({ count: { op } }: LogExpectation): boolean {
  return op !== '>=' && op !== '>';
}
