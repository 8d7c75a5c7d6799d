import { type Command, truncate } from '../command.ts';
import type { FormatContext } from '../context.ts';
import { formatError } from '../error.ts';

function option(command: string, value: string, allowed: readonly string[]): string {
  if (value === '') return allowed[0]!;
  if (allowed.includes(value)) return value;
  const list = allowed.map((name) => `'${name}'`).join('/');
  throw formatError(`Invalid ${command} option: '${value}', only ${list} are allowed`);
}

function pathSource(source: string): (context: FormatContext) => string | undefined {
  const original = (context: FormatContext) => context.request?.get('x-envoy-original-path');
  const current = (context: FormatContext) => context.request?.path || undefined;
  if (source === 'ORIG') return original;
  if (source === 'PATH') return current;
  return (context) => original(context) ?? current(context);
}

/** The part after the question mark, without a fragment. */
function queryOf(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  const start = path.indexOf('?');
  if (start < 0) return undefined;
  const fragment = path.indexOf('#', start);
  return path.slice(start + 1, fragment < 0 ? path.length : fragment);
}

function decode(text: string): string {
  return text.replace(/%([0-9a-fA-F]{2})/g, (_all, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

export const pathCommands: readonly Command[] = [
  {
    name: 'PATH',
    parameter: 'optional',
    length: true,
    compile(parameter, maxLength) {
      const [query = '', source = ''] = parameter.split(':');
      const withQuery = option('PATH', query, ['WQ', 'NQ']) === 'WQ';
      const path = pathSource(source === '' ? '' : option('PATH', source, ['ORIG', 'PATH', 'ORIG_OR_PATH']));
      return (context) => {
        const value = path(context);
        if (value === undefined) return undefined;
        const end = withQuery ? -1 : value.indexOf('?');
        return truncate(end < 0 ? value : value.slice(0, end), maxLength);
      };
    },
  },
  {
    name: 'QUERY_PARAM',
    parameter: 'required',
    length: true,
    compile(parameter, maxLength) {
      return (context) => {
        for (const pair of queryOf(context.request?.path)?.split('&') ?? []) {
          const equals = pair.indexOf('=');
          if ((equals < 0 ? pair : pair.slice(0, equals)) === parameter)
            return truncate(equals < 0 ? '' : decode(pair.slice(equals + 1)), maxLength);
        }
        return undefined;
      };
    },
  },
  {
    name: 'QUERY_PARAMS',
    parameter: 'optional',
    length: true,
    compile(parameter, maxLength) {
      // DECODED prints what ORIG prints: Envoy 1.40 decodes nothing there.
      option('QUERY_PARAMS', parameter, ['ORIG', 'DECODED']);
      return (context) => {
        const query = queryOf(context.request?.path);
        return query === undefined ? undefined : truncate(query, maxLength);
      };
    },
  },
];
