import type { Case } from '../case.ts';
import { accessLogs } from './access-log.ts';
import { admin } from './admin.ts';
import { adminPages } from './admin-pages.ts';
import { attacks } from './attacks.ts';
import { autoNames } from './auto-names.ts';
import { certificateSelection } from './certificate-selection.ts';
import { clientCertificates } from './client-certificates.ts';
import { clusters } from './clusters.ts';
import { connects } from './connect.ts';
import { connectionManager } from './connection-manager.ts';
import { dns } from './dns.ts';
import { drain } from './drain.ts';
import { filterChainFields } from './filter-chain-fields.ts';
import { filterChains } from './filter-chains.ts';
import { filters } from './filters.ts';
import { grpc } from './grpc.ts';
import { hcmHeaders } from './hcm-headers.ts';
import { headers } from './headers.ts';
import { http1Corners } from './http1-corners.ts';
import { http1Options } from './http1-options.ts';
import { http2 } from './http2.ts';
import { http2Errors } from './http2-errors.ts';
import { http2Floods } from './http2-floods.ts';
import { http2Limits } from './http2-limits.ts';
import { http2Pool } from './http2-pool.ts';
import { http2Upstream } from './http2-upstream.ts';
import { http2UpstreamErrors } from './http2-upstream-errors.ts';
import { limits } from './limits.ts';
import { listenerFilters } from './listener-filters.ts';
import { localAnswers } from './local-answers.ts';
import { localReplies } from './local-replies.ts';
import { logOperators } from './log-operators.ts';
import { proxyProtocol } from './proxy-protocol.ts';
import { proxying } from './proxying.ts';
import { redis } from './redis.ts';
import { redisHosts } from './redis-hosts.ts';
import { routeCorners } from './route-corners.ts';
import { routing } from './routing.ts';
import { secrets } from './secrets.ts';
import { stats } from './stats.ts';
import { tcpProxy } from './tcp-proxy.ts';
import { tls } from './tls.ts';
import { tlsHandshakes } from './tls-handshakes.ts';
import { tlsUpstreams } from './tls-upstreams.ts';
import { tunnels } from './tunnels.ts';
import { udp } from './udp.ts';
import { upgrades } from './upgrades.ts';
import { upstreamAnswers } from './upstream-answers.ts';
import { workers } from './workers.ts';

/** Every case; a new area is a file here and a line below. */
export const cases: readonly Case[] = [
  ...proxying,
  ...upstreamAnswers,
  ...http1Options,
  ...http1Corners,
  ...upgrades,
  ...connects,
  ...tunnels,
  ...grpc,
  ...localReplies,
  ...localAnswers,
  ...limits,
  ...connectionManager,
  ...filters,
  ...filterChains,
  ...filterChainFields,
  ...listenerFilters,
  ...proxyProtocol,
  ...udp,
  ...headers,
  ...hcmHeaders,
  ...routing,
  ...routeCorners,
  ...accessLogs,
  ...logOperators,
  ...http2,
  ...http2Errors,
  ...http2Limits,
  ...http2Floods,
  ...http2Upstream,
  ...http2UpstreamErrors,
  ...http2Pool,
  ...tcpProxy,
  ...redis,
  ...redisHosts,
  ...tls,
  ...tlsHandshakes,
  ...tlsUpstreams,
  ...autoNames,
  ...clientCertificates,
  ...certificateSelection,
  ...secrets,
  ...drain,
  ...clusters,
  ...dns,
  ...stats,
  ...workers,
  ...admin,
  ...adminPages,
  ...attacks,
];
