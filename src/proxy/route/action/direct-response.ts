import type { envoy } from '../../../bootstrap/api.generated.ts';
import { fields, type SupportTable } from '../../../bootstrap/support.ts';
import { dataSourceSupport, readDataSource } from '../../data-source.ts';
import type { RouteContext } from '../context.ts';
import { routeError } from '../error.ts';

/**
 * The body of a direct response as a byte string, read once when config is loaded.
 *
 * @throws LabError when it is longer than `limit` bytes
 */
export function directResponseBody(
  config: envoy.config.route.v3.DirectResponseAction,
  limit: number,
  context: RouteContext,
): string {
  const source = config.body;
  const reader = { readFile: context.readFile, variables: context.environment.variables };
  const body = source ? readDataSource(source, reader).toString('latin1') : '';
  if (body.length > limit)
    throw routeError(`response body size is ${body.length} bytes; maximum is ${limit}`);
  return body;
}

export const directResponseSupport: SupportTable = {
  'envoy.config.route.v3.DirectResponseAction': fields('status', 'body'),
  ...dataSourceSupport,
};
