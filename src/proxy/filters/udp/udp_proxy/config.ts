import type { envoy } from '../../../../bootstrap/api.generated.ts';
import { LabError } from '../../../../error.ts';
import type { AccessLog } from '../../../access-log/access-log.ts';
import { compileAccessLogs } from '../../../access-log/compile.ts';
import type { Clock } from '../../../clock.ts';
import { xxHash64 } from '../../../hash/xx-hash64.ts';
import type { SocketAddress } from '../../../http/stream-info.ts';
import type { FactoryContext } from '../../../server/context.ts';
import { createUdpProxyStats, type UdpProxyStats } from './stats.ts';

export type UdpProxyMessage = envoy.extensions.filters.udp.udp_proxy.v3.UdpProxyConfig;
type Route = envoy.extensions.filters.udp.udp_proxy.v3.Route;

const routeType = 'envoy.extensions.filters.udp.udp_proxy.v3.Route';
const defaultIdleTimeout = 60_000;
/** Envoy's for `max_rx_datagram_size`, bytes. */
export const defaultMaxDatagram = 1500;

/** What a filter's config comes to, with Envoy's defaults. */
export interface UdpProxyConfig {
  readonly clock: Clock;
  readonly stats: UdpProxyStats;
  readonly cluster: string;
  readonly idleTimeoutMs: number;
  readonly perPacket: boolean;
  /** Of an upstream's datagrams, bytes: longer ones are dropped. */
  readonly maxUpstreamDatagram: number;
  /** Undefined: there is no hash policy. */
  readonly hash: ((peer: SocketAddress) => bigint) | undefined;
  readonly accessLogs: readonly AccessLog[];
  /** Written when the listener is gone. */
  readonly proxyAccessLogs: readonly AccessLog[];
}

/** @throws LabError in Envoy's words for what it refuses */
export function readConfig(message: UdpProxyMessage, { server, scope }: FactoryContext): UdpProxyConfig {
  const { environment, runtime, random } = server;
  const log = { environment, runtime, random, reader: server, manager: server.accessLogs };
  const { prefer_gro = true, max_rx_datagram_size = defaultMaxDatagram } =
    message.upstream_socket_config ?? {};
  return {
    clock: server.clock,
    stats: createUdpProxyStats(scope, message.stat_prefix),
    cluster: clusterOf(message),
    idleTimeoutMs: message.idle_timeout ?? defaultIdleTimeout,
    perPacket: message.use_per_packet_load_balancing ?? false,
    // Envoy's buffer for merged datagrams is long enough for any that is not.
    maxUpstreamDatagram: prefer_gro ? Number.POSITIVE_INFINITY : max_rx_datagram_size,
    hash: hashOf(message),
    accessLogs: compileAccessLogs(message.access_log, log),
    proxyAccessLogs: compileAccessLogs(message.proxy_access_log, log),
  };
}

function clusterOf({ cluster, matcher }: UdpProxyMessage): string {
  if (matcher === undefined) return cluster ?? '';
  const action = matcher.on_no_match?.action?.typed_config as ({ '@type': string } & Route) | undefined;
  if (action === undefined) return '';
  if (!action['@type'].endsWith(`/${routeType}`)) {
    throw new LabError(
      'invalid',
      `the action of a udp_proxy matcher is ${action['@type']}, not ${routeType}`,
      {
        hint: 'name the cluster in matcher.on_no_match.action.typed_config of that type',
      },
    );
  }
  return action.cluster;
}

function hashOf({ hash_policies: policies = [] }: UdpProxyMessage): UdpProxyConfig['hash'] {
  const policy = policies[0];
  if (policy === undefined) return undefined;
  if (policy.key === undefined) return ({ address }) => xxHash64(address);
  const hash = xxHash64(policy.key);
  return () => hash;
}
