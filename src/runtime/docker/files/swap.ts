import { randomBytes } from 'node:crypto';
import { posix } from 'node:path';
import type Docker from 'dockerode';
import type { FileSpec } from '../../node-spec.ts';
import { execIn } from '../exec.ts';

/**
 * Puts into place what was copied beside it: pairs of paths, from and to. Each file takes the place of the old one by
 * a rename, as programs expect that watch their files (Envoy's file xDS reloads on nothing else); of a directory, what is
 * new comes before what is gone is removed.
 */
const SCRIPT = `
set -e
while [ $# -gt 1 ]; do
  from=$1 to=$2
  shift 2
  if [ -d "$from" ] && [ ! -L "$from" ] && [ -d "$to" ]; then
    (cd "$from" && find . -type d -exec sh -c 'for d; do mkdir -p "$0/$d"; done' "$to" {} +)
    (cd "$to" && find . ! -type d -exec sh -c 'for f; do [ -e "$0/$f" ] || [ -L "$0/$f" ] || echo "$f"; done' "$from" {} +) > "$from.gone"
    (cd "$from" && find . ! -type d -exec sh -c 'for f; do
      [ -d "$0/$f" ] && [ ! -L "$0/$f" ] && rm -rf "$0/$f"; mv -f "$f" "$0/$f"; done' "$to" {} +)
    (cd "$to" && while IFS= read -r f; do rm -f "$f"; done) < "$from.gone"
    (cd "$to" && find . -depth -type d -exec sh -c 'for d; do [ -d "$0/$d" ] || rmdir "$d"; done' "$from" {} +)
    rm -rf "$from" "$from.gone"
  else
    [ -d "$to" ] && rm -rf "$to"
    mv -f "$from" "$to"
  fi
done`;

/** A name beside a path, for what is to take its place. */
export function besideOf(path: string): string {
  const { dir, base } = posix.parse(posix.resolve(path));
  return posix.join(dir, `.${base}.${randomBytes(4).toString('hex')}`);
}

/** @returns whether the container has what is needed for that, and did it */
export async function moveInto(
  docker: Docker,
  container: string,
  moves: readonly { readonly file: FileSpec; readonly beside: string }[],
): Promise<boolean> {
  const pairs = moves.flatMap(({ file, beside }) => [beside, posix.resolve(file.path)]);
  try {
    await using session = await execIn(docker, container, {
      argv: ['sh', '-c', SCRIPT, 'sh', ...pairs],
      user: '0',
    });
    session.stdin.end();
    session.stdout.resume();
    session.stderr.resume();
    return (await session.exitCode) === 0;
  } catch {
    return false;
  }
}
