import type { Endpoint } from '../host/endpoint.ts';
import { Http1PooledConnection } from './http1-pooled-connection.ts';
import { Http2PooledConnection } from './http2-pooled-connection.ts';
import type { PoolContext } from './pool-context.ts';
import type { ConnectionOwner, PoolMember } from './pooled-connection.ts';
import { type ConnectFailure, UpstreamSocket, type UpstreamSocketCallbacks } from './upstream-socket.ts';

/**
 * An attempt to connect whose protocol the upstream chooses by ALPN: until then it counts as HTTP/2, and without a choice
 * it becomes HTTP/1. Envoy's HttpConnPoolImplMixed (source/common/http/mixed_conn_pool.cc).
 */
export class AlpnAttempt implements PoolMember, UpstreamSocketCallbacks {
  state: 'connecting' | 'closed' = 'connecting';
  readonly active = false;
  readonly capacity: number;
  readonly #owner: ConnectionOwner;
  readonly #host: Endpoint;
  readonly #context: PoolContext;
  readonly #socket: UpstreamSocket;

  constructor(owner: ConnectionOwner, host: Endpoint, context: PoolContext) {
    const { http2, maxRequestsPerConnection = Number.POSITIVE_INFINITY } = context.settings;
    this.capacity = Math.min(http2.maxConcurrentStreams, maxRequestsPerConnection);
    this.#owner = owner;
    this.#host = host;
    this.#context = context;
    this.#socket = new UpstreamSocket(host, context, this);
  }

  onConnected(): void {
    const Connection = this.#socket.tls?.alpn === 'h2' ? Http2PooledConnection : Http1PooledConnection;
    const connection = new Connection(this.#owner, this.#host, this.#context, this.#socket);
    this.state = 'closed';
    // To Envoy what it becomes is a second client of the same connection.
    this.#context.stats.count('upstream_cx_total').inc();
    this.#host.stats.cxTotal.inc();
    this.#socket.setCallbacks(connection);
    this.#owner.onNegotiated(this, connection);
    connection.onConnected();
  }

  onConnectFailure(failure: ConnectFailure): void {
    this.state = 'closed';
    this.#owner.onClosed(this, failure);
  }

  drain(): void {
    this.close();
  }

  close(): void {
    if (this.state === 'closed') return;
    this.state = 'closed';
    this.#socket.close('local', false);
    this.#owner.onClosed(this, { reason: 'connection-failure-local', transportFailure: '' });
  }

  // Nothing of this comes before it is connected.

  onData(): void {}
  onEnd(): void {}
  onBroken(): void {}
  onMaxDuration(): void {}
  onAboveWriteBufferHighWatermark(): void {}
  onBelowWriteBufferLowWatermark(): void {}
}
