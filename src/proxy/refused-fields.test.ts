import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkMessage } from '../bootstrap/load.ts';
import { supported } from './supported.ts';

const typed = (name: string) => `type.googleapis.com/${name}`;

const refused = [
  [
    'proxy_protocol_config',
    'envoy.config.route.v3.RouteAction',
    {
      cluster: 'c',
      upgrade_configs: [{ upgrade_type: 'CONNECT', connect_config: { proxy_protocol_config: {} } }],
    },
  ],
  [
    'envoy.extensions.filters.http.grpc_stats.v3.FilterConfig',
    'envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter',
    {
      name: 'envoy.filters.http.grpc_stats',
      typed_config: { '@type': typed('envoy.extensions.filters.http.grpc_stats.v3.FilterConfig') },
    },
  ],
] as const;

for (const [what, message, config] of refused) {
  test(`${what} is refused by name`, () => {
    const { problems } = checkMessage(message, config, { support: supported });
    const errors = problems.filter(({ severity }) => severity === 'error');
    assert.equal(errors.length, 1);
    assert.match(
      `${errors[0]!.path}: ${errors[0]!.message}`,
      new RegExp(`${what}.* is not implemented by the ts data plane`),
    );
  });
}
