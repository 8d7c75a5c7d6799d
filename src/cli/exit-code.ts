import { type ErrorCode, LabError } from '../error.ts';

/** What the process says when it ends. */
export const ExitCode = {
  ok: 0,
  /** The command line asks for what does not exist or contradicts itself. */
  usage: 1,
  /** The sandbox or an Envoy config is wrong. */
  invalid: 2,
  /** The runtime or the engine failed. */
  runtime: 3,
  /** A check failed. */
  check: 4,
  /** `exec` and `curl` pass on their child's code; this is their own failure, as in Docker. */
  execFailed: 125,
  /** Ctrl-C, or told to stop. */
  interrupted: 130,
  /** Whoever read stdout went away: 128 + SIGPIPE. */
  brokenPipe: 141,
} as const;

const byErrorCode: Readonly<Record<ErrorCode, number>> = {
  usage: ExitCode.usage,
  invalid: ExitCode.invalid,
  runtime: ExitCode.runtime,
  check: ExitCode.check,
  interrupted: ExitCode.interrupted,
};

/** The exit code for an error; one that is no LabError is a fault of ours and counts as `runtime`. */
export function exitCodeOf(error: unknown): number {
  return error instanceof LabError ? byErrorCode[error.code] : ExitCode.runtime;
}
