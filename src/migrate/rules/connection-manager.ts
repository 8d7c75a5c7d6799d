import { newMap } from '../../document/edit/node.ts';
import type { Rule } from '../rule.ts';
import { asMap } from '../typed.ts';

/** `idle_timeout` moved to the options that both sides have. */
export const connectionManagerRules: readonly Rule[] = [
  {
    of: 'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    apply(manager) {
      const timeout = manager.get('idle_timeout');
      if (timeout === undefined) return;
      const common = manager.get('common_http_protocol_options');
      if (common === undefined) {
        manager.replace('idle_timeout', 'common_http_protocol_options', newMap({ idle_timeout: timeout }));
        return;
      }
      manager.take('idle_timeout');
      // The newer of the two counted.
      if (!asMap(common).has('idle_timeout')) asMap(common).set('idle_timeout', timeout);
    },
  },
];
