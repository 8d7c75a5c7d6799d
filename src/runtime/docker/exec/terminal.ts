import type { ExecRequest } from '../../runtime.ts';

type Size = NonNullable<ExecRequest['tty']>;

/** Sets the size before the command starts: older engines can be told only when it runs already. */
const SIZED = 'stty cols "$1" rows "$2" 2>/dev/null; shift 2; exec "$@"';

/** The same command on a terminal that has its size from the start; needs a shell in the container. */
export function sizedCommand(argv: readonly string[], { columns, rows }: Size): string[] {
  return ['sh', '-c', SIZED, 'sh', String(columns), String(rows), ...argv];
}

/** What ends the input of a terminal that is at the start of a line; in the middle of one it takes two. */
export const END_OF_INPUT = '\x04';
