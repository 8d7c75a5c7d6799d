/**
 * The kind of a failure. The CLI alone turns it into an exit code (see `src/cli/exit-code.ts`); every other
 * layer only says what kind of thing went wrong.
 *
 * - `usage`: the caller asked for something that does not exist or contradicts itself.
 * - `invalid`: the sandbox or an Envoy config is wrong.
 * - `runtime`: the runtime or the engine failed.
 * - `check`: a check failed.
 * - `interrupted`: the user pressed Ctrl-C, or the process was told to stop.
 */
export type ErrorCode = 'usage' | 'invalid' | 'runtime' | 'check' | 'interrupted';

/** What may accompany a {@link LabError}. */
export interface LabErrorOptions {
  /** What the user can do about it: one sentence or a command to paste. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/** The one error type that crosses layers: what went wrong, and what to do. */
export class LabError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: LabErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'LabError';
    this.code = code;
    this.hint = options.hint;
  }
}
