import type { Problem } from '../document/problem.ts';

/** What is said of a name that only the v2 API has. */
export const ofV2 = 'is of the v2 API, which Envoy dropped in 1.17';

/** What to do when a config is of the v2 API; undefined when none of its problems says that it is. */
export function v2Hint(problems: readonly Problem[]): string | undefined {
  const found = problems.find(({ message }) => message.endsWith(ofV2));
  if (found === undefined) return undefined;
  const file = found.at?.file ?? 'FILE';
  return `it is an Envoy v2 config: envoy-lab migrate ${file} prints it as v3, with --write it is changed in place`;
}
