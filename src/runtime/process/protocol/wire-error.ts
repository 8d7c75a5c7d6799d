import { LabError } from '../../../error.ts';
import type { WireError } from './messages.ts';

/** An error as it goes over the control socket; one that is not a `LabError` becomes a `runtime` error. */
export function toWire(error: unknown): WireError {
  if (error instanceof LabError) {
    return {
      code: error.code,
      message: error.message,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      ...systemCodeOf(error.cause),
    };
  }
  return { code: 'runtime', message: error instanceof Error ? error.message : String(error) };
}

export function fromWire(error: WireError): LabError {
  const { code, message, hint, systemCode } = error;
  const cause = systemCode && Object.assign(new Error(systemCode), { code: systemCode });
  return new LabError(code, message, { hint, ...(cause && { cause }) });
}

function systemCodeOf(cause: unknown): { systemCode?: string } {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  return typeof code === 'string' ? { systemCode: code } : {};
}
