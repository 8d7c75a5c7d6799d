import { LabError } from '../../../error.ts';
import { byteString } from '../../format/bytes.ts';
import type { FormatEnvironment } from '../../format/environment.ts';
import { compileFormat, type Formatter } from '../../format/formatter.ts';
import { routeError } from '../error.ts';

/** Compiles the format string of a rewrite; what is wrong with it names the rewrite, as in Envoy. */
export function compileNamed(
  what: string,
  format: string,
  environment: FormatEnvironment,
  omitEmptyValues: boolean,
): Formatter {
  try {
    return compileFormat(byteString(format), environment, { omitEmptyValues });
  } catch (error) {
    if (!(error instanceof LabError) || error.hint !== undefined) throw error;
    throw routeError(`Failed to create ${what} formatter: INVALID_ARGUMENT: ${error.message}`);
  }
}
