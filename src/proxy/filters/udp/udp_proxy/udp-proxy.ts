import type { Cluster, Host } from '../../../cluster/cluster.ts';
import { addressText } from '../../../format/address.ts';
import { type SocketAddress, StreamInfo } from '../../../http/stream-info.ts';
import type { ServerContext } from '../../../server/context.ts';
import type { UdpListenerFilter, UdpListenerSocket } from '../udp-listener-filter.ts';
import type { UdpProxyConfig } from './config.ts';
import { UdpSession } from './session.ts';
import { SessionLog } from './session-log.ts';
import { createUdpClusterStats, type UdpClusterStats } from './stats.ts';

/**
 * Passes datagrams on to a cluster's hosts and their answers back, a session for each client
 * (https://www.envoyproxy.io/docs/envoy/latest/configuration/listeners/udp_filters/udp_proxy).
 */
export class UdpProxy implements UdpListenerFilter {
  readonly #socket: UdpListenerSocket;
  readonly #config: UdpProxyConfig;
  /** By the client's address; with a host for each datagram, by the host's, too. */
  readonly #sessions = new Map<string, UdpSession>();
  readonly #target: { readonly cluster: Cluster; readonly stats: UdpClusterStats } | undefined;

  constructor(socket: UdpListenerSocket, config: UdpProxyConfig, server: ServerContext) {
    this.#socket = socket;
    this.#config = config;
    const cluster = server.clusters.get(config.cluster);
    if (cluster !== undefined) this.#target = { cluster, stats: createUdpClusterStats(cluster) };
  }

  get size(): number {
    return this.#sessions.size;
  }

  onDatagram(data: Buffer, peer: SocketAddress): void {
    if (this.#target === undefined) {
      this.#config.stats.noRoute.inc();
      return;
    }
    const client = addressText(peer);
    const session = this.#config.perPacket
      ? this.#sessionForPacket(client, peer)
      : this.#sessionForClient(client, peer);
    session?.onDatagram(data);
  }

  onReceiveError(): void {
    this.#config.stats.rxErrors.inc();
  }

  close(): void {
    for (const session of this.#sessions.values()) session.end();
    this.#sessions.clear();
    this.#writeLog();
  }

  /** The client's session; a host that was found unhealthy is left for a better one. */
  #sessionForClient(client: string, peer: SocketAddress): UdpSession | undefined {
    const session = this.#sessions.get(client);
    if (session === undefined) return this.#open(client, peer, undefined);
    const { hosts } = this.#target!.cluster;
    const gone = !hosts.includes(session.host);
    if (!gone && session.host.health !== 'UNHEALTHY') return session;
    const host = gone ? undefined : this.#choose(peer);
    if (!gone && (host === null || host === session.host || host?.health === 'UNHEALTHY')) return session;
    session.end();
    this.#sessions.delete(client);
    return this.#open(client, peer, host ?? undefined);
  }

  #sessionForPacket(client: string, peer: SocketAddress): UdpSession | undefined {
    const host = this.#choose(peer);
    if (host === null) return undefined;
    const key = `${client} ${addressText(host.address)}`;
    return this.#sessions.get(key) ?? this.#open(key, peer, host);
  }

  #open(key: string, peer: SocketAddress, chosen: Host | undefined): UdpSession | undefined {
    const { cluster, stats } = this.#target!;
    const host = chosen ?? this.#choose(peer);
    if (host === null) return undefined;
    if (!cluster.circuitBreakers.default.connections.canCreate) {
      // It is a session nevertheless, if one that is over.
      stats.overflow.inc();
      this.#config.stats.total.inc();
      new SessionLog(peer, this.#socket.local, cluster, undefined, this.#config).write('UO');
      return undefined;
    }
    const session = new UdpSession(peer, this.#socket, cluster, stats, host, this.#config, () => {
      this.#sessions.delete(key);
    });
    this.#sessions.set(key, session);
    return session;
  }

  #choose(peer: SocketAddress): Host | null {
    return this.#target!.cluster.chooseHost({ hash: this.#config.hash?.(peer) });
  }

  #writeLog(): void {
    const { proxyAccessLogs, stats, clock } = this.#config;
    if (proxyAccessLogs.length === 0) return;
    const { local } = this.#socket;
    const connection = { id: 0, local, remote: local, directRemote: local, tls: undefined };
    const info = new StreamInfo(connection, clock.wallNow(), clock.now());
    info.metadata.set('udp.proxy.proxy', {
      bytes_sent: stats.txBytes.value,
      bytes_received: stats.rxBytes.value,
      errors_sent: stats.txErrors.value,
      errors_received: stats.rxErrors.value,
      datagrams_sent: stats.txDatagrams.value,
      datagrams_received: stats.rxDatagrams.value,
      no_route: stats.noRoute.value,
      session_total: stats.total.value,
      idle_timeout: stats.idleTimeout.value,
    });
    for (const log of proxyAccessLogs) log.log({ info, request: undefined, response: undefined });
  }
}
