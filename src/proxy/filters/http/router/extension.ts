import { fields } from '../../../../bootstrap/support.ts';
import type { HttpFilterExtension } from '../../../http/filter.ts';
import { Router } from './router.ts';
import { RouterState } from './router-state.ts';

/** https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/router_filter */
export const routerExtension: HttpFilterExtension = {
  name: 'envoy.filters.http.router',
  type: 'envoy.extensions.filters.http.router.v3.Router',
  terminal: true,
  supported: {
    'envoy.extensions.filters.http.router.v3.Router': {
      ...fields(
        'dynamic_stats',
        'suppress_envoy_headers',
        'strict_check_headers',
        'respect_expected_rq_timeout',
      ),
      start_child_span: { noEffect: 'only a tracer reads it' },
    },
  },
  configure(config, context) {
    const state = new RouterState(config, context);
    return () => new Router(state);
  },
};
