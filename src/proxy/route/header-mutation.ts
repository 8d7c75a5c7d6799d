import type { envoy } from '../../bootstrap/api.generated.ts';
import { fields, type SupportTable } from '../../bootstrap/support.ts';
import { byteString } from '../format/bytes.ts';
import type { FormatContext } from '../format/context.ts';
import type { FormatEnvironment } from '../format/environment.ts';
import { compileFormat, constantFormat } from '../format/formatter.ts';
import type { HeaderMap } from '../http/headers.ts';
import { appendHeader } from '../http/inline-headers.ts';
import { routeError } from './error.ts';

type HeaderValueOption = envoy.config.core.v3.HeaderValueOption;
type AppendAction = envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;

/** `…_headers_to_add` and `…_headers_to_remove` of one level (weighted cluster, route, virtual host, config). */
export interface HeaderMutation {
  /** Changes the headers; `context` is what format strings are filled in from. */
  apply(headers: HeaderMap, context: FormatContext): void;
}

interface Addition {
  readonly name: string;
  readonly action: AppendAction;
  readonly keepEmpty: boolean;
  readonly value: string | ((context: FormatContext) => string);
}

function compileAddition(option: HeaderValueOption, environment: FormatEnvironment): Addition {
  const { header, append, append_action: action } = option;
  if (header.key.startsWith(':') || header.key.toLowerCase() === 'host')
    throw routeError(':-prefixed or host headers may not be modified');
  if (append !== undefined && action !== undefined && action !== 'APPEND_IF_EXISTS_OR_ADD')
    throw routeError(`Both append and append_action are set and it's not allowed`);
  const format = byteString(header.value ?? '');
  return {
    name: byteString(header.key).toLowerCase(),
    action: append === false ? 'OVERWRITE_IF_EXISTS_OR_ADD' : (action ?? 'APPEND_IF_EXISTS_OR_ADD'),
    keepEmpty: option.keep_empty_value ?? false,
    value: constantFormat(format) ?? compileFormat(format, environment, { omitEmptyValues: true }),
  };
}

function compileRemoval(name: string): string {
  if (name.startsWith(':') || name.toLowerCase() === 'host')
    throw routeError(':-prefixed or host headers may not be removed');
  return byteString(name).toLowerCase();
}

/**
 * Compiles one level of header changes; undefined when there are none.
 *
 * Removals come first, then overwriting (the new field stands at the end), then adding; all values are worked out
 * before any is written. An empty value is left out unless `keep_empty_value` is set.
 *
 * @throws LabError for pseudo-headers and format strings Envoy refuses
 */
export function compileHeaderMutation(
  add: readonly HeaderValueOption[] | undefined,
  remove: readonly string[] | undefined,
  environment: FormatEnvironment,
): HeaderMutation | undefined {
  const additions = (add ?? []).map((option) => compileAddition(option, environment));
  const removals = (remove ?? []).map(compileRemoval);
  if (additions.length === 0 && removals.length === 0) return undefined;
  return {
    apply(headers, context) {
      for (const name of removals) headers.remove(name);
      if (additions.length > 0) applyAdditions(headers, additions, context);
    },
  };
}

/** Header changes of one level of the config, both ways. */
export interface MutationLevel {
  readonly request: HeaderMutation | undefined;
  readonly response: HeaderMutation | undefined;
}

/** Compiles the header changes that a route, a virtual host, a config or a weighted cluster asks for. */
export function compileLevel(
  config: {
    readonly request_headers_to_add?: readonly HeaderValueOption[];
    readonly request_headers_to_remove?: readonly string[];
    readonly response_headers_to_add?: readonly HeaderValueOption[];
    readonly response_headers_to_remove?: readonly string[];
  },
  environment: FormatEnvironment,
): MutationLevel {
  return {
    request: compileHeaderMutation(
      config.request_headers_to_add,
      config.request_headers_to_remove,
      environment,
    ),
    response: compileHeaderMutation(
      config.response_headers_to_add,
      config.response_headers_to_remove,
      environment,
    ),
  };
}

function applyAdditions(headers: HeaderMap, additions: readonly Addition[], context: FormatContext): void {
  const append: string[] = [];
  const overwrite: string[] = [];
  for (const { name, action, keepEmpty, value } of additions) {
    const text = typeof value === 'string' ? value : value(context);
    if (text === '' && !keepEmpty) continue;
    if (action === 'APPEND_IF_EXISTS_OR_ADD') append.push(name, text);
    else if (action === 'ADD_IF_ABSENT') {
      if (!headers.has(name)) append.push(name, text);
    } else if (action === 'OVERWRITE_IF_EXISTS_OR_ADD' || headers.has(name)) overwrite.push(name, text);
  }
  for (let i = 0; i < overwrite.length; i += 2) {
    headers.remove(overwrite[i]!);
    headers.add(overwrite[i]!, overwrite[i + 1]!);
  }
  for (let i = 0; i < append.length; i += 2) appendHeader(headers, append[i]!, append[i + 1]!);
}

export const headerMutationSupport: SupportTable = {
  'envoy.config.core.v3.HeaderValueOption': fields('header', 'append', 'append_action', 'keep_empty_value'),
  'envoy.config.core.v3.HeaderValue': fields('key', 'value'),
};
