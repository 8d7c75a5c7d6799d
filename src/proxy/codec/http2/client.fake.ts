import type { HeaderMap, ResponseHeaders } from '../../http/headers.ts';
import { RequestHeaders } from '../../http/headers.ts';
import type { ProtocolError, ResponseDecoder, StreamResetReason } from '../codec.ts';
import { type Http2ClientCallbacks, Http2ClientConnection } from './client-connection.ts';
import type { ClientStream } from './client-stream.ts';
import { preface } from './frame.ts';
import { HpackEncoder } from './hpack/encoder.ts';
import { type Http2Options, http2Defaults } from './options.ts';
import { frame, frameLines } from './server.fake.ts';

/** An upstream connection on no socket: its codec, what came of it as a list of words, and the frames it wrote. */
export class FakeClient implements Http2ClientCallbacks {
  readonly codec: Http2ClientConnection;
  readonly events: string[] = [];
  readonly writes: Buffer[] = [];
  unsentBytes = 0;
  readonly #encoder = new HpackEncoder();
  readonly #lines = frameLines();
  #streams = 0;

  constructor(options: Partial<Http2Options> = {}) {
    const clock = { now: () => 0, wallNow: () => 0, setTimeout: () => ({ cancel() {} }) };
    this.codec = new Http2ClientConnection(
      this,
      { ...http2Defaults, ...options },
      { clock, random: () => 0 },
    );
  }

  send(...pieces: Buffer[]): void {
    this.codec.dispatch(Buffer.concat(pieces));
  }

  /** A HEADERS frame. */
  headers(stream: number, end: boolean, fields: Readonly<Record<string, string>>): Buffer {
    this.#encoder.begin();
    for (const [name, value] of Object.entries(fields)) this.#encoder.field(name, value);
    return frame(1, end ? 5 : 4, stream, Buffer.from(this.#encoder.end()));
  }

  /** Begins a stream that says what happens to it. */
  stream(): ClientStream {
    const id = ++this.#streams;
    const say = (word: string) => this.events.push(`${id} ${word}`);
    const decoder: ResponseDecoder = {
      decode1xxHeaders: ({ status }: ResponseHeaders) => say(`${status}`),
      decodeHeaders: ({ status }: ResponseHeaders, end: boolean) => say(`${status}${end ? ' end' : ''}`),
      decodeData: (data: Buffer, end: boolean) => say(`data ${data}${end ? ' end' : ''}`),
      decodeTrailers: ({ names }: HeaderMap) => say(`trailers ${names}`),
      onReset: (reason) => say(`reset ${reason}`),
    };
    return this.codec.newStream(decoder);
  }

  /** The frames written since the last call, a line each. */
  frames(): string[] {
    const bytes = Buffer.concat(this.writes.splice(0));
    const greets = bytes.subarray(0, preface.length).equals(preface);
    return this.#lines(greets ? bytes.subarray(preface.length) : bytes);
  }

  write(data: Buffer): boolean {
    this.writes.push(Buffer.from(data));
    return true;
  }

  onMaxConcurrentStreams(most: number): void {
    this.events.push(`most ${most}`);
  }

  onGoAway(): void {
    this.events.push('goaway');
  }

  onStreamDone(reset: StreamResetReason | undefined): void {
    this.events.push(`done${reset === undefined ? '' : ` ${reset}`}`);
  }

  onKeepaliveTimeout(): void {
    this.events.push('keepalive timeout');
  }

  onProtocolError(error: ProtocolError): void {
    this.events.push(`error ${error.message}`);
    this.codec.onConnectionClosed('protocol-error');
  }
}

/** A request's headers. */
export function get(method = 'GET'): RequestHeaders {
  const headers = new RequestHeaders();
  headers.method = method;
  headers.path = '/';
  headers.authority = 'a';
  return headers;
}
