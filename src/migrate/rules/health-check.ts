import { inherit, newMap, plainScalar } from '../../document/edit/node.ts';
import type { Rule } from '../rule.ts';
import { isTrue } from '../typed.ts';

/** Several checks of one cluster have to be told apart. */
const names: Rule = {
  of: 'envoy.config.cluster.v3.Cluster',
  apply(cluster) {
    const checks = cluster.get('health_checks');
    if (checks?.kind !== 'list' || checks.items.length < 2) return;
    checks.items.forEach((check, i) => {
      if (check.kind === 'map' && !check.has('name')) check.setFirst('name', plainScalar(`check-${i + 1}`));
    });
  },
};

export const healthCheckRules: readonly Rule[] = [
  names,
  {
    of: 'envoy.config.core.v3.HealthCheck.HttpHealthCheck',
    apply(check) {
      const http2 = check.get('use_http2');
      if (http2 !== undefined && (!isTrue(http2) || check.has('codec_client_type'))) check.drop('use_http2');
      else if (http2 !== undefined) {
        check.replace('use_http2', 'codec_client_type', inherit(http2, plainScalar('HTTP2')));
      }
      // The name that was given was the beginning of the one that is served.
      const name = check.get('service_name');
      if (name !== undefined && !check.has('service_name_matcher'))
        check.replace('service_name', 'service_name_matcher', newMap({ prefix: name }));
    },
  },
];
