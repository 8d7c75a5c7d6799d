import { EditMap, newList, newMap, takeItems, wrapItem } from '../../document/edit/node.ts';
import { newText } from '../../document/edit/read.ts';
import { findExtension } from '../extensions.ts';
import { type Rule, renames } from '../rule.ts';
import { asMap, textOf, typedConfig } from '../typed.ts';

const cluster = 'envoy.config.cluster.v3.Cluster';

/** `hosts`, a list of addresses, became `load_assignment`. */
const hosts: Rule = {
  of: cluster,
  apply(message, migration) {
    const given = message.get('hosts');
    if (given === undefined) return;
    if (message.has('load_assignment')) {
      const pair = message.drop('hosts');
      migration.note('hosts is left out: load_assignment counted', pair?.key, 'hosts');
      return;
    }
    const endpoints = takeItems(given).map((host) =>
      wrapItem(host, (address) => newMap({ endpoint: newMap({ address }) })),
    );
    const name = message.get('name');
    const assignment = newMap({
      cluster_name: newText(textOf(name) ?? ''),
      endpoints: newList([newMap({ lb_endpoints: newList(endpoints) })]),
    });
    message.replace('hosts', 'load_assignment', assignment);
  },
};

/** `extension_protocol_options` became typed; both have their extension's name as the key. */
const protocolOptions: Rule = {
  of: cluster,
  apply(message, migration) {
    const typed = message.get('typed_extension_protocol_options');
    if (typed instanceof EditMap)
      for (const { key } of typed.pairs) key.text = findExtension(key.text, [])?.name ?? key.text;
    const given = message.get('extension_protocol_options');
    if (!(given instanceof EditMap) || typed !== undefined) return;
    const unknown = given.pairs.find(({ key }) => findExtension(key.text, [])?.protocolOptions === undefined);
    if (unknown !== undefined) {
      migration.lose(`the protocol options of ${unknown.key.text} have no v3 form`, unknown.key);
      return;
    }
    for (const pair of given.pairs) {
      const { name, protocolOptions: type } = findExtension(pair.key.text, [])!;
      pair.key.text = name;
      pair.value = typedConfig(type!, asMap(pair.value));
    }
    message.rename('extension_protocol_options', 'typed_extension_protocol_options');
  },
};

export const clusterRules: readonly Rule[] = [
  hosts,
  protocolOptions,
  renames(cluster, { drain_connections_on_host_removal: 'ignore_health_on_host_removal' }),
];
