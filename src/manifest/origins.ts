import { type Document, type Path, readDocument } from '../document/document.ts';
import { DocumentError, formatPath, type Position, type Problem } from '../document/problem.ts';
import { writeYaml } from '../document/write.ts';

/** A place in a manifest. */
export interface Origin {
  readonly document: Document;
  readonly path: Path;
}

/** Where what a sandbox is made of stands in the manifests. */
export interface Origins {
  /** Parts of sandbox.yaml, by their path there. */
  readonly parts: readonly (readonly [path: Path, origin: Origin])[];
  /** Files by their path in the folder: the value of a ConfigMap or a Secret. */
  readonly files: ReadonlyMap<string, Origin>;
}

/** What of the manifests and the folder is needed to tell one by the other. */
export interface MadeOf {
  readonly origins: Origins;
  readonly sandbox: Readonly<Record<string, unknown>>;
  /** Texts of the manifests, by how messages name them. */
  readonly texts: ReadonlyMap<string, string>;
  /** What a file of a problem is in the folder, such as `sandbox.yaml`; undefined when it is elsewhere. */
  inFolder(file: string): string | undefined;
}

/** An error that a sandbox made of manifests caused, with its places in the manifests: its user wrote nothing else. */
export function inManifests(error: DocumentError, made: MadeOf): DocumentError {
  const sandbox = sandboxPlaces(made);
  const problems = error.problems.map((problem): Problem => {
    const file = problem.at && made.inFolder(problem.at.file);
    if (file === undefined) return problem;
    if (file === 'sandbox.yaml') {
      const origin = sandbox(problem.at!);
      return origin === undefined ? problem : at(problem, origin);
    }
    const origin = made.origins.files.get(file);
    return origin === undefined ? problem : inValue(problem, origin, made.texts);
  });
  const [first = ''] = error.message.split('\n');
  const what = first.replace(/: \d+ errors?$/, '').replace(/^\S+(?= )/, (word) => shownFile(word, made));
  return new DocumentError(what, problems, error.hint);
}

/** The manifest in the place of a file of the folder that a message begins with. */
function shownFile(word: string, made: MadeOf): string {
  const file = made.inFolder(word);
  const origin = file === undefined ? undefined : made.origins.files.get(file);
  return origin === undefined ? word : origin.document.positionOf(origin.path).file;
}

function at(problem: Problem, { document, path }: Origin): Problem {
  return { ...problem, at: document.positionOf(path), path: formatPath(path) };
}

/** Finds the innermost part that a position of sandbox.yaml is in. */
function sandboxPlaces({ origins, sandbox }: MadeOf): (at: Position) => Origin | undefined {
  const written = readDocument(writeYaml(sandbox), 'sandbox.yaml');
  const starts = origins.parts
    .map(([path, origin]) => ({ start: written.positionOfKey(path), origin }))
    .sort((a, b) => (isBefore(a.start, b.start) ? -1 : 1));
  return (position) => starts.findLast(({ start }) => !isBefore(position, start))?.origin;
}

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.column < b.column);
}

/** A place in a text that stands as a block in its manifest has a place there too; of others only the text's own is known. */
function inValue(problem: Problem, { document, path }: Origin, texts: MadeOf['texts']): Problem {
  const { line, column } = problem.at!;
  const start = document.positionOf(path);
  const lines = (texts.get(start.file) ?? '').split(/\r?\n/);
  const header = lines[start.line - 1]?.slice(start.column - 1) ?? '';
  const [, written = '', inner = ''] = /^(\s*)(.*)$/.exec(lines[start.line - 1 + line] ?? '') ?? [];
  const content = String(valueAt(document.value, path)).split('\n')[line - 1] ?? '';
  const indent = written.length - /^\s*/.exec(content)![0].length;
  if (/^\|[-+\d]*\s*(#.*)?$/.test(header) && indent >= 0 && content.trim() === inner.trim()) {
    return { ...problem, at: { file: start.file, line: start.line + line, column: column + indent } };
  }
  const where = `line ${line}${problem.path === '' ? '' : `, ${problem.path}`}`;
  return { ...problem, at: start, path: formatPath(path), message: `${where}: ${problem.message}` };
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (here, step) => (here as Record<string | number, unknown> | undefined)?.[step],
    value,
  );
}
