import type { envoy } from '../../../bootstrap/api.generated.ts';
import { fields, type SupportTable } from '../../../bootstrap/support.ts';
import { LabError } from '../../../error.ts';
import { findExtension, type TypedConfig } from '../../typed-config.ts';
import type { FormatOptions } from './options.ts';
import { ProperCase } from './proper-case.ts';

type PreserveCaseConfig =
  envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig;

const statefulFormatters = [
  {
    name: 'envoy.http.stateful_header_formatters.preserve_case',
    type: 'envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig',
  },
] as const;

/** What of `header_key_format` is implemented. */
export const http1FormatSupport: SupportTable = {
  'envoy.config.core.v3.Http1ProtocolOptions.HeaderKeyFormat': fields(
    'proper_case_words',
    'stateful_formatter',
  ),
  'envoy.config.core.v3.Http1ProtocolOptions.HeaderKeyFormat.ProperCaseWords': {},
  'envoy.config.core.v3.TypedExtensionConfig': fields('name', 'typed_config'),
  [statefulFormatters[0].type]: fields('forward_reason_phrase', 'formatter_type_on_envoy_headers'),
};

/**
 * Reads `header_key_format`.
 *
 * @throws LabError `invalid` for a formatter nobody knows, and for the parser that is not there
 */
export function readFormatOptions(
  options: envoy.config.core.v3.Http1ProtocolOptions | undefined,
): FormatOptions {
  if (options?.use_balsa_parser === false) {
    throw new LabError('invalid', 'use_balsa_parser: false asks for the parser Envoy had before Balsa', {
      hint: 'leave it out: this data plane reads HTTP/1 as Balsa does',
    });
  }
  const format = options?.header_key_format;
  if (format?.proper_case_words !== undefined) return { format: new ProperCase() };
  const stateful = format?.stateful_formatter;
  if (stateful === undefined) return {};
  const config = stateful.typed_config as (TypedConfig & PreserveCaseConfig) | undefined;
  findExtension(statefulFormatters, stateful.name, config);
  return {
    preserveCase: {
      forwardReasonPhrase: config?.forward_reason_phrase ?? false,
      others: config?.formatter_type_on_envoy_headers === 'PROPER_CASE' ? new ProperCase() : undefined,
    },
  };
}
