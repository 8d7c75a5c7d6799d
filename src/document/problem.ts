import { LabError } from '../error.ts';

/** A place in a text file; `line` and `column` count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One thing wrong (or, as a warning, suspicious) in a document. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  /** Where it stands; undefined only when it has no place, such as a file that is missing. */
  readonly at?: Position | undefined;
  /** Path to the value, as a user would say it: `nodes.web.publish` or `static_resources.clusters[0].name`. */
  readonly path: string;
  readonly message: string;
  /** What to do about it, such as `did you mean "image"?`. */
  readonly hint?: string | undefined;
}

/** All that is wrong with a document, at once. */
export class DocumentError extends LabError {
  readonly problems: readonly Problem[];

  /** @param hint what to do about all of it */
  constructor(what: string, problems: readonly Problem[], hint?: string) {
    const errors = problems.filter((problem) => problem.severity === 'error').length;
    const count = errors === 1 ? '1 error' : `${errors} errors`;
    super('invalid', `${what}: ${count}\n${problems.map(formatProblem).join('\n')}`, { hint });
    this.name = 'DocumentError';
    this.problems = problems;
  }
}

/** `file:line:column: path: message (hint)`, the form editors and terminals make clickable. */
export function formatProblem(problem: Problem): string {
  const at = problem.at ? `${problem.at.file}:${problem.at.line}:${problem.at.column}: ` : '';
  const severity = problem.severity === 'warning' ? 'warning: ' : '';
  const path = problem.path === '' ? '' : `${problem.path}: `;
  const hint = problem.hint ? ` (${problem.hint})` : '';
  return `${at}${severity}${path}${problem.message}${hint}`;
}

/** `['nodes', 'web', 0]` as `nodes.web[0]`. Keys that are not plain words are quoted. */
export function formatPath(path: readonly (string | number)[]): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[\w@-]+$/.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${JSON.stringify(step)}]`;
  }
  return text;
}
