import { LabError } from '../../error.ts';

/** A route configuration that Envoy refuses, in Envoy's words. */
export function routeError(message: string): LabError {
  return new LabError('invalid', message);
}
