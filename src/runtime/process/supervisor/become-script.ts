/**
 * The end of a shell script: enters the working directory `$1` and becomes the command after it, or says why not, with
 * the exit codes of a shell.
 *
 * @param justBefore shell text to run when nothing can go wrong any more
 * @param through words before the command, such as a program that drops rights
 */
export function becomeScript(justBefore = '', through = ''): string {
  return `
cd -- "$1" || exit 125
shift
case $1 in
  */*)
    if [ ! -e "$1" ]; then echo "$1: no such file" >&2; exit 127; fi
    if [ ! -f "$1" ] || [ ! -x "$1" ]; then echo "$1: permission denied" >&2; exit 126; fi ;;
  *) if ! command -v -- "$1" >/dev/null; then echo "$1: command not found" >&2; exit 127; fi ;;
esac
${justBefore}
exec ${through} "$@"`;
}
