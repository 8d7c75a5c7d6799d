import type { HeaderFormat } from '../../http/header-format.ts';
import type { HeaderMap, ResponseHeaders } from '../../http/headers.ts';
import type { ResponseEncoder, StreamResetReason } from '../codec.ts';
import { hasToken } from './connection-field.ts';
import { chunkedBody, emptyBody, HeadText, trailerText } from './head-text.ts';
import { statusLine } from './reason-phrases.ts';
import type { Http1ServerConnection } from './server-connection.ts';

const head = new HeadText();

/** One request's way back: writes its response. What is called on it after its end is ignored. */
export class ServerStream implements ResponseEncoder {
  method = '';
  /** The request has been read to its end. */
  remoteComplete = false;
  readDisables = 0;
  readonly #connection: Http1ServerConnection;
  #http11 = true;
  #chunked = false;
  #bodiless = false;
  #closes = false;
  #over = false;

  constructor(connection: Http1ServerConnection) {
    this.#connection = connection;
  }

  setRequest(method: string, http11: boolean): void {
    this.method = method;
    this.#http11 = http11;
  }

  /** What is answered now is no answer to the request's method. */
  forgetMethod(): void {
    this.method = '';
  }

  encode1xxHeaders(headers: ResponseHeaders): void {
    if (this.#over) return;
    this.#write(headers, headers.format ?? this.#connection.format);
    this.#connection.writer.head(`${head.text}\r\n`, false);
    this.#connection.writer.flush();
  }

  encodeHeaders(headers: ResponseHeaders, endStream: boolean): void {
    if (this.#over) return;
    const { status } = headers;
    const format = headers.format ?? this.#connection.format;
    this.#write(headers, format);
    let { text } = head;
    const isHead = this.method === 'HEAD';
    const tunnel = this.method === 'CONNECT' && status < 300;
    this.#bodiless = isHead || (status === 204 && !tunnel) || status === 304;
    this.#chunked = false;
    if (!head.hasContentLength && status >= 200 && status !== 204 && status !== 304) {
      if (endStream && !isHead) {
        text += emptyBody(format);
      } else if (!this.#http11) {
        this.#closes ||= !isHead;
      } else if (tunnel) {
        this.#closes = true;
      } else {
        text += chunkedBody(format);
        const upgrade =
          head.hasConnection && headers.has('upgrade') && hasToken(headers.get('connection'), 'upgrade');
        this.#chunked = !isHead && !upgrade;
      }
    }
    this.#closes ||= status === 101 && head.hasConnection;
    this.#connection.writer.head(`${text}\r\n`, endStream);
    if (endStream) this.#complete();
  }

  encodeData(data: Buffer, endStream: boolean): void {
    if (this.#over) return;
    if (this.#bodiless) {
      if (endStream) this.#connection.writer.flush();
    } else {
      this.#connection.writer.body(data, this.#chunked, endStream);
    }
    if (endStream) this.#complete();
  }

  encodeTrailers(trailers: HeaderMap): void {
    if (this.#over) return;
    const { writer } = this.#connection;
    if (this.#chunked && !this.#bodiless) {
      writer.trailers(this.#connection.enableTrailers ? trailerText(trailers) : '');
    } else {
      writer.flush();
    }
    this.#complete();
  }

  readDisable(disable: boolean): void {
    if (this.#over || (!disable && this.readDisables === 0)) return;
    this.readDisables += disable ? 1 : -1;
    this.#connection.setReadDisabled(disable);
  }

  resetStream(_reason: StreamResetReason): void {
    if (this.#over) return;
    this.#over = true;
    this.#connection.onReset(this);
  }

  #write(headers: ResponseHeaders, format: HeaderFormat | undefined): void {
    const { status } = headers;
    if (format === undefined) {
      head.write(this.#versioned(statusLine(status)), headers);
      return;
    }
    const { reasonPhrase } = format;
    const line = reasonPhrase === '' ? statusLine(status) : `HTTP/1.1 ${status} ${reasonPhrase}\r\n`;
    head.writeFormatted(this.#versioned(line), headers, format);
  }

  #versioned(line: string): string {
    return this.#http11 ? line : `HTTP/1.0${line.slice(8)}`;
  }

  #complete(): void {
    this.#over = true;
    this.#connection.onEncodeComplete(this, this.#closes);
  }
}
