import type { envoy } from '../../../../bootstrap/api.generated.ts';
import type { AccessLogFilter } from '../../../access-log/access-log.ts';
import type { AccessLogContext } from '../../../access-log/extension.ts';
import { compileFilter } from '../../../access-log/filter.ts';
import { readDataSource } from '../../../data-source.ts';
import type { FormatContext } from '../../../format/context.ts';
import { compileSubstitutionFormat, type SubstitutionFormat } from '../../../format/substitution-format.ts';
import type { LocalReplyRewriter } from '../../../http/local-reply.ts';
import { compileHeaderMutation, type HeaderMutation } from '../../../route/header-mutation.ts';

type LocalReplyConfig = envoy.extensions.filters.network.http_connection_manager.v3.LocalReplyConfig;
type ResponseMapper = envoy.extensions.filters.network.http_connection_manager.v3.ResponseMapper;

interface Mapper {
  readonly matches: AccessLogFilter;
  readonly status: number | undefined;
  /** A byte string. */
  readonly body: string | undefined;
  readonly headers: HeaderMutation | undefined;
  readonly format: SubstitutionFormat | undefined;
}

/**
 * Compiles `local_reply_config`: the first mapper whose filter takes the reply changes it; then its body is printed
 * by that mapper's format, or the common one.
 *
 * @throws LabError for formats and filters Envoy refuses
 * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/local_reply
 */
export function compileLocalReplyConfig(
  config: LocalReplyConfig | undefined,
  context: AccessLogContext,
): LocalReplyRewriter | undefined {
  if (config === undefined) return undefined;
  const mappers = (config.mappers ?? []).map((mapper) => compileMapper(mapper, context));
  const standard = config.body_format && compileSubstitutionFormat(config.body_format, context);
  return (request, response, info, text) => {
    const entry: FormatContext = { info, request, response };
    const mapper = mappers.find(({ matches }) => matches(entry));
    if (mapper !== undefined) {
      if (mapper.body !== undefined) text.body = mapper.body;
      mapper.headers?.apply(response, entry);
      if (mapper.status !== undefined) {
        response.status = mapper.status;
        info.responseCode = mapper.status;
      }
    }
    const format = mapper?.format ?? standard;
    if (format === undefined) return;
    text.body = format.format({ ...entry, localReplyBody: text.body });
    text.contentType = format.contentType;
  };
}

function compileMapper(mapper: ResponseMapper, context: AccessLogContext): Mapper {
  const { filter, status_code, body, body_format_override: format, headers_to_add } = mapper;
  return {
    matches: compileFilter(filter, context),
    status: status_code,
    body: body && readDataSource(body, context.reader).toString('latin1'),
    headers: compileHeaderMutation(headers_to_add, undefined, context.environment),
    format: format && compileSubstitutionFormat(format, context),
  };
}
