import type { Operation, Plan } from './operation.ts';

/** The plan as `--dry-run` prints it: a line an action, its cause behind it. Ends with a line break. */
export function planText(plan: Plan): string {
  if (plan.operations.length === 0) return `nothing to do: ${plan.lab} is as wanted\n`;
  const rows = plan.operations.flatMap((operation) => operationRows(plan.lab, operation));
  const width = Math.max(...rows.map(([action]) => action.length));
  return rows.map(([action, cause]) => `${action.padEnd(width)}  # ${cause}\n`).join('');
}

/** What an operation does, as lines of [action, cause]. */
export function operationRows(lab: string, operation: Operation): (readonly [string, string])[] {
  switch (operation.kind) {
    case 'create-lab':
      return [[`create lab ${lab}`, operation.cause]];
    case 'remove-lab':
      return [[`remove lab ${lab}`, operation.cause]];
    case 'create':
    case 'remove':
      return operation.nodes.map(({ spec, cause }) => [`${operation.kind} ${spec.name}`, cause]);
    case 'update':
      return operation.nodes.map(({ spec, cause }) => [`update ${spec.name}`, cause]);
    case 'unpause':
      return [[`unpause ${operation.node}`, operation.cause]];
    case 'start':
      return [[`start ${operation.node}/${operation.containers.join(', ')}`, operation.cause]];
    case 'wait': {
      const [first, ...rest] = operation.targets;
      const named = operation.targets.slice(0, 3).map((target) => `${target.node}/${target.container}`);
      const who = rest.length > 2 ? `${operation.targets.length} containers` : named.join(', ');
      const verb = operation.until === 'done' ? 'done' : 'ready';
      return first === undefined
        ? []
        : [[`wait until ${who} ${rest.length > 0 ? 'are' : 'is'} ${verb}`, operation.cause]];
    }
  }
}

/** The plan for `--dry-run --json`: each operation with what it does and why. */
export function planJson(plan: Plan): unknown[] {
  return plan.operations.map((operation) => ({
    id: operation.id,
    after: operation.after,
    kind: operation.kind,
    actions: operationRows(plan.lab, operation).map(([action, cause]) => ({ action, cause })),
  }));
}
