import type { Cluster, Host } from '../../../cluster/cluster.ts';
import {
  newUpstreamInfo,
  type ResponseFlag,
  type SocketAddress,
  StreamInfo,
} from '../../../http/stream-info.ts';
import type { UdpProxyConfig } from './config.ts';

/** What the access log tells of a session, as `%DYNAMIC_METADATA(udp.proxy.session:…)%` (docs: configuration/observability/access_log). */
export class SessionLog {
  bytesSent = 0;
  bytesReceived = 0;
  errorsSent = 0;
  datagramsSent = 0;
  datagramsReceived = 0;
  readonly #cluster: Cluster;
  readonly #config: UdpProxyConfig;
  readonly #info: StreamInfo;

  constructor(
    remote: SocketAddress,
    local: SocketAddress,
    cluster: Cluster,
    host: Host | undefined,
    config: UdpProxyConfig,
  ) {
    this.#cluster = cluster;
    this.#config = config;
    const { clock } = config;
    const connection = { id: 0, local, remote, directRemote: remote, tls: undefined };
    this.#info = new StreamInfo(connection, clock.wallNow(), clock.now());
    this.#info.upstream = newUpstreamInfo('');
    this.#info.upstream.host = host?.address;
    this.#info.upstream.hostname = host?.hostname;
  }

  /** The session is over. `flag`: why there was none. */
  write(flag?: ResponseFlag): void {
    const { accessLogs, clock } = this.#config;
    if (accessLogs.length === 0) return;
    if (flag !== undefined) this.#info.flags.add(flag);
    this.#info.end = clock.now();
    this.#info.bytesSent = this.bytesSent;
    this.#info.bytesReceived = this.bytesReceived;
    this.#info.metadata.set('udp.proxy.session', {
      cluster_name: this.#cluster.name,
      bytes_sent: this.bytesSent,
      bytes_received: this.bytesReceived,
      errors_sent: this.errorsSent,
      datagrams_sent: this.datagramsSent,
      datagrams_received: this.datagramsReceived,
    });
    for (const log of accessLogs) {
      log.log({
        info: this.#info,
        request: undefined,
        response: undefined,
        accessLogType: 'UdpSessionEnd',
      });
    }
  }
}
