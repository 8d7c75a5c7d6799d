import {
  EditMap,
  type EditNode,
  inherit,
  itemsOf,
  newList,
  newMap,
  takeItems,
} from '../../document/edit/node.ts';
import { newText } from '../../document/edit/read.ts';
import { findExtension } from '../extensions.ts';
import { type Rule, renames } from '../rule.ts';
import { asMap, isTrue, textOf, typedConfig } from '../typed.ts';

const listener = 'envoy.config.listener.v3.Listener';
const tlsInspector = 'envoy.filters.listener.tls_inspector';

const bindToPort: Rule = {
  of: listener,
  apply(message) {
    const given = message.get('deprecated_v1');
    if (!(given instanceof EditMap)) return;
    const bind = given.get('bind_to_port');
    if (bind === undefined || message.has('bind_to_port')) message.drop('deprecated_v1');
    else message.replace('deprecated_v1', 'bind_to_port', inherit(given, bind));
  },
};

/** What a filter chain asks of TLS needs the listener filter that looks; Envoy of v2 put it in by itself. */
const inspector: Rule = {
  of: listener,
  apply(message) {
    if (!itemsOf(message.get('filter_chains') ?? newList([])).some(asksOfTls)) return;
    const filters = message.get('listener_filters');
    const present = filters === undefined ? [] : itemsOf(filters);
    const isInspector = (name: string) =>
      findExtension(name, ['envoy.filters.listener'])?.name === tlsInspector;
    if (present.some((filter) => filter instanceof EditMap && isInspector(textOf(filter.get('name')) ?? '')))
      return;
    const type = 'envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector';
    const added = newMap({ name: newText(tlsInspector), typed_config: typedConfig(type) });
    if (filters?.kind === 'list') filters.items.push(added);
    else message.set('listener_filters', newList([...present, added]));
  },
};

function asksOfTls(chain: EditNode): boolean {
  const match = chain instanceof EditMap ? chain.get('filter_chain_match') : undefined;
  if (!(match instanceof EditMap)) return false;
  const transport = textOf(match.get('transport_protocol')) ?? '';
  if (transport !== '') return transport === 'tls';
  return ['server_names', 'sni_domains', 'application_protocols'].some((key) => match.has(key));
}

/** Connections before the PROXY protocol's header: every chain had to say so, now it is one listener filter. */
const proxyProtocol: Rule = {
  of: listener,
  apply(message) {
    const chains = itemsOf(message.get('filter_chains') ?? newList([])).map(asMap);
    if (chains.length === 0 || !chains.every((chain) => isTrue(chain.get('use_proxy_proto')))) return;
    for (const chain of chains) chain.drop('use_proxy_proto');
    const type = 'envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol';
    const name = newText('envoy.filters.listener.proxy_protocol');
    const added = newMap({ name, typed_config: typedConfig(type) });
    const filters = message.get('listener_filters');
    message.set('listener_filters', newList([added, ...(filters === undefined ? [] : takeItems(filters))]));
  },
};

export const listenerRules: readonly Rule[] = [
  bindToPort,
  inspector,
  proxyProtocol,
  renames('envoy.config.listener.v3.FilterChainMatch', { sni_domains: 'server_names' }),
];
