/** How a command ended. */
export interface Ending {
  readonly code: number;
  /** What the machine it was to run on said in its place. */
  readonly said?: string;
}

interface Status {
  readonly status?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: { readonly causes?: readonly { readonly reason?: string; readonly message?: string }[] };
}

/**
 * Reads the last message of an exec, a `Status`. Where the command could not be started, its code is that of a shell.
 * @param program what was to run
 */
export function endingOf(text: string, program: string): Ending {
  const { status, reason, message = '', details } = JSON.parse(text) as Status;
  if (status === 'Success') return { code: 0 };
  if (reason === 'NonZeroExitCode') {
    const cause = details?.causes?.find((candidate) => candidate.reason === 'ExitCode');
    return { code: Number(cause?.message ?? 1) };
  }
  if (/executable file not found|no such file or directory/.test(message))
    return { code: 127, said: `${program}: not found` };
  if (/permission denied|exec format error|is a directory/.test(message))
    return { code: 126, said: `${program}: cannot be executed` };
  return { code: 126, said: message.trim() };
}
