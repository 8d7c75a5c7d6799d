import type {
  Cluster,
  Host,
  PeerNames,
  TcpPoolCallbacks,
  UpstreamConnection,
  UpstreamTcpCallbacks,
  UpstreamTcpConnection,
} from '../../../cluster/cluster.ts';
import type { RequestEncoder, StreamResetReason } from '../../../codec/codec.ts';
import { type HeaderMap, type RequestHeaders, ResponseHeaders } from '../../../http/headers.ts';
import type { SocketAddress } from '../../../http/stream-info.ts';
import type { UpstreamRequest } from './upstream-request.ts';

/**
 * The upstream of a CONNECT that ends here: its payload goes to a host as bytes, and what the host says is the body of a
 * 200 that the host knows nothing of. Envoy's TcpUpstream (source/extensions/upstreams/http/tcp/upstream_request.cc).
 */
export class TcpUpstream implements RequestEncoder, UpstreamConnection, UpstreamTcpCallbacks {
  readonly head = '';
  readonly protocol = undefined;
  readonly #request: UpstreamRequest;
  readonly #connection: UpstreamTcpConnection;
  #readDisables = 0;
  /** The client's end has been passed on. */
  #ended = false;
  #over = false;

  /** Asks for a connection; the request is told of it as a pool of HTTP would. */
  static connect(
    cluster: Cluster,
    host: Host,
    request: UpstreamRequest,
    names: PeerNames | undefined,
  ): { cancel(): void } {
    const callbacks: TcpPoolCallbacks = {
      onPoolReady(connection, found) {
        const upstream = new TcpUpstream(request, connection);
        connection.setCallbacks(upstream);
        request.onPoolReady(upstream, found, connection.local, upstream);
      },
      onPoolFailure: (reason, transportFailure, found) =>
        request.onPoolFailure(reason, transportFailure, found),
    };
    return cluster.newConnection(host, callbacks, names);
  }

  private constructor(request: UpstreamRequest, connection: UpstreamTcpConnection) {
    this.#request = request;
    this.#connection = connection;
  }

  get id(): number {
    return this.#connection.id;
  }

  get local(): SocketAddress | undefined {
    return this.#connection.local;
  }

  get bytesReceived(): number {
    return this.#connection.record.bytesReceived;
  }

  get bytesSent(): number {
    return this.#connection.record.bytesSent;
  }

  // From the request.

  encodeHeaders(_headers: RequestHeaders, endStream: boolean): void {
    if (endStream) this.#end();
    const accepted = new ResponseHeaders();
    accepted.status = 200;
    this.#request.decodeHeaders(accepted, false);
  }

  encodeData(data: Buffer, endStream: boolean): void {
    if (data.length > 0) this.#connection.write(data);
    if (endStream) this.#end();
  }

  encodeTrailers(_trailers: HeaderMap): void {
    this.#end();
  }

  readDisable(disable: boolean): void {
    if (this.#over || (!disable && this.#readDisables === 0)) return;
    this.#readDisables += disable ? 1 : -1;
    this.#connection.setReadEnabled(this.#readDisables === 0);
  }

  resetStream(_reason: StreamResetReason): void {
    if (this.#over) return;
    this.#over = true;
    this.#connection.close();
  }

  // From the connection.

  onData(data: Buffer): void {
    if (!this.#over) this.#request.decodeData(data, false);
  }

  onEnd(): void {
    if (this.#over) return;
    this.#request.decodeData(noBytes, true);
    if (!this.#ended) return;
    this.#over = true;
    this.#connection.release();
  }

  onBroken(): void {
    if (this.#over) return;
    this.#over = true;
    this.#request.onReset('connection-termination', '');
  }

  /** A tunnel lasts as long as its ends want it to. */
  onMaxDuration(): void {}

  onAboveWriteBufferHighWatermark(): void {
    this.#request.onAboveWriteBufferHighWatermark();
  }

  onBelowWriteBufferLowWatermark(): void {
    this.#request.onBelowWriteBufferLowWatermark();
  }

  #end(): void {
    this.#ended = true;
    this.#connection.end();
  }
}

const noBytes = Buffer.alloc(0);
