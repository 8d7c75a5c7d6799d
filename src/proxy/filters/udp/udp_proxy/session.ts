import type { Timer } from '../../../clock.ts';
import type { Cluster, Host } from '../../../cluster/cluster.ts';
import type { SocketAddress } from '../../../http/stream-info.ts';
import type { UdpListenerSocket } from '../udp-listener-filter.ts';
import type { UdpProxyConfig } from './config.ts';
import { SessionLog } from './session-log.ts';
import type { UdpClusterStats } from './stats.ts';
import { UpstreamDatagrams } from './upstream-datagrams.ts';

/** One client's datagrams, to one host and back. It ends when nothing has come for a while from either side. */
export class UdpSession {
  readonly host: Host;
  readonly #peer: SocketAddress;
  readonly #socket: UdpListenerSocket;
  readonly #cluster: Cluster;
  readonly #clusterStats: UdpClusterStats;
  readonly #config: UdpProxyConfig;
  readonly #upstream: UpstreamDatagrams;
  readonly #log: SessionLog;
  readonly #onIdle: () => void;
  #timer: Timer;
  /** ms of the clock at which something last came. */
  #lastActive: number;
  #ended = false;

  /** `onIdle`: it has ended by itself. */
  constructor(
    peer: SocketAddress,
    socket: UdpListenerSocket,
    cluster: Cluster,
    clusterStats: UdpClusterStats,
    host: Host,
    config: UdpProxyConfig,
    onIdle: () => void,
  ) {
    this.#peer = peer;
    this.#socket = socket;
    this.#cluster = cluster;
    this.#clusterStats = clusterStats;
    this.host = host;
    this.#config = config;
    this.#onIdle = onIdle;
    this.#log = new SessionLog(peer, socket.local, cluster, host, config);
    config.stats.total.inc();
    config.stats.active.inc();
    cluster.circuitBreakers.default.connections.inc();
    this.#lastActive = config.clock.now();
    this.#timer = config.clock.setTimeout(() => this.#checkIdle(), config.idleTimeoutMs);
    this.#upstream = new UpstreamDatagrams(host.address, {
      onDatagram: (data) => this.#onUpstream(data),
      onError: () => {
        this.#lastActive = config.clock.now();
        clusterStats.rxErrors.inc();
      },
    });
  }

  /** From the client. */
  onDatagram(data: Buffer): void {
    const { stats, clock } = this.#config;
    stats.rxBytes.add(data.length);
    stats.rxDatagrams.inc();
    this.#log.bytesReceived += data.length;
    this.#log.datagramsReceived++;
    this.#lastActive = clock.now();
    this.#upstream.send(data, (sent) => {
      if (!sent) this.#clusterStats.txErrors.inc();
      else {
        this.#clusterStats.txDatagrams.inc();
        this.#clusterStats.txBytes.add(data.length);
      }
    });
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#timer.cancel();
    this.#upstream.close();
    this.#config.stats.active.dec();
    this.#cluster.circuitBreakers.default.connections.dec();
    this.#log.write();
  }

  #onUpstream(data: Buffer): void {
    const { stats, clock, maxUpstreamDatagram } = this.#config;
    this.#lastActive = clock.now();
    if (data.length > maxUpstreamDatagram) {
      this.#clusterStats.rxDropped.inc();
      return;
    }
    this.#clusterStats.rxDatagrams.inc();
    this.#clusterStats.rxBytes.add(data.length);
    this.#socket.send(data, this.#peer, (sent) => {
      if (!sent) {
        stats.txErrors.inc();
        this.#log.errorsSent++;
        return;
      }
      stats.txBytes.add(data.length);
      stats.txDatagrams.inc();
      this.#log.bytesSent += data.length;
      this.#log.datagramsSent++;
    });
  }

  /** A timer that is moved for every datagram would cost more than one that looks again. */
  #checkIdle(): void {
    const { clock, idleTimeoutMs, stats } = this.#config;
    const left = this.#lastActive + idleTimeoutMs - clock.now();
    if (left > 0) {
      this.#timer = clock.setTimeout(() => this.#checkIdle(), left);
      return;
    }
    stats.idleTimeout.inc();
    this.end();
    this.#onIdle();
  }
}
