import { didYouMean, suggest } from '../../document/suggest.ts';
import { extensionByName } from '../schema/extension.ts';
import { Mark, type MessageSchema } from '../schema/schema.ts';
import { ofV2 } from '../v2.ts';
import type { Reading } from './reading.ts';
import { type Slot, slotOf } from './slot.ts';

const typeUrl = 'type.googleapis.com/envoy.extensions';

/** What took the place of the fields of the v2 API that old tutorials use. */
const replacements: Readonly<Record<string, string>> = {
  'envoy.config.cluster.v3.Cluster.hosts':
    'use load_assignment: { cluster_name, endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] }',
  'envoy.config.cluster.v3.Cluster.tls_context': `use transport_socket with ${typeUrl}.transport_sockets.tls.v3.UpstreamTlsContext`,
  'envoy.config.listener.v3.FilterChain.tls_context': `use transport_socket with ${typeUrl}.transport_sockets.tls.v3.DownstreamTlsContext`,
  'envoy.config.cluster.v3.Cluster.extension_protocol_options': 'use typed_extension_protocol_options',
  'envoy.config.route.v3.RouteMatch.regex': 'use safe_regex: { regex: … }',
  'envoy.config.route.v3.HeaderMatcher.regex_match': 'use string_match: { safe_regex: { regex: … } }',
  'envoy.config.route.v3.Route.per_filter_config': 'use typed_per_filter_config',
  'envoy.config.route.v3.VirtualHost.per_filter_config': 'use typed_per_filter_config',
  'envoy.config.bootstrap.v3.Bootstrap.runtime': 'use layered_runtime',
};

/**
 * Reports a key that is no field of the message; the reading stands at the key.
 *
 * @returns the field that was most likely meant
 */
export function reportUnknownField(
  reading: Reading,
  schema: MessageSchema,
  key: string,
  raw: Record<string, unknown>,
  slot: Slot,
): string | undefined {
  const config = schema.fields.get('typed_config');
  if (key === 'config' && config !== undefined) {
    const { categories } = slotOf(schema, config, slot, raw);
    const hint = `use typed_config with "@type": ${typeOfNamed(raw.name, categories)}`;
    reading.report(`config ${ofV2}`, { atKey: true, hint });
    return 'typed_config';
  }
  if (schema.reserved.includes(key)) {
    const hint = replacements[`${schema.name}.${key}`];
    reading.report(`${key} ${ofV2}`, { atKey: true, hint });
    return undefined;
  }
  const known = [...schema.fields.values()].filter((field) => (field.marks & Mark.Hidden) === 0);
  const names = known.map((field) => field.name);
  const severity = reading.allowUnknown ? 'warning' : 'error';
  reading.report(`unknown field of ${schema.name}`, { atKey: true, hint: didYouMean(key, names), severity });
  return suggest(key, names);
}

/** The type URL that an extension's name asks for, or a placeholder. */
export function typeOfNamed(name: unknown, categories: readonly string[] = []): string {
  const extension = typeof name === 'string' ? extensionByName(name, categories) : undefined;
  return `type.googleapis.com/${extension?.types[0] ?? '…'}`;
}
