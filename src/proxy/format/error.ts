import { LabError } from '../../error.ts';

/** A format string that cannot be used, in Envoy's own words where it has them. */
export function formatError(message: string): LabError {
  return new LabError('invalid', message);
}

/** A format command that Envoy has and this data plane has not. */
export function unsupportedCommand(what: string): LabError {
  return new LabError('invalid', `the format command ${what} is not implemented by the ts engine`, {
    hint: 'run it with --engine envoy',
  });
}
