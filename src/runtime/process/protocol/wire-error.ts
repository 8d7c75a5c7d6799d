import { LabError } from '../../../error.ts';
import type { WireError } from './messages.ts';

/** An error as it goes over the control socket; one that is not a `LabError` becomes a `runtime` error. */
export function toWire(error: unknown): WireError {
  if (error instanceof LabError) {
    return {
      code: error.code,
      message: error.message,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    };
  }
  return { code: 'runtime', message: error instanceof Error ? error.message : String(error) };
}

export function fromWire(error: WireError): LabError {
  return new LabError(error.code, error.message, { hint: error.hint });
}
