import type { FieldSchema, MessageSchema } from '../schema/schema.ts';

/** Where an extension's config may stand. */
export interface Slot {
  /** Of the extensions it takes; empty when that is not known. */
  readonly categories: readonly string[];
  /** What the file calls the extension. */
  readonly name?: string | undefined;
  /** A TypedStruct in it stands for the message it names. */
  readonly translates: boolean;
  /** `is_optional`: Envoy passes over an extension that it does not have. */
  readonly optional: boolean;
}

export const noSlot: Slot = { categories: [], translates: false, optional: false };

/** Categories that the comments of the `.proto` leave out. */
const unmarked: Readonly<Record<string, readonly string[]>> = {
  'envoy.config.cluster.v3.Cluster.transport_socket': ['envoy.transport_sockets.upstream'],
  'envoy.config.route.v3.RouteConfiguration.typed_per_filter_config': ['envoy.filters.http'],
  'envoy.config.route.v3.VirtualHost.typed_per_filter_config': ['envoy.filters.http'],
  'envoy.config.route.v3.Route.typed_per_filter_config': ['envoy.filters.http'],
  'envoy.config.route.v3.WeightedCluster.ClusterWeight.typed_per_filter_config': ['envoy.filters.http'],
  'envoy.config.route.v3.FilterConfig.config': ['envoy.filters.http'],
};

/**
 * The slot a field is, or leads to.
 *
 * @param outer the slot of the message the field belongs to, which knows more than the message's own field
 */
export function slotOf(
  schema: MessageSchema,
  field: FieldSchema,
  outer: Slot,
  raw: Record<string, unknown>,
): Slot {
  const holdsConfig = field.type.kind === 'any';
  if (!holdsConfig && field.type.kind !== 'message') return noSlot;
  const own = unmarked[`${schema.name}.${field.name}`] ?? field.categories;
  const categories =
    holdsConfig && field.mapKey === undefined && outer.categories.length > 0 ? outer.categories : own;
  const name = holdsConfig && typeof raw.name === 'string' ? raw.name : undefined;
  const optional = holdsConfig && (raw.is_optional === true || raw.isOptional === true);
  return { categories, name, translates: categories.length > 0 || field.name === 'typed_config', optional };
}
