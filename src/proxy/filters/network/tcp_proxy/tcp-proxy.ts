// Long because all that ends either side meets here: both peers, the attempts to connect, three timers.
import type { AccessLog } from '../../../access-log/access-log.ts';
import type { Timer } from '../../../clock.ts';
import type {
  Cluster,
  Host,
  TcpPoolCallbacks,
  UpstreamTcpCallbacks,
  UpstreamTcpConnection,
} from '../../../cluster/cluster.ts';
import type { StreamResetReason } from '../../../codec/codec.ts';
import type { AccessLogType } from '../../../format/context.ts';
import { xxHash64 } from '../../../hash/xx-hash64.ts';
import {
  newUpstreamInfo,
  StreamInfo,
  type UpstreamInfo,
  type UpstreamMeter,
} from '../../../http/stream-info.ts';
import type { Connection } from '../../../listener/connection.ts';
import type { ServerContext } from '../../../server/context.ts';
import type { NetworkFilter } from '../network-filter.ts';
import type { TcpProxyConfig } from './config.ts';
import { IdleTimer } from './idle-timer.ts';
import type { TcpProxyStats } from './stats.ts';
import { UpstreamFlush } from './upstream-flush.ts';

/** What all connections of one configured tcp_proxy share. */
export interface SharedState {
  readonly config: TcpProxyConfig;
  readonly server: ServerContext;
  readonly stats: TcpProxyStats;
  readonly accessLogs: readonly AccessLog[];
}

/** Why there is no upstream, as the connection's local close reason numbers it (Envoy's UpstreamFailureReason). */
const failures = { connectFailed: 0, noHealthyUpstream: 1, resourceLimitExceeded: 2, noRoute: 3 } as const;

/**
 * Joins a client's connection to one of an upstream, byte for byte and each direction on its own: Envoy's
 * TcpProxy::Filter (source/common/tcp_proxy/tcp_proxy.cc).
 */
export class TcpProxy implements NetworkFilter, TcpPoolCallbacks {
  readonly #connection: Connection;
  readonly #shared: SharedState;
  readonly #info: StreamInfo;
  readonly #upstreamInfo: UpstreamInfo = { ...newUpstreamInfo(''), closeType: 'Normal' };
  #cluster: Cluster | undefined;
  /** What is awaited: a connection, or the time of the next attempt. */
  #awaited: { cancel(): void } | undefined;
  #upstream: UpstreamTcpConnection | undefined;
  #idle: IdleTimer | undefined;
  #durationTimer: Timer | undefined;
  #logTimer: Timer | undefined;
  /** What came before there was an upstream. */
  readonly #early: Buffer[] = [];
  #earlyBytes = 0;
  #earlyEnd = false;
  /** The client is not read until there is an upstream. */
  #held = false;

  constructor(connection: Connection, shared: SharedState) {
    this.#connection = connection;
    this.#shared = shared;
    const { config, server, stats } = shared;
    this.#info = new StreamInfo(connection, server.clock.wallNow(), connection.startedAt);
    for (const [namespace, fields] of connection.metadata ?? []) this.#info.metadata.set(namespace, fields);
    this.#info.upstream = this.#upstreamInfo;
    stats.downstream_cx_total.inc();
    connection.enableHalfClose();
    connection.setStats({
      rxBytes: stats.downstream_cx_rx_bytes_total,
      txBytes: stats.downstream_cx_tx_bytes_total,
      rxBuffered: stats.downstream_cx_rx_bytes_buffered,
      txBuffered: stats.downstream_cx_tx_bytes_buffered,
    });
    if (config.maxEarlyData === undefined) this.#hold();
  }

  onNewConnection(): void {
    const { config, server } = this.#shared;
    const { clock } = server;
    const duration = config.maxDuration();
    if (duration > 0) this.#durationTimer = clock.setTimeout(() => this.#onMaxDuration(), duration);
    if (config.logInterval > 0) this.#logLater();
    if (config.idleTimeout > 0) {
      const unsent = (): number => this.#connection.unsentBytes + (this.#upstream?.unsentBytes ?? 0);
      this.#idle = new IdleTimer(clock, config.idleTimeout, unsent, () => this.#onIdle());
    }
    this.#info.requestId = server.uuid();
    if (config.logsStart) this.#log('TcpConnectionStart');
    if (!config.connectsOnData) this.#connect();
  }

  // From the client.

  onData(data: Buffer): void {
    this.#info.bytesReceived += data.length;
    this.#info.wireBytesReceived += data.length;
    if (this.#upstream === undefined) {
      this.#onEarlyData(data);
      return;
    }
    this.#upstream.write(data);
    this.#idle?.touch();
  }

  onPeerEnd(): void {
    this.#idle?.touch();
    if (this.#upstream !== undefined) {
      this.#upstream.end();
      return;
    }
    this.#earlyEnd = true;
    this.#shared.stats.early_data_received_count_total.inc();
  }

  onConnectionClosed(by: 'remote' | 'local'): void {
    const connection = this.#connection;
    const { config, server, stats } = this.#shared;
    this.#awaited?.cancel();
    this.#durationTimer?.cancel();
    this.#logTimer?.cancel();
    const upstream = this.#upstream;
    this.#upstream = undefined;
    if (upstream !== undefined) {
      if (by === 'local') {
        this.#upstreamInfo.localCloseReason = connection.localCloseReason || localCloseReason;
        upstream.close();
      } else if (connection.detectedCloseType === 'RemoteReset') {
        upstream.close('abort');
      } else {
        UpstreamFlush.start(upstream, stats, server.clock, this.#idle === undefined ? 0 : config.idleTimeout);
      }
    }
    this.#idle?.stop();
    this.#info.end = server.clock.now();
    this.#info.closeType = connection.detectedCloseType;
    this.#info.localCloseReason = connection.localCloseReason;
    this.#info.connectionTerminationDetails = connection.terminationDetails;
    this.#log('TcpConnectionEnd');
  }

  onAboveWriteBufferHighWatermark(): void {
    if (this.#upstream === undefined) return;
    this.#upstream.setReadEnabled(false);
    this.#cluster!.stats.counter('upstream_flow_control_paused_reading_total').inc();
  }

  onBelowWriteBufferLowWatermark(): void {
    if (this.#upstream === undefined) return;
    this.#upstream.setReadEnabled(true);
    this.#cluster!.stats.counter('upstream_flow_control_resumed_reading_total').inc();
  }

  /** Its connections end by themselves, or with the drain time. */
  drain(): void {}

  // From the cluster.

  onPoolReady(upstream: UpstreamTcpConnection, host: Host): void {
    this.#awaited = undefined;
    this.#upstream = upstream;
    upstream.setCallbacks(this.#upstreamCallbacks());
    const info = this.#upstreamInfo;
    info.host = host.address;
    info.hostname = host.hostname;
    info.local = upstream.local;
    info.connectionId = upstream.id;
    info.tls = upstream.tls;
    this.#info.upstreamMeter = wireMeter(upstream);
    for (const data of this.#early.splice(0)) upstream.write(data);
    if (this.#earlyEnd) upstream.end();
    if (this.#held) this.#connection.readDisable(false);
    this.#held = false;
    this.#idle?.touch();
    if (this.#shared.config.logsConnected) this.#log('TcpUpstreamConnected');
  }

  onPoolFailure(reason: StreamResetReason, transportFailure: string, host: Host | undefined): void {
    this.#awaited = undefined;
    const info = this.#upstreamInfo;
    info.host = host?.address;
    info.hostname = host?.hostname;
    info.transportFailure = transportFailure || undefined;
    const refused = reason === 'connection-failure-remote' || reason === 'connection-timeout';
    if (refused) this.#info.flags.add('UF');
    // As Envoy has it, further attempts and what follows them are never idle.
    this.#idle?.stop();
    this.#idle = undefined;
    const { config, server } = this.#shared;
    if (info.attempts < config.maxConnectAttempts) {
      this.#awaited = server.clock.setTimeout(() => this.#connect(), config.nextBackoff());
      return;
    }
    this.#info.flags.add('URX');
    this.#cluster!.stats.counter('upstream_cx_connect_attempts_exceeded').inc();
    this.#fail('connectFailed');
  }

  #connect(): void {
    const { config, server, stats } = this.#shared;
    const { flags } = this.#info;
    this.#awaited = undefined;
    const cluster = server.clusters.get(config.pickCluster());
    if (cluster === undefined) {
      stats.downstream_cx_no_route.inc();
      flags.add('NC');
      this.#fail('noRoute');
      return;
    }
    this.#cluster = cluster;
    this.#upstreamInfo.cluster = cluster.observabilityName;
    if (!cluster.circuitBreakers.default.connections.canCreate) {
      flags.add('UO');
      cluster.stats.counter('upstream_cx_overflow').inc();
      this.#fail('resourceLimitExceeded');
      return;
    }
    const host = cluster.chooseHost(
      config.hashesSource ? { hash: xxHash64(this.#connection.remote.address) } : undefined,
    );
    if (host === null) {
      flags.add('UH');
      this.#fail('noHealthyUpstream');
      return;
    }
    this.#upstreamInfo.attempts++;
    const request = cluster.newConnection(host, this);
    // It may have failed at once, and the next attempt be awaited already.
    if (this.#connection.open) this.#awaited ??= request;
  }

  #upstreamCallbacks(): UpstreamTcpCallbacks {
    const connection = this.#connection;
    const info = this.#info;
    const { downstream_flow_control_paused_reading_total, downstream_flow_control_resumed_reading_total } =
      this.#shared.stats;
    return {
      onData: (data) => {
        info.bytesSent += data.length;
        info.wireBytesSent += data.length;
        connection.write(data);
        this.#idle?.touch();
      },
      onEnd: () => {
        connection.end();
        this.#idle?.touch();
      },
      onBroken: (reset) => this.#onUpstreamGone(reset),
      onMaxDuration: () => {},
      onAboveWriteBufferHighWatermark: () => {
        connection.readDisable(true);
        downstream_flow_control_paused_reading_total.inc();
      },
      onBelowWriteBufferLowWatermark: () => {
        connection.readDisable(false);
        downstream_flow_control_resumed_reading_total.inc();
      },
    };
  }

  #onUpstreamGone(reset: boolean): void {
    this.#upstream = undefined;
    this.#idle?.stop();
    this.#idle = undefined;
    if (reset) this.#upstreamInfo.closeType = 'RemoteReset';
    if (!this.#connection.open) return;
    if (reset) this.#info.flags.add('UR');
    this.#connection.close(reset ? 'abort' : 'flush', '');
  }

  #onEarlyData(data: Buffer): void {
    const { config, stats } = this.#shared;
    this.#early.push(data);
    const first = this.#earlyBytes === 0;
    this.#earlyBytes += data.length;
    stats.early_data_received_count_total.inc();
    if (this.#earlyBytes >= config.maxEarlyData! && !this.#held) this.#hold();
    if (first && config.connectsOnData) this.#connect();
  }

  #hold(): void {
    this.#held = true;
    this.#connection.readDisable(true);
  }

  #fail(reason: keyof typeof failures): void {
    this.#connection.close('no-flush', `tcp_initializion_failure:${failures[reason]}`);
  }

  #onIdle(): void {
    this.#shared.stats.idle_timeout.inc();
    this.#connection.close('no-flush', 'tcp_session_idle_timeout');
  }

  #onMaxDuration(): void {
    this.#info.flags.add('DT');
    this.#shared.stats.max_downstream_connection_duration.inc();
    this.#connection.close('no-flush', 'max_connection_duration_reached');
  }

  #logLater(): void {
    const { config, server } = this.#shared;
    this.#logTimer = server.clock.setTimeout(() => {
      this.#log('TcpPeriodic');
      this.#logLater();
    }, config.logInterval);
  }

  #log(accessLogType: AccessLogType): void {
    const context = { info: this.#info, request: undefined, response: undefined, accessLogType };
    for (const log of this.#shared.accessLogs) log.log(context);
  }
}

/** What is said of an upstream connection that ends with its client's, when nothing else is. */
const localCloseReason = 'closing_upstream_tcp_connection_due_to_downstream_local_close';

function wireMeter({ record }: UpstreamTcpConnection): UpstreamMeter {
  return {
    get wireBytesSent() {
      return record.bytesSent;
    },
    get wireBytesReceived() {
      return record.bytesReceived;
    },
    headerBytesSent: 0,
    headerBytesReceived: 0,
  };
}
