import type { HeaderMap, RequestHeaders } from '../../http/headers.ts';
import { ResponseHeaders } from '../../http/headers.ts';
import type { ProtocolError, RequestDecoder, ResponseEncoder, ServerConnectionCallbacks } from '../codec.ts';
import { type Http1ServerOptions, serverDefaults } from './options.ts';
import { Http1ServerConnection } from './server-connection.ts';

/** A downstream connection on no socket: its codec, and all that came of it as a list of words. */
export class FakeServer implements ServerConnectionCallbacks {
  readonly codec: Http1ServerConnection;
  readonly events: string[] = [];
  /** What was written, a string a call. */
  readonly writes: string[] = [];
  readonly encoders: ResponseEncoder[] = [];
  /** Called with each request's headers; the place to answer at once. */
  onHeaders: ((headers: RequestHeaders, encoder: ResponseEncoder, endStream: boolean) => void) | undefined;
  error: ProtocolError | undefined;

  constructor(options: Partial<Http1ServerOptions> = {}) {
    this.codec = new Http1ServerConnection(this, { ...serverDefaults, ...options });
  }

  /** The newest request's encoder. */
  get encoder(): ResponseEncoder {
    return this.encoders.at(-1)!;
  }

  send(...texts: string[]): void {
    for (const text of texts) this.codec.dispatch(Buffer.from(text, 'latin1'));
  }

  newStream(encoder: ResponseEncoder): RequestDecoder {
    const say = (word: string) => this.events.push(word);
    this.encoders.push(encoder);
    say('stream');
    return {
      decodeHeaders: (headers: RequestHeaders, endStream: boolean) => {
        say(`${headers.method} ${headers.path}${endStream ? ' end' : ''}`);
        this.onHeaders?.(headers, encoder, endStream);
      },
      decodeData: (data: Buffer, endStream: boolean) => say(`data ${data}${endStream ? ' end' : ''}`),
      decodeTrailers: (trailers: HeaderMap) => say(`trailers ${trailers.names}`),
      onReset: (reason, details) => say(`reset ${reason} ${details}`),
    };
  }

  write(data: Buffer): boolean {
    this.writes.push(data.toString('latin1'));
    return true;
  }

  onProtocolError(error: ProtocolError): void {
    this.error = error;
    this.events.push(`error ${error.status} ${error.details}`);
  }

  onClose(): void {
    this.events.push('close');
  }

  setReadEnabled(enabled: boolean): void {
    this.events.push(enabled ? 'read' : 'pause');
  }
}

/** A response's headers from pairs. */
export function response(status: number, fields: Readonly<Record<string, string>> = {}): ResponseHeaders {
  const headers = new ResponseHeaders(Object.keys(fields), Object.values(fields));
  headers.status = status;
  return headers;
}

/** What was put off to the end of the tick has happened. */
export function nextTick(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
