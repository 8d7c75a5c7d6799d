import type { HeaderMap, ResponseHeaders } from '../../http/headers.ts';
import { RequestHeaders } from '../../http/headers.ts';
import type {
  ClientConnectionCallbacks,
  ProtocolError,
  RequestEncoder,
  ResponseDecoder,
  StreamResetReason,
} from '../codec.ts';
import { Http1ClientConnection } from './client-connection.ts';
import { clientDefaults, type Http1ClientOptions } from './options.ts';

/** An upstream connection on no socket: its codec, and all that came of it as a list of words. */
export class FakeClient implements ClientConnectionCallbacks, ResponseDecoder {
  readonly codec: Http1ClientConnection;
  readonly events: string[] = [];
  /** What was written, a string a call. */
  readonly writes: string[] = [];
  /** Called when a stream is over; the place to start another one. */
  onReusable: (() => void) | undefined;

  constructor(options: Partial<Http1ClientOptions> = {}) {
    this.codec = new Http1ClientConnection(this, { ...clientDefaults, ...options });
  }

  /** Starts a request without sending any of it. */
  start(): RequestEncoder {
    return this.codec.newStream(this);
  }

  /** Sends a whole GET. */
  get(path = '/'): RequestEncoder {
    const encoder = this.start();
    encoder.encodeHeaders(request('GET', path), true);
    return encoder;
  }

  receive(...texts: string[]): void {
    for (const text of texts) this.codec.dispatch(Buffer.from(text, 'latin1'));
  }

  write(data: Buffer): boolean {
    this.writes.push(data.toString('latin1'));
    return true;
  }

  onStreamComplete(reusable: boolean, whole: boolean): void {
    this.events.push(`over${reusable ? ' reusable' : ''}${whole ? ' whole' : ''}`);
    if (reusable) this.onReusable?.();
  }

  onTunnelEnd(): void {
    this.events.push('tunnel over');
  }

  onCloseNotice(): void {
    this.events.push('close notice');
  }

  setReadEnabled(enabled: boolean): void {
    this.events.push(enabled ? 'read' : 'pause');
  }

  onProtocolError(error: ProtocolError): void {
    this.events.push(`error ${error.details}`);
  }

  decode1xxHeaders(headers: ResponseHeaders): void {
    this.events.push(`interim ${headers.status}`);
  }

  decodeHeaders(headers: ResponseHeaders, endStream: boolean): void {
    this.events.push(`${headers.status}${endStream ? ' end' : ''}`);
  }

  decodeData(data: Buffer, endStream: boolean): void {
    this.events.push(`data ${data}${endStream ? ' end' : ''}`);
  }

  decodeTrailers(trailers: HeaderMap): void {
    this.events.push(`trailers ${trailers.names}`);
  }

  onReset(reason: StreamResetReason, details: string): void {
    this.events.push(`reset ${reason} ${details}`.trim());
  }
}

/** A request's headers; the host is `h`. */
export function request(
  method: string,
  path: string,
  fields: Readonly<Record<string, string>> = {},
): RequestHeaders {
  const headers = new RequestHeaders(Object.keys(fields), Object.values(fields));
  headers.method = method;
  headers.path = path;
  headers.authority = 'h';
  return headers;
}
