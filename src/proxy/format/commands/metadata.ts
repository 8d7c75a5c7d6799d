import { type Command, truncate } from '../command.ts';
import type { FormatContext, FormatValue, Provider } from '../context.ts';
import { formatError, unsupportedCommand } from '../error.ts';

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The same value with the keys of all objects in order, the way Envoy prints structs. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}

/** `NAMESPACE:KEY:KEY…`: walks down; the maximum length cuts strings. */
export function metadataProvider(
  parameter: string,
  maxLength: number | undefined,
  source: (context: FormatContext) => ReadonlyMap<string, Json>,
): Provider {
  const [namespace = '', ...keys] = parameter.split(':');
  return (context): FormatValue => {
    let value: unknown = source(context).get(namespace);
    for (const key of keys) value = isObject(value) ? value[key] : undefined;
    if (value === undefined || value === null) return undefined;
    return typeof value === 'string' ? truncate(value, maxLength) : (sorted(value) as FormatValue);
  };
}

const dynamic = ({ info }: FormatContext): ReadonlyMap<string, Json> => info.metadata;

const kinds = [
  'DYNAMIC',
  'CLUSTER',
  'ROUTE',
  'UPSTREAM_HOST',
  'LISTENER',
  'LISTENER_FILTER_CHAIN',
  'VIRTUAL_HOST',
];

export const metadataCommands: readonly Command[] = [
  {
    name: 'DYNAMIC_METADATA',
    parameter: 'required',
    length: true,
    compile: (parameter, maxLength) => metadataProvider(parameter, maxLength, dynamic),
  },
  {
    name: 'METADATA',
    parameter: 'optional',
    length: true,
    compile(parameter, maxLength) {
      const [kind = '', ...path] = parameter.split(':');
      if (!kinds.includes(kind)) throw formatError(`${kind} is not supported type of metadata`);
      if (kind !== 'DYNAMIC') throw unsupportedCommand(`%METADATA(${kind}:…)%`);
      return metadataProvider(path.join(':'), maxLength, dynamic);
    },
  },
];
