import { type Command, truncate } from '../command.ts';
import type { FormatContext } from '../context.ts';
import { formatError } from '../error.ts';

type Lookup = (context: FormatContext, name: string) => string | undefined;

/** `X?Y`: header X, else header Y; names are compared in lower case. */
export function parseAlternatives(parameter: string): { main: string; alternative: string } {
  const [main = '', alternative = '', more] = parameter.split('?');
  if (more !== undefined)
    throw formatError(`More than 1 alternative header specified in token: ${parameter}`);
  if (/\n/.test(parameter))
    throw formatError('Invalid header configuration. Format string contains newline.');
  for (const name of [main, alternative]) {
    if (!/^(:?[!#$%&'*+.^_`|~0-9a-z-]+)?$/i.test(name))
      throw formatError('Invalid header configuration. Format string contains invalid characters.');
  }
  return { main: main.toLowerCase(), alternative: alternative.toLowerCase() };
}

function headerCommand(name: string, lookup: Lookup, edit?: (value: string) => string): Command {
  return {
    name,
    parameter: 'required',
    length: true,
    compile(parameter, maxLength) {
      const { main, alternative } = parseAlternatives(parameter);
      return (context) => {
        let value = lookup(context, main);
        if (value === undefined && alternative !== '') value = lookup(context, alternative);
        if (value === undefined) return undefined;
        return truncate(edit ? edit(value) : value, maxLength);
      };
    },
  };
}

const request: Lookup = (context, name) => {
  const value = context.request?.lookup(name);
  // Pseudo-headers of a request that never got so far are empty, not absent.
  return value === '' && name.startsWith(':') ? undefined : value;
};
const response: Lookup = (context, name) => context.response?.lookup(name);
const trailer: Lookup = (context, name) => context.trailers?.get(name);

export const headerCommands: readonly Command[] = [
  headerCommand('REQ', request),
  headerCommand('REQUEST_HEADER', request),
  headerCommand('RESP', response),
  headerCommand('RESPONSE_HEADER', response),
  headerCommand('TRAILER', trailer),
  headerCommand('RESPONSE_TRAILER', trailer),
];

/** The extension envoy.formatter.req_without_query. */
export const reqWithoutQuery: Command = headerCommand('REQ_WITHOUT_QUERY', request, (value) => {
  const query = value.indexOf('?');
  return query < 0 ? value : value.slice(0, query);
});
