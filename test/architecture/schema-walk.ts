import { checkMessage } from '../../src/bootstrap/load.ts';
import { noSlot, type Slot, slotOf } from '../../src/bootstrap/reader/slot.ts';
import { categoriesTake, extensions } from '../../src/bootstrap/schema/extension.ts';
import {
  enumSchema,
  type FieldSchema,
  type FieldType,
  messageSchema,
} from '../../src/bootstrap/schema/schema.ts';
import type { SupportTable } from '../../src/bootstrap/support.ts';
import { formatPath } from '../../src/document/problem.ts';

const root = 'envoy.config.bootstrap.v3.Bootstrap';

export interface Walk {
  /** Fields, enum values and extension types that were tried, by what the table says of them. */
  readonly supported: number;
  readonly refused: number;
  /** What was accepted in silence, or refused though the table has it. */
  readonly failures: readonly string[];
  /** Messages of the table that no supported field leads to. */
  readonly unreachable: readonly string[];
}

/** A message somewhere in a bootstrap, and how to build a bootstrap that holds it there. */
interface Place {
  readonly type: string;
  readonly path: readonly (string | number)[];
  readonly slot: Slot;
  readonly wrap: (message: object) => object;
}

/**
 * Tries every field of every message that supported fields lead to: a config that sets just that field must be
 * accepted if the table has the field, and else be refused with a message that names the field's path.
 */
export function walkSupport(support: SupportTable): Walk {
  const failures: string[] = [];
  const count = { supported: 0, refused: 0 };
  const seen = new Set<string>();
  const reached = new Set<string>([root]);
  const queue: Place[] = [{ type: root, path: [], slot: noSlot, wrap: (message) => message }];

  const attempt = (config: object, path: Place['path'], implemented: boolean, what: string): void => {
    const { problems } = checkMessage(root, config, { support });
    const at = formatPath(path);
    const refusals = problems.filter(({ message }) =>
      message.endsWith('is not implemented by the ts data plane'),
    );
    const named = refusals.some((problem) => problem.path === at && problem.message.startsWith(`${what} `));
    if (named === implemented || (!implemented && refusals.length !== 1)) {
      const found =
        refusals.map((problem) => `${problem.path}: ${problem.message}`).join('; ') || 'nothing said';
      failures.push(`${at}: ${what} should be ${implemented ? 'accepted' : 'refused'}: ${found}`);
    }
    count[implemented ? 'supported' : 'refused']++;
  };
  const visit = (place: Place): void => {
    // What an extension's holder takes depends on where it stands.
    const key = `${place.type} ${place.slot.categories}`;
    if (seen.has(key)) return;
    seen.add(key);
    reached.add(place.type);
    queue.push(place);
  };

  for (let place = queue.shift(); place !== undefined; place = queue.shift()) {
    const { type, path, slot, wrap } = place;
    const schema = messageSchema(type)!;
    for (const field of schema.fields.values()) {
      const set = (value: unknown): object => wrap({ [field.name]: inField(field, value) });
      const at = [...path, field.name];
      const listed = support[type]?.[field.name];
      const inner = slotOf(schema, field, slot, {});
      if (listed === undefined) {
        attempt(set(sample(field.type)), at, false, field.name);
        continue;
      }
      const within = [...at, ...stepInto(field)];
      const next = (name: string, more: object): void => {
        visit({ type: name, path: within, slot: inner, wrap: (message) => set({ ...more, ...message }) });
      };
      switch (field.type.kind) {
        case 'enum':
          for (const { name, number } of enumSchema(field.type.name)!.values) {
            const implemented = listed.values === undefined || listed.values.includes(name);
            // Zero is the same as absent, which no table can refuse.
            if (implemented || number !== 0) attempt(set(name), at, implemented, `${field.name} ${name}`);
          }
          break;
        case 'any':
          for (const name of typesFor(inner, support)) {
            const any = { '@type': `type.googleapis.com/${name}` };
            const implemented = support[name] !== undefined;
            attempt(set(any), within, implemented, name);
            if (implemented) next(name, any);
          }
          break;
        default:
          attempt(set(sample(field.type)), at, true, field.name);
          if (field.type.kind === 'message') next(field.type.name, {});
      }
    }
  }
  const unreachable = Object.keys(support).filter((type) => !reached.has(type));
  return { ...count, failures, unreachable };
}

/** Entries of the table that Envoy's API does not have: misspelt, or of another version. */
export function unknownSupport(support: SupportTable): string[] {
  const unknown: string[] = [];
  for (const [type, fields] of Object.entries(support)) {
    const schema = messageSchema(type);
    if (schema === undefined) unknown.push(type);
    for (const [name, { values = [] }] of Object.entries(fields)) {
      const field = schema?.fields.get(name);
      if (schema !== undefined && field === undefined) unknown.push(`${type}.${name}`);
      const known = field?.type.kind === 'enum' ? enumSchema(field.type.name)!.values : [];
      for (const value of values) {
        if (!known.some((candidate) => candidate.name === value)) unknown.push(`${type}.${name}: ${value}`);
      }
    }
  }
  return unknown;
}

/** Those that no category lists, though they stand where extensions do. */
const uncategorised = new Set([
  'envoy.config.route.v3.FilterConfig',
  'envoy.extensions.filters.udp.udp_proxy.v3.Route',
]);

/** The types that may stand in a place for an extension: of the registered ones, and what the table has. */
function typesFor({ categories }: Slot, support: SupportTable): string[] {
  const registered = extensions().filter(({ category }) => categories.includes(category));
  const types = new Set(registered.flatMap((extension) => extension.types));
  for (const type of Object.keys(support)) {
    if (categoriesTake(categories, type) === true || uncategorised.has(type)) types.add(type);
    // A filter's own options stand beside those of HTTP, by the filter's name.
    if (categories.includes('envoy.upstream_options') && type.endsWith('.RedisProtocolOptions'))
      types.add(type);
  }
  return [...types].filter((type) => messageSchema(type) !== undefined);
}

function inField(field: FieldSchema, value: unknown): unknown {
  if (field.repeated) return [value];
  return field.mapKey === undefined ? value : { [keyOf(field)]: value };
}

function stepInto(field: FieldSchema): (string | number)[] {
  if (field.repeated) return [0];
  return field.mapKey === undefined ? [] : [keyOf(field)];
}

function keyOf(field: FieldSchema): string {
  return field.mapKey === 'string' ? 'key' : field.mapKey === 'bool' ? 'true' : '1';
}

/** A value that is not the default of its type. */
function sample(type: FieldType): unknown {
  switch (type.kind) {
    case 'scalar':
    case 'wrapper':
      if (type.scalar === 'bool') return true;
      return type.scalar === 'string' ? 'x' : type.scalar === 'bytes' ? 'AAAA' : 1;
    case 'enum':
      return enumSchema(type.name)!.values.find(({ number }) => number !== 0)?.name ?? 0;
    case 'any':
      return { '@type': 'type.googleapis.com/google.protobuf.Struct', value: {} };
    case 'duration':
      return '1s';
    case 'timestamp':
      return '2026-01-31T12:00:00Z';
    case 'fieldMask':
      return 'a';
    case 'listValue':
      return [1];
    case 'value':
      return 1;
    default:
      return {};
  }
}
