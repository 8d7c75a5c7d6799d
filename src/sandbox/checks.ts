import type { Path } from '../document/document.ts';
import type { Action, Check, Step } from './check.ts';
import { ACTION_KEYS, type CheckFields, type StepFields } from './check-schema.ts';
import { type Context, itemPath } from './context.ts';
import { resolveExpectation } from './expectation.ts';

/** The checks; problems go to the context. */
export function resolveChecks(context: Context, checks: readonly CheckFields[]): Check[] {
  const seen = new Set<string>();
  return checks.map((fields, index) => {
    const path = ['checks', index];
    if (seen.has(fields.name)) context.problems.add([...path, 'name'], 'another check has this name');
    seen.add(fields.name);
    return {
      name: fields.name,
      at: context.document.positionOf(path),
      steps: resolveSteps(context, path, fields),
    };
  });
}

function resolveSteps(context: Context, path: Path, fields: CheckFields): Step[] {
  const { name: _, steps, ...own } = fields;
  if (steps === undefined) return resolveStep(context, path, own);
  for (const key of Object.keys(own)) {
    if (own[key as keyof typeof own] === undefined) continue;
    context.problems.add([...path, key], 'cannot stand beside steps', {
      hint: 'put it in a step',
      key: true,
    });
  }
  return steps.flatMap((step, index) => resolveStep(context, [...path, 'steps', index], step));
}

function resolveStep(context: Context, path: Path, fields: StepFields): Step[] {
  const { problems } = context;
  const [key, ...more] = ACTION_KEYS.filter((each) => fields[each] !== undefined);
  if (key === undefined) {
    problems.add(path, `needs one of ${ACTION_KEYS.join(', ')}`);
    return [];
  }
  for (const other of more) {
    problems.add([...path, other], `cannot stand beside ${key}`, {
      hint: 'a check may have several steps',
      key: true,
    });
  }
  for (const only of ['repeat', 'parallel'] as const) {
    if (fields[only] === undefined || key === 'curl' || key === 'exec') continue;
    problems.add([...path, only], `goes with curl or exec, not ${key}`, { key: true });
  }
  let action = fields[key]!;
  checkNodes(context, [...path, key], action);
  if (fields.from !== undefined) {
    if (action.kind === 'curl') action = { ...action, from: fields.from };
    else problems.add([...path, 'from'], `goes with curl, not ${key}`, { key: true });
    context.names.requireNode(fields.from, [...path, 'from']);
  }
  return [
    {
      at: context.document.positionOf(path),
      action,
      repeat: fields.repeat ?? 1,
      parallel: fields.parallel ?? 1,
      eventuallyMs: fields.eventually,
      expect: resolveExpectation(context, [...path, 'expect'], fields.expect ?? {}, key),
    },
  ];
}

/** Every node and container that the action names exists. */
function checkNodes(context: Context, path: Path, action: Action): void {
  const { names, document } = context;
  switch (action.kind) {
    case 'exec': {
      const node = names.requireNode(action.node, nestedPath(context, path, 'node'));
      if (node !== undefined && action.container !== undefined) {
        names.requireContainer(node, action.container, [...path, 'container']);
      }
      break;
    }
    case 'scale':
      for (const name of Object.keys(action.replicas)) {
        if (names.nodes.includes(name)) continue;
        const node = names.requireNode(name, [...path, name], true);
        if (node !== undefined) {
          context.problems.add([...path, name], `is one replica of ${node}; a node is scaled`, { key: true });
        }
      }
      break;
    case 'kill':
    case 'stop':
    case 'start':
    case 'ready': {
      const list = nestedPath(context, path, action.kind === 'ready' ? 'ready' : 'node');
      for (const [index, name] of action.nodes.entries()) {
        if (action.kind === 'ready' && names.services.includes(name)) continue;
        const node = names.requireNode(name, itemPath(document, list, index));
        if (node !== undefined && action.kind === 'kill' && action.container !== undefined) {
          names.requireContainer(node, action.container, [...path, 'container']);
        }
      }
      break;
    }
    case 'curl':
    case 'pause':
      break;
  }
}

/** The nodes stand in the value itself, or under a key of it. */
function nestedPath({ document }: Context, path: Path, key: string): Path {
  let value: unknown = document.value;
  for (const step of path) value = (value as Record<string | number, unknown> | null | undefined)?.[step];
  const nested = typeof value === 'object' && value !== null && key in value;
  return nested ? [...path, key] : path;
}
