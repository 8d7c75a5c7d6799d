import type { envoy } from '../../bootstrap/api.generated.ts';
import { LabError } from '../../error.ts';
import type { ConnectionFacts } from './connection-facts.ts';
import { matchLevels } from './filter-chain-match.ts';

type FilterChainMatch = envoy.config.listener.v3.FilterChainMatch;
type Branches<V> = Map<string, Branches<V> | V>;

/** What there is for a connection; undefined: nothing. */
export type Find<V> = (facts: ConnectionFacts) => V | undefined;

/**
 * Makes one look-up of many matches, a level for each of their fields.
 *
 * @throws LabError in Envoy's words for matches that overlap
 */
export function compileMatches<V extends object>(
  matches: readonly (readonly [match: FilterChainMatch, value: V])[],
): Find<V> {
  const root: Branches<V> = new Map();
  for (const [match, value] of matches) add(root, match, value, 0);
  return compile(root, 0);
}

function add<V>(branches: Branches<V>, match: FilterChainMatch, value: V, at: number): void {
  for (const key of matchLevels[at]!.keys(match)) {
    if (at < matchLevels.length - 1) {
      const next = (branches.get(key) as Branches<V> | undefined) ?? new Map();
      branches.set(key, next);
      add(next, match, value, at + 1);
    } else if (branches.has(key)) {
      throw new LabError('invalid', 'multiple filter chains with overlapping matching rules are defined');
    } else branches.set(key, value);
  }
}

function compile<V extends object>(branches: Branches<V>, at: number): Find<V> {
  const { choose } = matchLevels[at]!;
  if (at === matchLevels.length - 1) return choose(branches as Map<string, V>);
  // What asks for nothing costs nothing.
  if (branches.size === 1 && branches.has('')) return compile(branches.get('') as Branches<V>, at + 1);
  const next = new Map([...branches].map(([key, branch]) => [key, compile(branch as Branches<V>, at + 1)]));
  const chosen = choose(next);
  return (facts) => chosen(facts)?.(facts);
}
