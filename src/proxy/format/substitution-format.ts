import type { envoy } from '../../bootstrap/api.generated.ts';
import { fields, type SupportTable } from '../../bootstrap/support.ts';
import { type DataSourceReader, dataSourceSupport, readDataSource } from '../data-source.ts';
import { byteString } from './bytes.ts';
import type { Command } from './command.ts';
import { reqWithoutQuery } from './commands/header.ts';
import type { FormatEnvironment } from './environment.ts';
import { formatError } from './error.ts';
import { compileFormat, type FormatOptions, type Formatter } from './formatter.ts';
import { compileJsonFormat } from './json.ts';

/** Extensions that `formatters` may name, and the command each brings. */
const extensions: readonly { readonly type: string; readonly command: Command }[] = [
  {
    type: 'envoy.extensions.formatter.req_without_query.v3.ReqWithoutQuery',
    command: reqWithoutQuery,
  },
];

/** What compiling a SubstitutionFormatString needs. */
export interface SubstitutionContext {
  readonly environment: FormatEnvironment;
  readonly reader: DataSourceReader;
}

/** What a SubstitutionFormatString prints, and as what. */
export interface SubstitutionFormat {
  readonly format: Formatter;
  /** `content_type`, else the type of the format. */
  readonly contentType: string;
}

/**
 * Compiles envoy.config.core.v3.SubstitutionFormatString: text, text from a source, or JSON. The result prints
 * byte strings.
 *
 * @throws LabError for what Envoy refuses
 */
export function compileSubstitutionFormat(
  config: envoy.config.core.v3.SubstitutionFormatString,
  { environment, reader }: SubstitutionContext,
): SubstitutionFormat {
  const options: FormatOptions = {
    omitEmptyValues: config.omit_empty_values ?? false,
    extensions: (config.formatters ?? []).map(({ name, typed_config: { '@type': url } }) => {
      const type = url.slice(url.indexOf('/') + 1);
      const extension = extensions.find((candidate) => candidate.type === type);
      if (!extension) throw formatError(`formatter ${name} (${type}) is not implemented by the ts engine`);
      return extension.command;
    }),
  };
  if (config.json_format)
    return {
      format: compileJsonFormat(config.json_format, environment, options),
      contentType: config.content_type || 'application/json',
    };
  const text = config.text_format_source
    ? readDataSource(config.text_format_source, reader).toString('latin1')
    : byteString(config.text_format ?? '');
  return {
    format: compileFormat(text, environment, options),
    contentType: config.content_type || 'text/plain',
  };
}

const sortedKeys = 'keys are always sorted, as in Envoy';

export const substitutionFormatSupport: SupportTable = {
  ...dataSourceSupport,
  'envoy.config.core.v3.SubstitutionFormatString': {
    ...fields(
      'text_format',
      'json_format',
      'text_format_source',
      'omit_empty_values',
      'content_type',
      'formatters',
    ),
    json_format_options: { noEffect: sortedKeys },
  },
  'envoy.config.core.v3.JsonFormatOptions': {
    sort_properties: { noEffect: sortedKeys },
  },
  'envoy.extensions.formatter.req_without_query.v3.ReqWithoutQuery': {},
};
