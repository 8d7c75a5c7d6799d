import { problemsOf } from '../bootstrap/load.ts';
import { noSlot } from '../bootstrap/reader/slot.ts';
import type { Dialect, Document, Path } from '../document/document.ts';
import { EditMap, type EditNode } from '../document/edit/node.ts';
import { type Editable, readEditable } from '../document/edit/read.ts';
import { plainOf, writeEditable } from '../document/edit/write.ts';
import { DocumentError, formatPath, type Position, type Problem } from '../document/problem.ts';
import { migrateAny, v3NameOf } from './any.ts';
import { Migration } from './migration.ts';
import { textOf } from './typed.ts';
import { migrateMessage } from './walk.ts';

/** What became of a config. */
export interface Migrated {
  /** The config as YAML of the v3 API; the text as it was when it was v3 already. */
  readonly text: string;
  /** Whether anything in it was of the v2 API. */
  readonly wasV2: boolean;
  /**
   * In the order of the text: as errors what has no v3 form, and what Envoy would refuse in the result; both stay in
   * it as they were. As warnings what has to be known of what was changed.
   */
  readonly problems: readonly Problem[];
}

const bootstrap = 'envoy.config.bootstrap.v3.Bootstrap';
const response = 'envoy.service.discovery.v3.DiscoveryResponse';

/**
 * Turns an Envoy config of the v2 API into v3: a bootstrap, a file that xDS watches (`resources`), or one message
 * with its `@type`. Comments are kept; aliases are written out.
 *
 * @param text YAML or JSON
 * @param file the name to put in positions
 * @throws DocumentError when the text is not well-formed, or no Envoy config at all
 */
export function migrate(text: string, file: string): Migrated {
  // Lines and columns are the same without the line breaks of Windows.
  const lines = text.replaceAll('\r\n', '\n');
  const editable = readEditable(lines, file, dialectOf(text, file));
  const { root, document } = editable;
  if (!(root instanceof EditMap)) {
    const problem: Problem = {
      severity: 'error',
      at: document.positionOf([]),
      path: '',
      message: 'expected a map',
    };
    throw new DocumentError(`${file} is not an Envoy config`, [problem]);
  }
  const migration = new Migration();
  const type = migrateRoot(migration, root);
  const position = positionsIn(lines, file);
  if (!migration.foundV2) return { text, wasV2: false, problems: document.warnings };
  const told = migration.remarks.map(
    ({ at, path, ...remark }): Problem => ({ ...remark, at: position(at), path: formatPath(path) }),
  );
  const lost = told.filter(({ severity }) => severity === 'error').map(({ path }) => path);
  const first = told.filter(({ path }) => !lost.some((other) => other !== path && isBelow(path, other)));
  const left = problemsOf(documentOf(editable, root, position), type).filter(
    // What is only old, Envoy tells.
    (problem) => problem.severity === 'error' && !lost.some((path) => follows(problem, path)),
  );
  const problems = [...document.warnings, ...first, ...left].sort(
    (a, b) => (a.at?.line ?? 0) - (b.at?.line ?? 0) || (a.at?.column ?? 0) - (b.at?.column ?? 0),
  );
  const v3 = writeEditable(editable);
  return { text: lines === text ? v3 : v3.replaceAll('\n', '\r\n'), wasV2: true, problems };
}

/** Whether a problem is there only because of what has no v3 form, which has been told. */
function follows({ path, message }: Problem, lost: string): boolean {
  return isBelow(path, lost) || (isBelow(lost, path) && message.endsWith(' is required'));
}

/** Whether a path is another one or leads on from it. */
function isBelow(path: string, top: string): boolean {
  return path.startsWith(top) && /^($|[.[])/.test(path.slice(top.length));
}

/** By the file's name; of other names by how the text begins. */
function dialectOf(text: string, file: string): Dialect {
  if (/\.json$/i.test(file)) return 'json';
  return /\.ya?ml$/i.test(file) || !/^\s*\{\s*["}]/.test(text) ? 'envoy' : 'json';
}

/** @returns the type of the message that the text holds */
function migrateRoot(migration: Migration, root: EditMap): string {
  const own = textOf(root.get('@type'));
  const named = own === undefined ? undefined : v3NameOf(own.slice(own.lastIndexOf('/') + 1));
  if (named !== undefined) {
    migrateAny(migration, root, noSlot, migrateMessage);
    return named;
  }
  const type = root.has('resources') ? response : bootstrap;
  migrateMessage(migration, root, type);
  return type;
}

/** What was edited, as data whose positions are those of the text it was read from. */
function documentOf(editable: Editable, root: EditMap, position: (offset: number) => Position): Document {
  const walk = (path: Path, ofKey: boolean): Position => {
    let node: EditNode | undefined = root;
    let offset = root.offset ?? 0;
    for (const step of path) {
      let key: EditNode | undefined;
      if (node instanceof EditMap) {
        key = node.pair(String(step))?.key;
        node = node.get(String(step));
      } else node = node?.kind === 'list' ? node.items[Number(step)] : undefined;
      if (node === undefined) break;
      offset = (ofKey ? key?.offset : undefined) ?? node.offset ?? key?.offset ?? offset;
    }
    return position(offset);
  };
  // The type of the message at the root is known, and no field of it.
  const { '@type': _, ...value } = plainOf(root) as Record<string, unknown>;
  return {
    file: editable.document.file,
    value,
    warnings: [],
    positionOf: (path) => walk(path, false),
    positionOfKey: (path) => walk(path, true),
  };
}

function positionsIn(text: string, file: string): (offset: number) => Position {
  const starts = [0];
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) starts.push(i + 1);
  return (offset) => {
    const line = starts.findLastIndex((start) => start <= offset);
    return { file, line: line + 1, column: offset - starts[line]! + 1 };
  };
}
