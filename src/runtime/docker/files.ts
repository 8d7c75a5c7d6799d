import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { LabError } from '../../error.ts';
import type { FileSpec } from '../node-spec.ts';
import { engineText, explain, isMissing, statusOf } from './errors.ts';
import { execIn } from './exec.ts';
import { entriesOf } from './files/entries.ts';
import { firstEntry } from './files/first-file.ts';
import { besideOf, moveInto } from './files/swap.ts';
import { type TarEntry, tarStream } from './images/tar.ts';

/** Links that lead to links. */
const LINKS = 20;

/**
 * Copies files and directories into a container, running or not; owned by root. In one that runs each takes the place of
 * what was there by a rename.
 *
 * @throws LabError `runtime` when the host does not have one of them, or the container cannot take them
 */
export async function putFiles(docker: Docker, container: string, files: readonly FileSpec[]): Promise<void> {
  if (files.length === 0) return;
  const entries = async (at: (file: FileSpec) => string) =>
    (await Promise.all(files.map((file) => entriesOf(file, at(file))))).flat();
  const [plain, running] = await Promise.all([entries(({ path }) => path), runs(docker, container)]);
  if (running) {
    const moves = files.map((file) => ({ file, beside: besideOf(file.path) }));
    const beside = new Map(moves.map((move) => [move.file, move.beside]));
    await putArchive(docker, container, await entries((file) => beside.get(file)!));
    if (await moveInto(docker, container, moves)) return;
    // Without a shell in it, what is there is overwritten.
  }
  await putArchive(docker, container, plain);
}

/**
 * The content of a file of a container, running or not.
 *
 * @throws LabError `runtime` when there is no such file
 */
export async function getFile(docker: Docker, container: string, path: string): Promise<Buffer> {
  const archived = await readArchived(docker, container, path);
  if (archived !== undefined) return archived;
  // Archives lack what is mounted inside only, such as /proc and /dev/shm.
  const shown = await readInside(docker, container, path);
  if (shown !== undefined) return shown;
  throw unreadable(path, 'there is no such file');
}

/**
 * The same, of the files that the engine keeps: not what is mounted inside. Cheap when the file is not there.
 * @returns undefined when it is not
 */
export async function readArchived(
  docker: Docker,
  container: string,
  path: string,
): Promise<Buffer | undefined> {
  let at = path;
  for (let links = 0; links < LINKS; links++) {
    const archive = await openArchive(docker, container, at, path);
    if (archive === undefined) return undefined;
    const found = await firstEntry(archive);
    if (found === undefined) return undefined;
    if (found.kind === 'file') return found.content;
    const target = found.kind === 'link' ? linkTarget(archive) : undefined;
    if (target === undefined)
      throw unreadable(path, `it is ${found.kind === 'directory' ? 'a directory' : 'no file'}`);
    at = target;
  }
  throw unreadable(path, 'too many links lead to it');
}

type Archive = Readable & { readonly headers?: Readonly<Record<string, string | undefined>> };

async function openArchive(
  docker: Docker,
  container: string,
  at: string,
  path: string,
): Promise<Archive | undefined> {
  try {
    return (await docker.getContainer(container).getArchive({ path: at })) as Archive;
  } catch (error) {
    const said = engineText(error);
    if (isMissing(error) && !/no such container:|no container with/i.test(said)) return undefined;
    if (statusOf(error) === 500 && /not a directory/.test(said)) return undefined;
    if (/too many (levels of symbolic )?links/.test(said))
      throw unreadable(path, 'too many links lead to it');
    throw explain(error, `read ${path}`);
  }
}

/** The engine resolves a link's target in its answer's head. */
function linkTarget({ headers }: Archive): string | undefined {
  const stat = Buffer.from(headers?.['x-docker-container-path-stat'] ?? '', 'base64').toString();
  const { linkTarget } = JSON.parse(stat || '{}') as { linkTarget?: string };
  return linkTarget || undefined;
}

async function readInside(docker: Docker, container: string, path: string): Promise<Buffer | undefined> {
  try {
    await using session = await execIn(docker, container, { argv: ['cat', path], user: '0' });
    session.stdin.end();
    session.stderr.resume();
    const parts: Buffer[] = [];
    for await (const chunk of session.stdout) parts.push(chunk as Buffer);
    return (await session.exitCode) === 0 ? Buffer.concat(parts) : undefined;
  } catch {
    return undefined;
  }
}

async function putArchive(docker: Docker, container: string, entries: readonly TarEntry[]): Promise<void> {
  const archive = Readable.from(tarStream(entries), { objectMode: false });
  let broken: unknown;
  archive.on('error', (error) => {
    broken = error;
  });
  try {
    await docker.getContainer(container).putArchive(archive, { path: '/' });
  } catch (error) {
    throw explain(broken ?? error, 'copy files into a container');
  } finally {
    archive.destroy();
  }
}

async function runs(docker: Docker, container: string): Promise<boolean> {
  try {
    const { State } = await docker.getContainer(container).inspect();
    return State.Running && !State.Paused;
  } catch (error) {
    throw explain(error, 'copy files into a container');
  }
}

function unreadable(path: string, why: string): LabError {
  return new LabError('runtime', `cannot read ${path}: ${why}`);
}
