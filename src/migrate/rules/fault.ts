import { newMap, plainScalar } from '../../document/edit/node.ts';
import type { Rule } from '../rule.ts';

/** A whole percentage became a fraction; the type of a delay was always the same. */
function percent(of: string): Rule {
  return {
    of,
    apply(fault) {
      fault.drop('type');
      const share = fault.get('percent');
      if (share !== undefined && !fault.has('percentage')) {
        const fraction = newMap({ numerator: share, denominator: plainScalar('HUNDRED') });
        fault.replace('percent', 'percentage', fraction);
      }
    },
  };
}

export const faultRules: readonly Rule[] = [
  percent('envoy.extensions.filters.common.fault.v3.FaultDelay'),
  percent('envoy.extensions.filters.http.fault.v3.FaultAbort'),
];
