import type { envoy } from '../../../bootstrap/api.generated.ts';
import { fields, type SupportTable } from '../../../bootstrap/support.ts';
import { readDataSource } from '../../data-source.ts';
import type { FormatContext } from '../../format/context.ts';
import { compileSubstitutionFormat, substitutionFormatSupport } from '../../format/substitution-format.ts';
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
  if (!config.body) return '';
  const { filename } = config.body;
  const body = readSource(config.body, context).toString('latin1');
  if (body.length > limit) {
    const what = filename === undefined ? 'response body' : `file ${filename}`;
    throw routeError(`${what} size is ${body.length} bytes; maximum is ${limit}`);
  }
  return body;
}

function readSource(source: envoy.config.core.v3.DataSource, context: RouteContext): Buffer {
  try {
    return readDataSource(source, { readFile: context.readFile, variables: context.environment.variables });
  } catch (error) {
    if (source.filename === undefined) throw error;
    throw routeError(`file ${source.filename} does not exist`);
  }
}

/** Prints the body for a request; undefined: it is sent as it is. */
export interface BodyFormat {
  print(context: FormatContext): string;
  /** Wins over what headers are added; undefined: plain text, unless a header says otherwise. */
  readonly contentType: string | undefined;
}

/** Compiles `body_format`: `%LOCAL_REPLY_BODY%` is the body. */
export function compileBodyFormat(
  config: envoy.config.route.v3.DirectResponseAction,
  context: RouteContext,
): BodyFormat | undefined {
  if (!config.body_format) return undefined;
  const { environment, readFile } = context;
  const reader = { readFile, variables: environment.variables };
  const { format, contentType } = compileSubstitutionFormat(config.body_format, { environment, reader });
  return { print: format, contentType: contentType === 'text/plain' ? undefined : contentType };
}

export const directResponseSupport: SupportTable = {
  'envoy.config.route.v3.DirectResponseAction': fields('status', 'body', 'body_format'),
  ...substitutionFormatSupport,
};
