import type { HeaderMap, RequestHeaders } from '../../http/headers.ts';
import { ResponseHeaders } from '../../http/headers.ts';
import type { ProtocolError, RequestDecoder, ResponseEncoder } from '../codec.ts';
import { preface } from './frame.ts';
import { HpackDecoder } from './hpack/decoder.ts';
import { HpackEncoder } from './hpack/encoder.ts';
import { type Http2Options, http2Defaults } from './options.ts';
import type { Http2ServerCallbacks } from './server-connection.ts';
import { Http2ServerConnection } from './server-connection.ts';

/** A frame as bytes. */
export function frame(type: number, flags: number, stream: number, payload: Buffer | string = ''): Buffer {
  const body = typeof payload === 'string' ? Buffer.from(payload, 'latin1') : payload;
  const head = Buffer.alloc(9);
  head.writeUIntBE(body.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, body]);
}

/** How a client begins that has nothing to say of its own. */
export const hello = Buffer.concat([preface, frame(4, 0, 0), frame(4, 1, 0)]);

/** Reads what one side writes: frames as lines of words. */
export function frameLines(): (bytes: Buffer) => string[] {
  const decoder = new HpackDecoder();
  const fields = (payload: Buffer): string => {
    let text = '';
    decoder.decode(payload, 0, payload.length, {
      onField: (name, value) => {
        text += ` ${name}=${value}`;
      },
    });
    return text;
  };
  return (bytes) => {
    const lines: string[] = [];
    for (let at = 0; at < bytes.length; ) {
      const length = bytes.readUIntBE(at, 3);
      const [type, flags, stream] = [bytes[at + 3]!, bytes[at + 4]!, bytes.readUInt32BE(at + 5)];
      const payload = bytes.subarray(at + 9, at + 9 + length);
      at += 9 + length;
      const end = flags & 1 ? ' end' : '';
      if (type === 0) lines.push(`${stream} data ${length}${end}`);
      else if (type === 1) lines.push(`${stream} headers${fields(payload)}${end}`);
      else if (type === 3) lines.push(`${stream} reset ${payload.readUInt32BE()}`);
      else if (type === 4) lines.push(`settings${flags & 1 ? ' ack' : ''}`);
      else if (type === 7) lines.push(`goaway ${payload.readUInt32BE()} ${payload.readUInt32BE(4)}`);
      else if (type === 8) lines.push(`${stream} window ${payload.readUInt32BE()}`);
      else lines.push(`${stream} frame ${type} ${payload.toString('latin1')}`);
    }
    return lines;
  };
}

/** A downstream connection on no socket: its codec, what came of it as a list of words, and the frames it wrote. */
export class FakeServer implements Http2ServerCallbacks {
  readonly codec: Http2ServerConnection;
  readonly events: string[] = [];
  readonly encoders: ResponseEncoder[] = [];
  readonly writes: Buffer[] = [];
  unsentBytes = 0;
  error: ProtocolError | undefined;
  /** Called with each request's headers; the place to answer at once. */
  onHeaders: ((headers: RequestHeaders, encoder: ResponseEncoder) => void) | undefined;
  readonly #encoder = new HpackEncoder();
  readonly #lines = frameLines();

  constructor(options: Partial<Http2Options> = {}) {
    this.codec = new Http2ServerConnection(this, { ...http2Defaults, ...options });
  }

  get encoder(): ResponseEncoder {
    return this.encoders.at(-1)!;
  }

  send(...pieces: Buffer[]): void {
    this.codec.dispatch(Buffer.concat(pieces));
  }

  /** A HEADERS frame of a request. */
  request(stream: number, endStream = true, more: Readonly<Record<string, string>> = {}): Buffer {
    const encoder = this.#encoder;
    encoder.begin();
    encoder.field(':method', 'GET');
    encoder.field(':scheme', 'http');
    encoder.field(':path', `/${stream}`);
    encoder.field(':authority', 'a');
    for (const [name, value] of Object.entries(more)) encoder.field(name, value);
    return frame(1, endStream ? 5 : 4, stream, Buffer.from(encoder.end()));
  }

  /** The frames written since the last call, a line each. */
  frames(): string[] {
    return this.#lines(Buffer.concat(this.writes.splice(0)));
  }

  newStream(encoder: ResponseEncoder): RequestDecoder {
    const say = (word: string) => this.events.push(word);
    this.encoders.push(encoder);
    const id = this.encoders.length;
    return {
      decodeHeaders: (headers: RequestHeaders, endStream: boolean) => {
        say(`${id} ${headers.method} ${headers.path}${endStream ? ' end' : ''}`);
        this.onHeaders?.(headers, encoder);
      },
      decodeData: (data: Buffer, endStream: boolean) => say(`${id} data ${data}${endStream ? ' end' : ''}`),
      decodeTrailers: (trailers: HeaderMap) => say(`${id} trailers ${trailers.names}`),
      onReset: (reason, details) => say(`${id} reset ${reason} ${details}`),
      onEncodeComplete: () => say(`${id} sent`),
      onAboveWriteBufferHighWatermark: () => say(`${id} above`),
      onBelowWriteBufferLowWatermark: () => say(`${id} below`),
    };
  }

  write(data: Buffer): boolean {
    this.writes.push(Buffer.from(data));
    return this.unsentBytes === 0;
  }

  onProtocolError(error: ProtocolError): void {
    this.error = error;
    this.events.push(`error ${error.message}`);
  }

  onClose(): void {
    this.events.push('close');
  }

  onKeepaliveTimeout(): void {
    this.events.push('keepalive timeout');
  }

  setReadEnabled(): void {}
}

/** A response's headers. */
export function response(status: number): ResponseHeaders {
  const headers = new ResponseHeaders();
  headers.status = status;
  return headers;
}

/** What was put off to the end of the turn has happened. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}
