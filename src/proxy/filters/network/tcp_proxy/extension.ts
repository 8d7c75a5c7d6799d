import type { envoy } from '../../../../bootstrap/api.generated.ts';
import { compileAccessLogs } from '../../../access-log/compile.ts';
import type { FactoryContext } from '../../../server/context.ts';
import type { NetworkFilterExtension } from '../network-filter.ts';
import { readConfig } from './config.ts';
import { createStats } from './stats.ts';
import { supported } from './supported.ts';
import { type SharedState, TcpProxy } from './tcp-proxy.ts';

type TcpProxyMessage = envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;

/** https://www.envoyproxy.io/docs/envoy/latest/configuration/listeners/network_filters/tcp_proxy_filter */
export const tcpProxyExtension: NetworkFilterExtension = {
  name: 'envoy.filters.network.tcp_proxy',
  type: 'envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy',
  supported,
  configure(message, context) {
    const shared = configure(message as unknown as TcpProxyMessage, context);
    return (connection) => new TcpProxy(connection, shared);
  },
};

function configure(message: TcpProxyMessage, { server }: FactoryContext): SharedState {
  const { environment, runtime, random } = server;
  const config = readConfig(message, random);
  return {
    config,
    server,
    stats: createStats(server.stats.scope(`tcp.${config.statPrefix}`)),
    accessLogs: compileAccessLogs(message.access_log, {
      environment,
      runtime,
      random,
      reader: server,
      manager: server.accessLogs,
    }),
  };
}
