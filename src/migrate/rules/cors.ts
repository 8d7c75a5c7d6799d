import {
  type EditNode,
  newList,
  newMap,
  plainScalar,
  takeItems,
  wrapItem,
} from '../../document/edit/node.ts';
import type { Rule } from '../rule.ts';
import { isTrue } from '../typed.ts';
import { regexOf } from './match.ts';

const policy = 'envoy.config.route.v3.CorsPolicy';

/** Origins, exact and by pattern, became one list of matchers. */
const origins: Rule = {
  of: policy,
  apply(cors, migration) {
    const exact = cors.get('allow_origin');
    const patterns = cors.get('allow_origin_regex');
    const present = cors.get('allow_origin_string_match');
    if (exact === undefined && patterns === undefined) return;
    const matchers: EditNode[] = [
      ...(present === undefined ? [] : takeItems(present)),
      ...(exact === undefined
        ? []
        : takeItems(exact).map((origin) => wrapItem(origin, (text) => newMap({ exact: text })))),
      ...(patterns === undefined
        ? []
        : takeItems(patterns).map((origin) =>
            wrapItem(origin, (text) => newMap({ safe_regex: regexOf(text, migration) })),
          )),
    ];
    const [kept, ...dropped] = ['allow_origin_string_match', 'allow_origin', 'allow_origin_regex'].filter(
      (key) => cors.has(key),
    );
    for (const key of dropped) cors.take(key);
    cors.replace(kept!, 'allow_origin_string_match', newList(matchers));
  },
};

/** On or off became a share. */
const enabled: Rule = {
  of: policy,
  apply(cors) {
    const given = cors.get('enabled');
    if (given === undefined || cors.has('filter_enabled')) return;
    const numerator = plainScalar(isTrue(given) ? '100' : '0');
    const share = newMap({ numerator, denominator: plainScalar('HUNDRED') });
    cors.replace('enabled', 'filter_enabled', newMap({ default_value: share }));
  },
};

export const corsRules: readonly Rule[] = [origins, enabled];
