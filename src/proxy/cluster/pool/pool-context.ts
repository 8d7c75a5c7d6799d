import type { Clock } from '../../clock.ts';
import type { ClientConnection, ClientConnectionCallbacks } from '../../codec/codec.ts';
import type { CircuitBreakers } from '../circuit-breaker.ts';
import type { UpstreamClusterStats } from '../cluster-stats.ts';
import type { ClusterSettings } from '../settings.ts';

/** What the pools of one cluster share. */
export interface PoolContext {
  readonly settings: ClusterSettings;
  readonly stats: UpstreamClusterStats;
  readonly circuitBreakers: CircuitBreakers;
  readonly clock: Clock;
  readonly nextConnectionId: () => number;
  /** Makes the codec of a new connection. */
  readonly createCodec: (callbacks: ClientConnectionCallbacks) => ClientConnection;
}
