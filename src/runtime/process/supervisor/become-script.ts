import { joinWords } from '../../../process/words.ts';

/**
 * The end of a shell script: enters the working directory `$1` and becomes the command after it, or says why not, with
 * the exit codes of a shell. Its environment has the node's name as HOSTNAME.
 *
 * @param justBefore shell text to run when nothing can go wrong any more
 * @param through words before the command, such as a program that drops rights
 * @param env the command's variables, all of them
 */
export function becomeScript(
  justBefore: string,
  through: string,
  env: Readonly<Record<string, string>>,
): string {
  return `
if ! cd -- "$1" 2>/dev/null; then
  why='no such folder'
  if [ -e "$1" ]; then why='not a folder'; fi
  if [ -d "$1" ]; then why='permission denied'; fi
  echo "cannot work in $1 of $HOSTNAME: $why" >&2
  exit 126
fi
shift
case $1 in
  */*)
    if [ ! -e "$1" ]; then echo "$1: no such file" >&2; exit 127; fi
    if [ ! -f "$1" ] || [ ! -x "$1" ]; then echo "$1: permission denied" >&2; exit 126; fi ;;
  *) if ! command -v -- "$1" >/dev/null; then echo "$1: command not found" >&2; exit 127; fi ;;
esac
${justBefore}
exec ${through} ${carried(env)} "$@"`;
}

/** Words before the command that give it the variables which a shell drops: those whose names are none of a shell's, such as `a.b`. */
function carried(env: Readonly<Record<string, string>>): string {
  const dropped = Object.entries(env).filter(([name]) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  if (dropped.length === 0) return '';
  return joinWords(['/usr/bin/env', ...dropped.map(([name, value]) => `${name}=${value}`)]);
}
