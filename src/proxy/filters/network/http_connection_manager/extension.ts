import type { envoy } from '../../../../bootstrap/api.generated.ts';
import { compileAccessLogs } from '../../../access-log/compile.ts';
import type { AccessLogContext } from '../../../access-log/extension.ts';
import { createHttp1Stats } from '../../../codec/http1/codec-stats.ts';
import { createHttp2Stats } from '../../../codec/http2/codec-stats.ts';
import { compileRoutes } from '../../../route/route-table.ts';
import type { FactoryContext } from '../../../server/context.ts';
import type { NetworkFilterExtension } from '../network-filter.ts';
import { readConfig } from './config.ts';
import { HttpConnectionManager } from './connection-manager.ts';
import { DateHeader } from './date-header.ts';
import { configureFilters } from './filter-chain.ts';
import { compileLocalReplyConfig } from './local-reply-config.ts';
import type { SharedState } from './shared-state.ts';
import { createStats } from './stats.ts';
import { supported } from './supported.ts';
import { Upgrades } from './upgrade.ts';

type Hcm = envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;

/** https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/http_conn_man */
export const httpConnectionManagerExtension: NetworkFilterExtension = {
  name: 'envoy.filters.network.http_connection_manager',
  type: 'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
  supported,
  configure(message, context) {
    const shared = configure(message as unknown as Hcm, context);
    return (connection, bufferLimit) => new HttpConnectionManager(connection, shared, bufferLimit);
  },
};

function configure(message: Hcm, context: FactoryContext): SharedState {
  const { server } = context;
  const config = readConfig(message, server.localInfo.cluster);
  const scope = server.stats.scope(`http.${config.statPrefix}`);
  const stats = createStats(scope, context.listenerScope.scope(`http.${config.statPrefix}`), true);
  const { environment, runtime, random, readFile } = server;
  const table = compileRoutes(message.route_config ?? {}, {
    environment,
    runtime,
    random,
    readFile,
    clusters: server.clusterNames(),
  });
  const logContext: AccessLogContext = {
    environment,
    runtime,
    random,
    reader: server,
    manager: server.accessLogs,
  };
  const filterContext = { ...context, scope: server.stats.verbatimScope(`http.${config.statPrefix}`) };
  return {
    config,
    server,
    stats,
    http1Stats: createHttp1Stats(server.stats),
    http2Stats: createHttp2Stats(server.stats),
    routes: { current: table },
    filterFactories: configureFilters(message.http_filters ?? [], filterContext),
    upgrades: new Upgrades(message.upgrade_configs ?? [], (filters) =>
      configureFilters(filters, filterContext),
    ),
    accessLogs: compileAccessLogs(message.access_log, logContext),
    localReplyRewriter: compileLocalReplyConfig(message.local_reply_config, logContext),
    drain: context.drain,
    date: new DateHeader(server.clock),
  };
}
