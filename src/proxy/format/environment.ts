import type { Clock } from '../clock.ts';

/**
 * What formatters need of the world beside the request: passed in, so that a test (or a worker thread) decides
 * what time it is and which variables are set.
 */
export interface FormatEnvironment {
  /** `%HOSTNAME%`. */
  readonly hostname: string;
  /** `%ENVIRONMENT(X)%`. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** A random UUID (`%UNIQUE_ID%`). */
  uuid(): string;
}
