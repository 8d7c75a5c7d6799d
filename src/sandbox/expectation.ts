import type { Path } from '../document/document.ts';
import { parseJsonPath } from '../schema/json-path.ts';
import { parseRegex } from '../schema/text-match.ts';
import type { Expectation, HeaderExpectation, JsonExpectation, StatExpectation } from './check.ts';
import { type Context, itemPath } from './context.ts';
import type { ExpectFields } from './expect-schema.ts';

/** What can be expected of an action that gives no answer. */
const AFTERWARDS = ['stat', 'log'];
const OF_COMMAND = ['json', 'time', 'exit_code', 'stdout', 'stderr', 'spread', ...AFTERWARDS];
const OF_CURL = ['status', 'headers', 'body', 'json', 'time', 'exit_code', 'stderr', 'spread', ...AFTERWARDS];

/** An expectation in full; problems go to the context. `action` is the key of what the step does. */
export function resolveExpectation(
  context: Context,
  path: Path,
  fields: ExpectFields,
  action: string,
): Expectation {
  const possible = action === 'curl' ? OF_CURL : action === 'exec' ? OF_COMMAND : AFTERWARDS;
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined || possible.includes(key)) continue;
    context.problems.add([...path, key], `${action} has none`, {
      hint: `possible: ${possible.join(', ')}`,
      key: true,
    });
  }
  if (action === 'exec' && fields.spread?.by.kind === 'header') {
    context.problems.add([...path, 'spread', 'by'], 'a command has no headers');
  }
  return {
    status: fields.status ?? [],
    headers: resolveHeaders(fields.headers ?? {}),
    body: fields.body ?? [],
    json: resolveJson(context, [...path, 'json'], fields.json ?? {}),
    timeMs: fields.time,
    exitCode: fields.exit_code,
    stdout: fields.stdout ?? [],
    stderr: fields.stderr ?? [],
    stats: resolveStats(context, [...path, 'stat'], fields.stat ?? []),
    logs: (fields.log ?? []).map((log, index) => {
      const item = itemPath(context.document, [...path, 'log'], index);
      checkPlace(context, item, log);
      return { ...log, container: log.container };
    }),
    spread: fields.spread && { ...fields.spread, distinct: fields.spread.distinct, each: fields.spread.each },
  };
}

function resolveHeaders(headers: NonNullable<ExpectFields['headers']>): HeaderExpectation[] {
  return Object.entries(headers).map(([name, match]) => ({ name: name.toLowerCase(), match }));
}

function resolveJson(
  context: Context,
  path: Path,
  json: Readonly<Record<string, unknown>>,
): JsonExpectation[] {
  return Object.entries(json).flatMap(([text, value]): JsonExpectation[] => {
    const at = [...path, text];
    const parsed = parseJsonPath(text);
    if (!parsed) {
      context.problems.add(at, 'must be a path such as items[0].name', { key: true });
      return [];
    }
    if (value === null) return [{ ...parsed, value: null }];
    try {
      const regex = typeof value === 'string' ? parseRegex(value) : undefined;
      return [{ ...parsed, value: regex ?? { kind: 'equals' as const, data: value } }];
    } catch (error) {
      context.problems.add(at, (error as Error).message);
      return [];
    }
  });
}

function resolveStats(
  context: Context,
  path: Path,
  stats: NonNullable<ExpectFields['stat']>,
): StatExpectation[] {
  return stats.flatMap(({ node, container, name, value, increase }, index) => {
    const item = itemPath(context.document, path, index);
    checkPlace(context, item, { node, container });
    if ((value === undefined) === (increase === undefined)) {
      context.problems.add(item, 'must have one of value and increase');
      return [];
    }
    const mode = value === undefined ? ('increase' as const) : ('value' as const);
    return [{ node, container, name, mode, match: (value ?? increase)! }];
  });
}

function checkPlace(
  { names }: Context,
  path: Path,
  { node, container }: { readonly node: string; readonly container?: string | undefined },
): void {
  const owner = names.requireNode(node, [...path, 'node']);
  if (owner !== undefined && container !== undefined) {
    names.requireContainer(owner, container, [...path, 'container']);
  }
}
