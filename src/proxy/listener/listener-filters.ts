import type { envoy } from '../../bootstrap/api.generated.ts';
import type { ListenerFilterFactory } from '../filters/listener/listener-filter.ts';
import { listenerFilters } from '../filters/listener/registry.ts';
import type { FactoryContext } from '../server/context.ts';
import { findExtension, type TypedConfig } from '../typed-config.ts';
import type { ConnectionFacts } from './connection-facts.ts';

type ListenerFilterMessage = envoy.config.listener.v3.ListenerFilter;
type Predicate = envoy.config.listener.v3.ListenerFilterChainMatchPredicate;

/** The listener filters of a config, in its order. @throws LabError in Envoy's words for what it refuses */
export function createListenerFilters(
  configs: readonly ListenerFilterMessage[],
  context: FactoryContext,
): readonly ListenerFilterFactory[] {
  return configs.map(({ name, typed_config, filter_disabled }) => {
    const typed = typed_config as TypedConfig | undefined;
    const factory = findExtension(listenerFilters, name, typed).configure(typed ?? {}, context);
    if (filter_disabled === undefined) return factory;
    const disabled = compilePredicate(filter_disabled);
    return (facts) => (disabled(facts) ? undefined : factory(facts));
  });
}

/** Compiles envoy.config.listener.v3.ListenerFilterChainMatchPredicate. */
function compilePredicate(config: Predicate): (facts: ConnectionFacts) => boolean {
  const { or_match, and_match, not_match, destination_port_range: range } = config;
  if (or_match !== undefined) {
    const rules = or_match.rules.map(compilePredicate);
    return (facts) => rules.some((rule) => rule(facts));
  }
  if (and_match !== undefined) {
    const rules = and_match.rules.map(compilePredicate);
    return (facts) => rules.every((rule) => rule(facts));
  }
  if (not_match !== undefined) {
    const rule = compilePredicate(not_match);
    return (facts) => !rule(facts);
  }
  if (range !== undefined) {
    const { start = 0, end = 0 } = range;
    return ({ local }) => local.port >= start && local.port < end;
  }
  return () => true;
}
