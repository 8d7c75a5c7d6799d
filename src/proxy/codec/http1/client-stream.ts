import type { HeaderMap, RequestHeaders } from '../../http/headers.ts';
import type { RequestEncoder, ResponseDecoder, StreamResetReason } from '../codec.ts';
import type { Http1ClientConnection } from './client-connection.ts';
import { hasToken } from './connection-field.ts';
import { chunkedBody, emptyBody, HeadText, trailerText } from './head-text.ts';

const head = new HeadText();

/** Methods whose requests say nothing of a body when they have none (Envoy's requestShouldHaveNoBody). */
const bodiless = new Set(['GET', 'HEAD', 'DELETE', 'TRACE', 'CONNECT']);

/** One request's way up: writes it. What is called on it after the exchange is over is ignored. */
export class ClientStream implements RequestEncoder {
  readonly decoder: ResponseDecoder;
  method = '';
  /** It asked for an upgrade or a tunnel: after a yes the connection is no HTTP any more. */
  tunnels = false;
  /** The request is out. */
  localComplete = false;
  /** The response is in, or will not come. */
  over = false;
  readDisables = 0;
  readonly #connection: Http1ClientConnection;
  #chunked = false;

  constructor(connection: Http1ClientConnection, decoder: ResponseDecoder) {
    this.#connection = connection;
    this.decoder = decoder;
  }

  encodeHeaders(headers: RequestHeaders, endStream: boolean): void {
    if (this.over) return;
    const { method, authority } = headers;
    const format = headers.format ?? this.#connection.format;
    const target =
      method === 'CONNECT'
        ? (authority ?? '')
        : this.#connection.sendFullyQualifiedUrl
          ? absoluteForm(headers)
          : headers.path;
    if (format === undefined) {
      const host = authority === undefined ? '' : `host: ${authority}\r\n`;
      head.write(`${method} ${target} HTTP/1.1\r\n${host}`, headers);
    } else {
      const host = authority === undefined ? '' : `${format.write('host')}: ${authority}\r\n`;
      head.writeFormatted(`${method} ${target} HTTP/1.1\r\n${host}`, headers, format);
    }
    let { text } = head;
    this.method = method;
    this.tunnels =
      method === 'CONNECT' ||
      (head.hasConnection && headers.has('upgrade') && hasToken(headers.get('connection'), 'upgrade'));
    this.#chunked = false;
    if (!head.hasContentLength && !this.tunnels) {
      if (endStream) {
        if (!bodiless.has(method)) text += emptyBody(format);
      } else {
        text += chunkedBody(format);
        this.#chunked = true;
      }
    }
    this.#connection.writer.head(`${text}\r\n`, endStream);
    if (endStream) this.#complete();
  }

  encodeData(data: Buffer, endStream: boolean): void {
    if (this.over || this.localComplete) return;
    this.#connection.writer.body(data, this.#chunked, endStream);
    if (endStream) this.#complete();
  }

  encodeTrailers(trailers: HeaderMap): void {
    if (this.over || this.localComplete) return;
    const { writer } = this.#connection;
    if (this.#chunked) {
      writer.trailers(this.#connection.enableTrailers ? trailerText(trailers) : '');
    } else {
      writer.flush();
    }
    this.#complete();
  }

  readDisable(disable: boolean): void {
    if (this.over || (!disable && this.readDisables === 0)) return;
    this.readDisables += disable ? 1 : -1;
    this.#connection.setReadDisabled(disable);
  }

  resetStream(_reason: StreamResetReason): void {
    if (this.over) return;
    this.over = true;
    this.#connection.onReset(this);
  }

  #complete(): void {
    this.localComplete = true;
    if (this.method === 'CONNECT') this.#connection.onTunnelEnd(this);
  }
}

/** The target as a proxy is asked (RFC 9112 §3.2.2). */
function absoluteForm({ scheme, authority = '', path }: RequestHeaders): string {
  return `${scheme}://${authority}${path}`;
}
