import type { RequestEncoder, ResponseDecoder, WatermarkCallbacks } from '../codec/codec.ts';
import { type HeaderMap, RequestHeaders, type ResponseHeaders } from '../http/headers.ts';
import type { SocketAddress } from '../http/stream-info.ts';
import type { Cluster, Host, PeerNames, PoolCallbacks, UpstreamConnection } from './cluster.ts';

/** A request that a test sends through a cluster, standing in for the router. */
export class TestRequest implements ResponseDecoder, WatermarkCallbacks, PoolCallbacks {
  status: number | undefined;
  body = '';
  failure: string | undefined;
  transportFailure: string | undefined;
  reset: string | undefined;
  encoder: RequestEncoder | undefined;
  host: Host | undefined;
  local: SocketAddress | undefined;
  connection: UpstreamConnection | undefined;
  above = 0;
  below = 0;
  /** Settles when the request is over, however. */
  readonly done: Promise<this>;
  readonly #finish: (request: this) => void;
  readonly #hold: boolean;
  #waiting: { cancel(): void } | undefined;

  /** `hold`: the test sends with `encoder` itself. */
  constructor(hold = false) {
    let finish: (request: this) => void = () => {};
    this.done = new Promise((resolve) => {
      finish = resolve;
    });
    this.#finish = finish;
    this.#hold = hold;
  }

  /** Sends a GET to a host the cluster chooses. */
  static send(cluster: Cluster, hold = false, names?: PeerNames): TestRequest {
    const request = new TestRequest(hold);
    const host = cluster.chooseHost();
    if (host === null) throw new Error('no host');
    request.#waiting = cluster.newStream(host, request, request, undefined, names);
    return request;
  }

  /** Gives up waiting for a connection. */
  cancel(): void {
    this.#waiting!.cancel();
  }

  onPoolReady(
    encoder: RequestEncoder,
    host: Host,
    local: SocketAddress | undefined,
    connection: UpstreamConnection,
  ): void {
    this.connection = connection;
    this.encoder = encoder;
    this.host = host;
    this.local = local;
    if (!this.#hold) encoder.encodeHeaders(get(), true);
  }

  onPoolFailure(reason: string, transportFailure: string, host: Host | undefined): void {
    this.failure = reason;
    this.transportFailure = transportFailure;
    this.host = host;
    this.#finish(this);
  }

  decode1xxHeaders(): void {}

  decodeHeaders(headers: ResponseHeaders, endStream: boolean): void {
    this.status = headers.status;
    if (endStream) this.#finish(this);
  }

  decodeData(data: Buffer, endStream: boolean): void {
    this.body += data.toString('latin1');
    if (endStream) this.#finish(this);
  }

  decodeTrailers(_trailers: HeaderMap): void {
    this.#finish(this);
  }

  onReset(reason: string): void {
    this.reset = reason;
    this.#finish(this);
  }

  onAboveWriteBufferHighWatermark(): void {
    this.above++;
  }

  onBelowWriteBufferLowWatermark(): void {
    this.below++;
  }
}

export function get(): RequestHeaders {
  const headers = new RequestHeaders();
  headers.method = 'GET';
  headers.path = '/';
  headers.authority = 'upstream';
  return headers;
}
