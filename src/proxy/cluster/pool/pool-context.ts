import type { Clock } from '../../clock.ts';
import type { ClientConnection, ClientConnectionCallbacks } from '../../codec/codec.ts';
import type { Http2ClientCallbacks, Http2ClientConnection } from '../../codec/http2/client-connection.ts';
import type { UpstreamTransport } from '../../transport-sockets/transport-socket.ts';
import type { CircuitBreakers } from '../circuit-breaker.ts';
import type { PeerNames } from '../cluster.ts';
import type { UpstreamClusterStats } from '../cluster-stats.ts';
import type { ClusterSettings } from '../settings.ts';

/** What the pools of one cluster share. */
export interface PoolContext {
  readonly settings: ClusterSettings;
  readonly stats: UpstreamClusterStats;
  readonly circuitBreakers: CircuitBreakers;
  readonly clock: Clock;
  /** What the connections speak below their protocol. */
  readonly transport: UpstreamTransport;
  readonly nextConnectionId: () => number;
  /** Makes the codec of a new connection, of HTTP/1 … */
  readonly createCodec: (callbacks: ClientConnectionCallbacks) => ClientConnection;
  /** … and of HTTP/2. */
  readonly createHttp2Codec: (callbacks: Http2ClientCallbacks) => Http2ClientConnection;
}

/** The context of connections whose upstream goes by names of its own; plain TCP knows none. */
export function withNames(context: PoolContext, names: PeerNames | undefined): PoolContext {
  const { transport } = context;
  if (names === undefined || transport.withNames === undefined) return context;
  return { ...context, transport: transport.withNames(names) };
}
