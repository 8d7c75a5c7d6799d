import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

const page = readFileSync(new URL('../../docs/json.md', import.meta.url), 'utf8');

/** Fails when an answer has a member that docs/json.md does not show below that heading, or one of another type. */
export function assertDocumented(heading: string, answer: unknown): void {
  const section = page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  const example = /```json\n([\s\S]*?)```/.exec(section ?? '')?.[1];
  assert.ok(example !== undefined, `docs/json.md shows nothing for ${heading}`);
  compare(answer, JSON.parse(example), heading);
}

function compare(answer: unknown, example: unknown, path: string): void {
  assert.equal(kindOf(answer), kindOf(example), `${path} is ${JSON.stringify(answer)}`);
  if (Array.isArray(answer) && Array.isArray(example)) {
    // Several examples in a list are the different forms its members may have.
    for (const item of answer) compareAny(item, example, `${path}[]`);
  } else if (kindOf(answer) === 'object') {
    const shown = example as Record<string, unknown>;
    if ('…' in shown) return;
    for (const [key, value] of Object.entries(answer as object)) {
      assert.ok(key in shown, `${path}.${key} is not in docs/json.md`);
      compare(value, shown[key], `${path}.${key}`);
    }
  }
}

function compareAny(item: unknown, examples: readonly unknown[], path: string): void {
  const errors: unknown[] = [];
  for (const example of examples) {
    try {
      compare(item, example, path);
      return;
    } catch (error) {
      errors.push(error);
    }
  }
  throw errors[0] ?? new Error(`${path} has no example in docs/json.md`);
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
}
