import type { envoy } from '../../../bootstrap/api.generated.ts';
import { fields, type SupportTable } from '../../../bootstrap/support.ts';
import { byteString } from '../../format/bytes.ts';
import type { RouteContext } from '../context.ts';
import { routeError } from '../error.ts';

/** Reads a DataSource as a byte string: inline, from a file, or from an environment variable. */
export function readDataSource(source: envoy.config.core.v3.DataSource, context: RouteContext): string {
  if (source.inline_string !== undefined) return byteString(source.inline_string);
  if (source.inline_bytes !== undefined) return source.inline_bytes.toString('latin1');
  if (source.environment_variable !== undefined) {
    const value = context.environment.variables[source.environment_variable];
    if (value === undefined)
      throw routeError(`Environment variable doesn't exist: ${source.environment_variable}`);
    return byteString(value);
  }
  const path = source.filename ?? '';
  try {
    return context.readFile(path).toString('latin1');
  } catch {
    throw routeError(`file ${path} does not exist`);
  }
}

/**
 * The body of a direct response, read once when config is loaded.
 *
 * @throws LabError when it is longer than `limit` bytes
 */
export function directResponseBody(
  config: envoy.config.route.v3.DirectResponseAction,
  limit: number,
  context: RouteContext,
): string {
  const body = config.body ? readDataSource(config.body, context) : '';
  if (body.length > limit)
    throw routeError(`response body size is ${body.length} bytes; maximum is ${limit}`);
  return body;
}

export const directResponseSupport: SupportTable = {
  'envoy.config.route.v3.DirectResponseAction': fields('status', 'body'),
  'envoy.config.core.v3.DataSource': fields(
    'filename',
    'inline_bytes',
    'inline_string',
    'environment_variable',
  ),
};
