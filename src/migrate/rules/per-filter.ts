import { EditMap, type EditPair } from '../../document/edit/node.ts';
import { findExtension } from '../extensions.ts';
import type { Rule } from '../rule.ts';
import { asMap, isEmpty, textOf, typedConfig } from '../typed.ts';

/** `per_filter_config` became typed; the keys are names of filters. */
function perFilter(of: string): Rule {
  return {
    of,
    apply(message, migration) {
      const typed = message.get('typed_per_filter_config');
      if (typed instanceof EditMap) typed.pairs.forEach(migrateTyped);
      const given = message.get('per_filter_config');
      if (!(given instanceof EditMap)) return;
      const unknown = given.pairs.find(({ key }) => findFilter(key.text)?.perRoute === undefined);
      if (unknown !== undefined) {
        migration.lose(
          `the per_filter_config of ${unknown.key.text} has no v3 form`,
          unknown.key,
          'per_filter_config',
        );
        return;
      }
      for (const pair of given.pairs) {
        const { name, perRoute } = findFilter(pair.key.text)!;
        pair.key.text = name;
        pair.value = typedConfig(perRoute!, asMap(pair.value));
      }
      if (typed instanceof EditMap) {
        message.take('per_filter_config');
        typed.pairs.push(...given.pairs);
      } else message.rename('per_filter_config', 'typed_per_filter_config');
    },
  };
}

/** The key's name, and a Struct in the message's place. */
function migrateTyped(pair: EditPair): void {
  const filter = findFilter(pair.key.text);
  if (filter === undefined) return;
  pair.key.text = filter.name;
  const { value } = pair;
  if (filter.perRoute === undefined) return;
  if (isEmpty(value)) pair.value = typedConfig(filter.perRoute, value);
  if (!(value instanceof EditMap)) return;
  if (textOf(value.get('@type'))?.endsWith('/google.protobuf.Struct'))
    pair.value = typedConfig(filter.perRoute, asMap(value.get('value')));
}

const findFilter = (name: string) => findExtension(name, ['envoy.filters.http']);

export const perFilterRules: readonly Rule[] = [
  perFilter('envoy.config.route.v3.VirtualHost'),
  perFilter('envoy.config.route.v3.Route'),
  perFilter('envoy.config.route.v3.WeightedCluster.ClusterWeight'),
];
